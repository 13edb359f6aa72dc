"""crlm-dash: the weekly dashboard of trials in colorectal liver metastases."""

__version__ = "0.1.0"
