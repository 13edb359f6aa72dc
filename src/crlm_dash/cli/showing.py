"""`crlm-dash show`: the same analyses as on the pages, for a terminal or a script."""

from __future__ import annotations

import inspect
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from crlm_dash.access import Role, Viewer, role_named
from crlm_dash.analyses import ANALYSES, Result
from crlm_dash.cli.places import account_name, store_option, store_root, the_trial
from crlm_dash.cli.printing import as_csv, as_json, as_text, checked_table
from crlm_dash.store.shelf import TrialStore

_SPOKEN = {"where": "filter"}  # parameter of an analysis -> option of the command
_WRITTEN = {option: parameter for parameter, option in _SPOKEN.items()}
ROLE_HELP = (
    f"Who is asking: {', '.join(Role)}. The default is the least able to see outcomes by arm. Whoever has "
    "the files can read them: this guards against mistakes, not against people."
)


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("analysis", type=click.Choice(list(ANALYSES)))
@click.option("--trial", help="May be left out while the store has one trial.")
@click.option("--cut", type=int, help="[default: the newest]")
@click.option("--role", default=str(Role.PI), show_default=True, help=ROLE_HELP)
@click.option("--open-key", metavar="REASON", help="Open the key to the arms' codes first, for the journal to keep.")
@click.option("--sites", help="Sites whose patients may be listed, separated by commas.  [default: all]")
@click.option("--format", "style", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
@click.option("--table", help="Only this table.")
@store_option
@click.pass_context
def show(
    ctx: click.Context,
    analysis: str,
    trial: str | None,
    cut: int | None,
    role: str,
    open_key: str | None,
    sites: str | None,
    style: str,
    table: str | None,
    store: Path | None,
) -> None:
    """Print an analysis of a data cut.

    Each analysis has options of its own: enrolment --open-sites 3 --from-month 2 --relax I03 --stop-site 04 --lately
    12 --days yes; survival --endpoint CODE --by arm --filter "SEX = 'F'" --population
    ENRLFL --unit months --origin diagnosis --naive yes --band yes --published yes, or --by received --method
    landmark --landmark 6; incidence --endpoint --by --filter --population --unit --overstated yes;
    response --by --filter --population; qol and qol_model --scale PARAMCD --by --filter --population;
    riskfactors --endpoint --filter --population --subgroups yes; safety --by
    --filter --population; safety_events --filter --population --severe yes --search --limit; safety_subjects
    --soc --term --by --filter --population --measure serious --limit; comparison --endpoint --weights --cause --draws
    1000; laboratory --by --filter --population --test
    LBTESTCD --enzyme AST --against baseline --usubjid ID; monitoring (DSMB and statistician); patient
    --usubjid ID; lesions --usubjid ID --scan N; between_scans
    --usubjid ID --scan N; patient_qol --usubjid ID;
    patients --search --site --status --eligibility --response --overdue yes --progressed yes --sort
    --descending yes --limit --page; decisions --usubjid --meeting --within DAYS; meeting_candidates --day --since
    --restaging no --progressed no --screened no --site; meeting_patients --subjects ID,ID --since; changes
    --since CUT --by arm --filter; patient_changes --usubjid ID --since CUT.
    """
    options = analysis_options(ctx, analysis)
    opened = TrialStore(store_root(store))
    may_list = frozenset(each.strip() for each in sites.split(",")) if sites else None
    viewer, trial = Viewer(role_named(role), may_list, account_name()), the_trial(opened, trial)
    if open_key is not None:
        viewer = opened.open_key(viewer, trial, open_key, cut)
    door = opened.open(viewer, trial, cut)
    result = ANALYSES[analysis](door, **options)
    if style == "json":
        click.echo(as_json(result if table is None else _only(result, table)))
    elif style == "csv":
        if table is None and len(result.tables) > 1:
            click.echo(f"Tables (choose with --table): {', '.join(result.tables)}", err=True)
        click.echo(as_csv(result, table), nl=False)
    else:
        click.echo(as_text(result, table))


def _only(result: Result, table: str) -> Result:
    return replace(result, tables={table: result.tables[checked_table(result, table)]})


def analysis_options(ctx: click.Context, analysis: str) -> dict[str, Any]:
    """The analysis' own options, out of what is left on the command line; a usage error lists them."""
    accepted = {
        _SPOKEN.get(name, name): parameter
        for name, parameter in inspect.signature(ANALYSES[analysis]).parameters.items()
        if name != "door"
    }
    options: dict[str, Any] = {}
    words = list(ctx.args)
    while words:
        name, has_value, value = words.pop(0).partition("=")
        key = name.removeprefix("--").replace("-", "_")
        if not name.startswith("--") or key not in accepted:
            there = ", ".join(f"--{each}" for each in accepted) or "none of its own"
            raise click.UsageError(f"{analysis} has no option {name}. Options of {analysis}: {there}.", ctx)
        if not has_value:
            if not words:
                raise click.UsageError(f"Option {name} needs a value.", ctx)
            value = words.pop(0)
        options[_WRITTEN.get(key, key)] = _typed(value, accepted[key], name, ctx)
    return options


def _typed(value: str, parameter: inspect.Parameter, name: str, ctx: click.Context) -> Any:
    if parameter.annotation == "bool":
        if value not in ("yes", "no"):
            raise click.UsageError(f"Option {name} is yes or no, not '{value}'.", ctx)
        return value == "yes"
    if "float" in str(parameter.annotation):
        return _number(value, name, ctx)
    if "int" not in str(parameter.annotation).split(" | "):
        return value
    if not value.isdigit():
        raise click.UsageError(f"Option {name} needs a whole number, not '{value}'.", ctx)
    return int(value)


def _number(value: str, name: str, ctx: click.Context) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise click.UsageError(f"Option {name} needs a number, not '{value}'.", ctx)
    return number
