"""Speed and memory against their targets: `make bench`."""
