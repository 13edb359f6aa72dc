"""The sections of a report, each from one analysis or a few."""
