"""The reports to a monitoring committee."""
