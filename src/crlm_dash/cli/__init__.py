"""The command line: `crlm-dash demo | ingest | protocol | cuts | show | report | journal | audit | serve`."""

from __future__ import annotations

import sys
from typing import Any

import click

from crlm_dash import __version__
from crlm_dash.cli.demonstration import demo
from crlm_dash.cli.loading import cuts, ingest, protocol
from crlm_dash.cli.logbook import audit, journal
from crlm_dash.cli.reporting import report
from crlm_dash.cli.serving import serve
from crlm_dash.cli.showing import show
from crlm_dash.errors import CrlmDashError


class _Told(click.Group):
    """A group whose commands tell a fault in words, without a traceback, and end with 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except CrlmDashError as error:
            click.echo(f"crlm-dash: {error}", err=True)
            sys.exit(1)


@click.group(cls=_Told, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="crlm-dash")
def main() -> None:
    """Trials in colorectal liver metastases: load CDISC data as sealed cuts, and ask them questions."""


for command in (demo, ingest, protocol, cuts, show, report, journal, audit, serve):
    main.add_command(command)
