"""`python -m crlm_dash.cli` is `crlm-dash`."""

from crlm_dash.cli import main

main(prog_name="crlm-dash")
