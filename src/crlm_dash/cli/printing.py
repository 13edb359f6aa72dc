"""Frames, results, faults and progress as text."""

from __future__ import annotations

import datetime as dt
import json
import math
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click
import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.errors import NotFound
from crlm_dash.ingest import Fault
from crlm_dash.store.build import Progress
from crlm_dash.tables import READABLE
from crlm_dash.tables.comma import comma_separated
from crlm_dash.terms import Severity

_MOST_ROWS = 40
_WIDEST = 90
_BAR = 24


def as_json(result: Result) -> str:
    """A result for scripts: numbers unrounded, missing values null, dates ISO."""
    content = {
        "analysis": result.analysis,
        "trial": result.trial,
        "cut": result.cut,
        "fingerprint": result.fingerprint,
        "cutoff": result.cutoff.isoformat(),
        "role": result.role,
        "population": result.population,
        "n_used": result.n_used,
        "n_total": result.n_total,
        "excluded": [{"reason": each.reason, "n": each.n} for each in result.excluded],
        "notes": [*([result.empty] if result.empty else []), *result.notes],
        "tables": {name: json_rows(frame) for name, frame in result.tables.items()},
    }
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)


def json_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as JSON takes them."""
    days = {str(name) for name in frame.columns if _is_all_days(frame[name])}
    return [
        {str(name): _json_value(value, str(name) in days) for name, value in row.items()}
        for row in frame.to_dict("records")
    ]


def _is_all_days(values: pd.Series) -> bool:
    """Whether a column of timestamps holds dates only."""
    if not pd.api.types.is_datetime64_any_dtype(values):
        return False
    known = values.dropna()
    return bool((known == known.dt.normalize()).all())


def _json_value(value: Any, is_day: bool) -> Any:
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, pd.Timestamp | dt.date):
        return value.strftime("%Y-%m-%d") if is_day else value.isoformat()
    return value.item() if hasattr(value, "item") else value


def as_csv(result: Result, table: str | None) -> str:
    """One table of a result, unrounded; the first where none is named."""
    name = checked_table(result, table) if table else next(iter(result.tables))
    return comma_separated(result.tables[name])


def as_text(result: Result, table: str | None) -> str:
    """A result as people read it: what it is about, its tables, its notes."""
    head = [
        f"{result.analysis.capitalize()} · {result.trial} · data cut {result.cut} · cut-off {result.cutoff}",
        f"Seen as {result.role} ({result.masked}) · {result.population}"
        + (f" · filter {result.filters}" if result.filters else ""),
        f"{result.n_used:,} of {result.n_total:,} used",
        *(f"  not used: {each.n:,} — {each.reason}" for each in result.excluded),
    ]
    readable = READABLE[result.analysis]
    names = [checked_table(result, table)] if table else list(readable)
    parts = [*head, "", result.empty or result.sentence]
    for name in names:
        frame = readable[name](result) if name in readable else result.tables[name]
        if len(frame) or table:
            parts += ["", f"-- {name}", frame_text(frame)]
    return "\n".join([*parts, "", *(f"* {note}" for note in result.notes)])


def checked_table(result: Result, table: str) -> str:
    """The name of a table of the result; `NotFound` lists those there are."""
    if table not in result.tables:
        raise NotFound(f"{result.analysis} has no table '{table}'. Tables: {', '.join(result.tables)}.")
    return table


def frame_text(frame: pd.DataFrame) -> str:
    """A frame in aligned columns, its first rows if it is long."""
    if frame.empty:
        return f"(no rows: {', '.join(map(str, frame.columns))})"
    shown = frame.head(_MOST_ROWS).astype(object)
    text = shown.where(shown.notna(), "").to_string(index=False, max_colwidth=_WIDEST)
    more = len(frame) - _MOST_ROWS
    return f"{text}\n… {more:,} more rows (--format csv or json has all)" if more > 0 else text


def faults_text(faults: Sequence[Fault], first: int, totals: dict[tuple[str, str, str], int] | None = None) -> str:
    """Faults in groups of severity, dataset and rule: how many, and the first of each."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for fault in faults:
        groups.setdefault((str(fault.severity), fault.domain, fault.rule), []).append(fault.message)
    rank = {str(each): place for place, each in enumerate(Severity)}
    lines = []
    for key in sorted(groups, key=lambda key: (rank[key[0]], key[1:])):
        severity, domain, rule = key
        n = (totals or {}).get(key, len(groups[key]))
        lines.append(f"{severity.upper()} {domain or 'source'}, {rule}: {n:,}")
        lines += [f"    {message}" for message in groups[key][:first]]
        if n > first:
            lines.append(f"    … {n - len(groups[key][:first]):,} more")
    return "\n".join(lines)


@contextmanager
def progress_line() -> Iterator[Progress]:
    """A line on stderr: what is being done and how far it is; nothing where stderr is no terminal."""
    shown = sys.stderr.isatty()

    def tell(text: str, done: int, total: int) -> None:
        if shown:
            filled = round(_BAR * done / total) if total else 0
            bar = "█" * filled + "·" * (_BAR - filled)
            click.echo(f"\r\033[K{bar} {text} ({done:,}/{total:,})", nl=False, err=True)

    try:
        yield tell
    finally:
        if shown:
            click.echo("\r\033[K", nl=False, err=True)
