"""A protocol for a trial that has none: only what its own datasets say, and nothing assumed beyond it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from crlm_dash.protocol.model import Protocol
from crlm_dash.protocol.reading import protocol_from
from crlm_dash.terms import TrialKind

_Row = TypeVar("_Row", bound=tuple[Any, ...])


def minimal_protocol(
    id: str,
    title: str = "",
    *,
    source: str = "",
    kind: TrialKind | None = None,
    randomised: bool = False,
    arms: Sequence[tuple[str, str]] = (),
    populations: Sequence[tuple[str, str]] = (),
    endpoints: Sequence[tuple[str, str, str]] = (),
    competing: Mapping[str, Sequence[str]] | None = None,
    criteria: Sequence[tuple[str, str, str]] = (),
    covariates: Sequence[tuple[str, str]] = (),
    visits: Sequence[tuple[float, str, int | None]] = (),
    target: int | None = None,
) -> Protocol:
    """
    The protocol of any CDISC trial, of no, one or many arms, from values its datasets hold.

    Parameters
    ----------
    id, title, source : study identifier, its title ('' : the identifier), where the values come from
    arms : (ARMCD, ARM) in the order they are shown; as in every list here, the first row of a code counts
    populations : (flag column of ADSL, label); none: the two every trial has
    endpoints : (PARAMCD, PARAM, unit) of the delivered ADTTE
    competing : PARAMCD -> labels of CNSR 2, 3, … where the delivered ADTTE has competing causes
    criteria : (IETESTCD, 'INCLUSION' or 'EXCLUSION', IETEST); they carry no rule
    covariates : (ADSL column, label)
    visits : (VISITNUM, VISIT, VISITDY); one without a planned study day is left out and noted
    target : planned number of subjects

    Returns
    -------
    A protocol whose outcomes by arm are open to the DSMB and the statistician only.

    Raises
    ------
    ProtocolError : the values contradict each other (a unit that is none, two visits of one name)
    """
    causes = competing or {}
    arms, planned = _first_of_each(arms), _first_of_each(visits)
    raw: dict[str, object] = {
        "id": id,
        "title": title.strip() or id,
        "source": source,
        "notes": [f"Visit {name} has no planned study day and is left out." for _, name, day in planned if not day],
        "allocation": {"method": _method(len(arms), randomised), "randomised": randomised and len(arms) > 1},
        "accrual": {} if target is None else {"target": target},
        "arms": [{"code": code, "name": name, "label": name} for code, name in arms],
        "endpoints": [_endpoint(*each, causes.get(each[0], ())) for each in _first_of_each(endpoints)],
        "criteria": [{"id": code, "type": sort.lower(), "text": text} for code, sort, text in _first_of_each(criteria)],
        "covariates": [{"column": column, "label": label} for column, label in _first_of_each(covariates)],
        "visits": [
            {"visitnum": number, "visit": name, "day": day}
            for number, name, day in sorted(planned, key=lambda visit: visit[2] or 0)
            if day
        ],
    }
    if kind is not None:
        raw["kind"] = str(kind)
    if populations:
        raw["populations"] = [{"flag": flag, "label": label} for flag, label in _first_of_each(populations)]
    return protocol_from(raw, f"{id} (minimal)")


def _first_of_each(rows: Sequence[_Row]) -> list[_Row]:
    first: dict[Any, _Row] = {}
    for row in rows:
        first.setdefault(row[0], row)
    return list(first.values())


def _method(n_arms: int, randomised: bool) -> str:
    if n_arms == 1:
        return "single arm"
    return "randomised" if randomised and n_arms > 1 else "not stated"


def _endpoint(paramcd: str, label: str, unit: str, causes: Sequence[str]) -> dict[str, object]:
    return {
        "paramcd": paramcd,
        "label": label,
        "unit": unit.strip().lower().removesuffix("s") + "s",
        "delivered": True,
        "type": "competing_risks" if causes else "time_to_event",
        "competing": [{"label": cause} for cause in causes],
    }
