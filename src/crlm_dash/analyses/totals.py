"""The trial in numbers: counts of everybody, for who may see nothing else. Small ones never leave the store."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.analyses.framing import assumed, cutoff_note, population_words, result_of, table
from crlm_dash.analyses.result import Result
from crlm_dash.analyses.words import day, plural
from crlm_dash.store.door import FEWEST, Door
from crlm_dash.terms import MISSING_GROUP

_WORDS = {
    "quarter": "Enrolled, by quarter",
    "status": "Where patients are now",
    "serious": "Had a serious adverse event",
    "late": "Missed or overdue visits",
    "age": "Age (years)",
    "SEX": "Sex",
    "not enrolled": "Not enrolled: why not",
    "reason": "Failed: first criterion not met",
}  # displays in their order; covariates of the protocol stand between sex and who was not enrolled
_OUTCOMES = {"failed": "failed eligibility", "refused": "declined", "withdrawn": "withdrew", "pending": "not decided"}
_AGES = ("under 50", "50 to 59", "60 to 69", "70 to 79", "80 and over")
_STATES = ("in follow-up", "completed", "died", "left early")
_VIEWS = {"quarter": "course", "status": "state", "serious": "state", "late": "state", "not enrolled": "screening"}
_VIEWS |= {"reason": "screening"}  # all others: patients
_COLUMNS = "view display title line part n percent"


def totals(door: Door) -> Result:
    """
    Counts of everyone screened and enrolled, all sites and arms together.

    Returns
    -------
    Tables `figures`: item, n, of, detail · `displays`: view (course, state, patients, screening), display, title, line,
    part (whom it is of), n, percent (of the part, 0-100) · `sites`: siteid, n_screened, n_enrolled, n_not_enrolled.
    A number that is left out is missing: below five, or another by which one below five could be worked out.
    """
    found = door.ask("totals")
    whole = dict(found[found["display"] == ""].set_index("part")["n"])
    displays = _displays(door, found, whole)
    tables = {"figures": _figures(door, whole, displays), "displays": displays, "sites": _sites(found)}
    counted = {flag: whole.get(part, 0) for flag, part in (("SCRNFL", "screened"), ("ENRLFL", "enrolled"))}
    flag = next((each for each, n in counted.items() if pd.notna(n)), "SCRNFL")  # the largest that may be told
    n_used, n_out = 0 if pd.isna(counted[flag]) else int(counted[flag]), int(found["n"].isna().sum())
    return result_of(
        door,
        "totals",
        tables,
        population=population_words(door, flag),
        n_used=n_used,
        n_total=n_used,
        notes=[
            f"Not shown: numbers from 1 to {FEWEST - 1}, and others by which one of these could be worked out "
            f"({plural(n_out, 'number')} here). None is shown as 0.",
            "All sites and all arms together; always of everyone, for two views could differ by one person.",
            "Not enrolled counts as failed only by a criterion; who declined or withdrew is told apart.",
            cutoff_note(door),
            *assumed(door, "accrual.target"),
        ],
        sentence=_sentence(door, whole) if n_used else "",
        empty="" if n_used else _nothing(counted["SCRNFL"]),
    )


def _nothing(screened: Any) -> str:
    return (
        f"So few patients that even how many there are would give away a number below {FEWEST}."
        if pd.isna(screened)
        else "No subject has been screened yet."
    )


def _displays(door: Door, found: pd.DataFrame, whole: dict[str, Any]) -> pd.DataFrame:
    """One row a display and line, in the order of the displays, and of the protocol's levels."""
    flow = [("not enrolled", line, "not enrolled", whole[line]) for line in _OUTCOMES if line in whole]
    rows = [*flow, *found.loc[found["display"].ne("") & found["part"].ne(""), list(_OF)].itertuples(index=False)]
    titles = _titles(door)
    shown = [
        (
            _VIEWS.get(display, "patients"),
            display,
            titles[display],
            _line(door, display, line),
            part,
            n,
            _percent(n, whole[part]),
        )
        for display, line, part, n in sorted(rows, key=lambda row: _place(door, titles, row))
        if display in titles
    ]
    return table(shown, _COLUMNS).astype({"n": "Int64", "percent": "Float64"})


_OF = ("display", "line", "part", "n")


def _titles(door: Door) -> dict[str, str]:
    covariates = {each.column: each.label for each in door.protocol.covariates}
    first = {name: title for name, title in _WORDS.items() if name not in ("not enrolled", "reason")}
    return first | covariates | {name: _WORDS[name] for name in ("not enrolled", "reason")}


def _place(door: Door, titles: dict[str, str], row: Any) -> tuple[Any, ...]:
    """Displays in their order; lines in that of the protocol, those without a value last."""
    display, line = row[0], row[1]
    levels = {each.column: [str(level) for level in each.levels] for each in door.protocol.covariates}
    criteria = [each.id for each in door.protocol.criteria]
    known = {"age": _AGES, "status": _STATES, "not enrolled": list(_OUTCOMES), "reason": criteria, "serious": ["yes"]}
    known |= {"late": ["yes"], **levels}
    order = list(known.get(display, ()))
    place = order.index(line) if line in order else len(order)
    return list(titles).index(display) if display in titles else -1, line == MISSING_GROUP, place, line


def _line(door: Door, display: str, line: str) -> str:
    """A line as it is read."""
    if display == "reason":
        named = {each.id: f"{each.id} {each.label}".strip() for each in door.protocol.criteria}
        return "none recorded" if line == MISSING_GROUP else named.get(line, line)
    return _OUTCOMES.get(line, line) if display == "not enrolled" else line


def _percent(n: Any, of: Any) -> float | None:
    return None if pd.isna(n) or pd.isna(of) or not of else 100 * n / of


def _sites(found: pd.DataFrame) -> pd.DataFrame:
    columns = {"siteid": "", "n_screened": "", "n_enrolled": "enrolled", "n_not_enrolled": "not enrolled"}
    mine = found[found["display"] == "site"]
    lines = sorted(set(mine["line"]), key=lambda site: (site == MISSING_GROUP, site))
    cells = {(line, part): n for _, line, part, n in mine.itertuples(index=False)}
    rows = []
    for site in lines:
        enrolled, other = (cells.get((site, part), 0) for part in ("enrolled", "not enrolled"))
        alone = enrolled if (site, "not enrolled") not in cells else other  # a line of one part has no sum of its own
        rows.append((site, cells.get((site, ""), alone), enrolled, other))
    return table(rows, " ".join(columns)).astype({name: "Int64" for name in columns if name != "siteid"})


def _figures(door: Door, whole: dict[str, Any], displays: pd.DataFrame) -> pd.DataFrame:
    accrual, enrolled = door.protocol.accrual, whole.get("enrolled", 0)
    lines = {(display, line): n for display, line, n in displays[["display", "line", "n"]].itertuples(index=False)}
    rows = [
        ("Screened", whole.get("screened", 0), None, "gave consent"),
        ("Enrolled", enrolled, accrual.target, "planned" if accrual.target else "no target stated"),
        ("Deaths", lines.get(("status", "died"), 0), enrolled, "of enrolled patients"),
        ("With a serious event", lines.get(("serious", "yes"), 0), enrolled, "of enrolled patients"),
    ]
    return table(rows, "item n of detail").astype({"n": "Int64", "of": "Int64"})


def _sentence(door: Door, whole: dict[str, Any]) -> str:
    target, enrolled = door.protocol.accrual.target, whole.get("enrolled", 0)
    of = f" of {target:,} planned" if target else ""
    if pd.isna(enrolled):
        return f"How many{of} patients were enrolled is not shown."
    return f"{enrolled:,}{of} patients enrolled by {day(door.cut.cutoff)}."
