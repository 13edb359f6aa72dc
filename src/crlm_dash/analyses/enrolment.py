"""Enrolment: who came, who was enrolled, where and when, against the plan."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from crlm_dash.access import Action
from crlm_dash.analyses.framing import assumed, group_order, population_words, result_of, table, whole
from crlm_dash.analyses.result import Result
from crlm_dash.analyses.words import listed, plural
from crlm_dash.protocol import Accrual
from crlm_dash.store.door import BY_ARM, Door
from crlm_dash.terms import DAYS_PER_MONTH

STEPS = (
    "Screened", "Failed eligibility", "Declined before enrolment", "Withdrew before enrolment", "Pending", "Enrolled",
)  # fmt: skip


def enrolment(door: Door) -> Result:
    """
    Screening and enrolment up to the cut-off.

    Returns
    -------
    Tables `funnel`, `accrual` (cumulative: all sites), `monthly` (also months without anyone), `plan`
    (cumulative by the end of each month), `sites`, `arms`. Counts are of all sites, whoever looks.
    """
    screened = door.ask("enrolment_funnel", population="SCRNFL").iloc[0]
    funnel = _funnel(screened)
    accrual = door.ask("enrolment_accrual", population="ENRLFL")
    n_screened, n_enrolled = whole(screened["n_screened"]), whole(screened["n_enrolled"])
    tables = {
        "funnel": funnel,
        "accrual": accrual.astype({"cumulative": "int64"}),
        "monthly": monthly(accrual, door.cut.cutoff),
        "plan": plan(door.protocol.accrual, door.cut.cutoff),
        "sites": door.ask("enrolment_sites", population="SCRNFL"),
        "arms": _arms(door),
    }
    undated = whole(screened["n_undated"])
    empty = "" if n_screened else "No subject has been screened yet."
    return result_of(
        door,
        "enrolment",
        tables,
        population=population_words(door, "SCRNFL"),
        n_used=n_screened,
        n_total=n_screened,
        notes=[
            f"{plural(undated, 'enrolled patient')} without a date of enrolment: not in the curve." if undated else "",
            "" if n_enrolled or not n_screened else "No subject has been enrolled yet.",
            "A refusal or withdrawal before enrolment is not an eligibility failure.",
            *(assumed(door, "accrual") if len(tables["plan"]) else ()),
        ],
        sentence=_sentence(door, tables) if n_screened else "",
        empty=empty,
        facts={"target": door.protocol.accrual.target, "planned_end": door.protocol.accrual.planned_end},
    )


def _funnel(screened: pd.Series) -> pd.DataFrame:
    total, failed, refused, withdrawn, enrolled = (
        whole(screened[f"n_{each}"]) for each in ("screened", "failed", "refused", "withdrawn", "enrolled")
    )
    pending = total - failed - refused - withdrawn - enrolled
    return table(list(zip(STEPS, (total, failed, refused, withdrawn, pending, enrolled), strict=True)), "step n")


def monthly(accrual: pd.DataFrame, cutoff: dt.date) -> pd.DataFrame:
    """Enrolled in, and by the end of, each month from the first enrolment to the cut-off, at all sites."""
    if accrual.empty:
        return table([], "month n cumulative")
    last = max(pd.Timestamp(cutoff).replace(day=1), accrual["month"].max())
    months = pd.date_range(accrual["month"].min(), last, freq="MS")
    n = accrual.groupby("month")["n"].sum().reindex(months, fill_value=0).astype("int64")
    return pd.DataFrame({"month": months, "n": n.to_numpy(), "cumulative": n.cumsum().to_numpy()})


def plan(accrual: Accrual, cutoff: dt.date) -> pd.DataFrame:
    """Planned enrolment by the end of each month, from the planned start to its end or the cut-off."""
    if accrual.start is None or planned_by(accrual, accrual.start) is None:
        return table([], "month planned_cumulative")
    last = max(accrual.planned_end or cutoff, cutoff)
    months = pd.date_range(pd.Timestamp(accrual.start).replace(day=1), pd.Timestamp(last), freq="MS")
    ends = [(month + pd.offsets.MonthEnd(0)).date() for month in months]
    planned = [planned_by(accrual, end) for end in ends]
    return pd.DataFrame({"month": months, "planned_cumulative": planned}).astype({"planned_cumulative": float})


def planned_by(accrual: Accrual, day: dt.date) -> float | None:
    """How many were to be enrolled by the end of `day`, at a steady rate; None where there is no plan."""
    if accrual.start is None:
        return None
    elapsed = max((day - accrual.start).days + 1, 0)
    if accrual.per_month is not None:
        planned = accrual.per_month * elapsed / DAYS_PER_MONTH
    elif accrual.planned_end is not None and accrual.target is not None:
        planned = accrual.target * elapsed / max((accrual.planned_end - accrual.start).days + 1, 1)
    else:
        return None
    return planned if accrual.target is None else min(planned, float(accrual.target))


def _arms(door: Door) -> pd.DataFrame:
    if not door.can(Action.SEE_COUNTS_BY_ARM):
        return table([], "strata n")
    found = door.ask("enrolment_arms", by=BY_ARM, population="ENRLFL").set_index("strata")["n"]
    return table([(arm, whole(found.get(arm, 0))) for arm in group_order(door, BY_ARM, found.index)], "strata n")


def _sentence(door: Door, tables: dict[str, pd.DataFrame]) -> str:
    n = tables["funnel"].set_index("step")["n"]
    target = door.protocol.accrual.target
    of = f" of {target:,} planned" if target else ""
    why = [
        plural(int(n[step]), *nouns)
        for step, nouns in (
            ("Failed eligibility", ("failed eligibility", "failed eligibility")),
            ("Declined before enrolment", ("declined", "declined")),
            ("Withdrew before enrolment", ("withdrew", "withdrew")),
            ("Pending", ("is pending", "are pending")),
        )
        if n[step]
    ]
    rest = f": {listed(why)}" if why else ""
    sites = int((tables["sites"]["n_enrolled"] > 0).sum())
    screened = plural(int(n["Screened"]), "patient")
    return f"{n['Enrolled']:,}{of} enrolled at {plural(sites, 'site')}, of {screened} screened{rest}."
