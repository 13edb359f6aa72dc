"""A protocol for any staged trial, from what its own datasets say (`--protocol auto`)."""

from __future__ import annotations

import re
from typing import Any, Literal

import duckdb

from crlm_dash.ingest.columns import BaselineColumn, baseline_columns
from crlm_dash.ingest.sql import sql_file
from crlm_dash.protocol import Covariate, Endpoint, Protocol, Source, minimal_protocol
from crlm_dash.terms import TimeUnit, TrialKind

_PARAMCD = re.compile(r"[A-Z][A-Z0-9_]{0,7}")
_CRITERION = re.compile(r"[A-Za-z0-9_.-]{1,8}")
_IN_ADSL = ("SEX", "RACE", "COUNTRY")  # columns of DM that the analysis table `adsl` always has


def derive_protocol(con: duckdb.DuckDBPyConnection, study_id: str) -> Protocol:
    """
    The minimal protocol of a staged trial: arms, endpoints, criteria, covariates and visits it has itself.

    Parameters
    ----------
    con : a connection whose schema `staging` was filled by `stage_source`
    study_id : the trial's STUDYID

    Returns
    -------
    A protocol without rules or assumptions. Endpoints are those of the delivered ADTTE (with competing causes
    where CNSR 2, 3, … name them in EVNTDESC); without one, overall survival if anybody died. Columns that
    tell the arm are masked and are no covariates. Its notes say what could not be taken over.
    """
    con.execute(sql_file("staging/macros"))
    con.execute(sql_file("staging/protocol_subjects"))
    facts = _one_row(con, "protocol_facts")
    columns, masks = baseline_columns(con)
    endpoints, notes = _endpoints(con)
    criteria, left_out = _criteria(con)
    protocol = minimal_protocol(
        re.sub(r"[^A-Za-z0-9 _.-]+", "-", study_id).lstrip(" _.-") or "TRIAL",
        facts["TITLE"] or "",
        source="derived from the datasets of the trial",
        kind=TrialKind.SIMULATED if facts["SIMULATED"] else None,
        randomised=facts["RANDOMISED"],
        arms=_arms(con),
        populations=_populations(facts),
        endpoints=endpoints,
        competing=_causes(con),
        criteria=criteria,
        covariates=[(column.name, column.label) for column in columns],
        visits=_rows(con, "protocol_visits"),
        target=facts["PLANSUB"] if (facts["PLANSUB"] or 0) > 0 else None,
    )
    con.execute("drop table protocol_subjects")
    return protocol.model_copy(
        update={
            "endpoints": protocol.endpoints or _overall_survival(facts),
            "covariates": tuple(_sourced(each, columns) for each in protocol.covariates),
            "access": protocol.access.model_copy(update={"masks": tuple(masks)}),
            "notes": (*protocol.notes, *notes, *left_out),
        }
    )


def _rows(con: duckdb.DuckDBPyConnection, name: str) -> list[tuple[Any, ...]]:
    return con.execute(sql_file(f"staging/{name}")).fetchall()


def _one_row(con: duckdb.DuckDBPyConnection, name: str) -> dict[str, Any]:
    found = con.execute(sql_file(f"staging/{name}"))
    names = [column[0] for column in found.description or ()]
    return dict(zip(names, found.fetchall()[0], strict=True))


def _arms(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Arms with a code each; where two arms share a code or a code is missing, the name is the code."""
    arms: list[tuple[str, str]] = _rows(con, "protocol_arms")
    codes = [code.casefold() for code, _ in arms]
    return [(code if codes.count(code.casefold()) == 1 else name, name) for code, name in arms]


def _populations(facts: dict[str, Any]) -> list[tuple[str, str]]:
    itt = [("ITTFL", "Intention to treat")] if facts["HAS_ITTFL"] else []
    return [("ENRLFL", "Enrolled"), *itt, ("SAFFL", "Safety")]


def _endpoints(con: duckdb.DuckDBPyConnection) -> tuple[list[tuple[str, str, str]], list[str]]:
    endpoints, notes = [], []
    for paramcd, param, unit in _rows(con, "protocol_endpoints"):
        if not _PARAMCD.fullmatch(paramcd):
            notes.append(f"PARAMCD '{paramcd}' is not a CDISC code (A-Z, 0-9, at most 8) and is left out.")
        elif unit == "weeks":
            notes.append(f"{paramcd} is in weeks, which is not supported (days, months, years), and is left out.")
        else:
            endpoints.append((paramcd, param, unit or TimeUnit.DAYS.value))
            if unit is None:
                notes.append(f"No unit of {paramcd} is stated (AVALU, PARAM): its times are taken as days.")
    return endpoints, notes


def _causes(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    named: dict[str, dict[int, str]] = {}
    for paramcd, cnsr, cause in _rows(con, "protocol_causes"):
        named.setdefault(paramcd, {})[cnsr] = cause
    return {
        paramcd: [causes.get(cnsr, f"Cause {cnsr}") for cnsr in range(2, max(causes) + 1)]
        for paramcd, causes in named.items()
    }


def _criteria(con: duckdb.DuckDBPyConnection) -> tuple[list[tuple[str, str, str]], list[str]]:
    criteria: list[tuple[str, str, str]] = _rows(con, "protocol_criteria")
    kept = [each for each in criteria if _CRITERION.fullmatch(each[0])]
    notes = [f"Criterion '{each[0]}' has no CDISC code and is left out." for each in criteria if each not in kept]
    return kept, notes


def _overall_survival(facts: dict[str, Any]) -> tuple[Endpoint, ...]:
    """Death from any cause, where someone died: from randomisation, else first treatment, else enrolment."""
    if not facts["N_DIED"]:
        return ()
    origin: Literal["RANDDT", "TRTSDT", "ENRLDT"]
    origin = "RANDDT" if facts["HAS_RANDDT"] else "TRTSDT" if facts["HAS_TRTSDT"] else "ENRLDT"
    return (
        Endpoint(
            paramcd="OS",
            label="Overall survival",
            unit=TimeUnit.DAYS,
            origin=origin,
            events=("death",),
            censor=("last_alive", "enrolled_only"),
            primary=True,
        ),
    )


def _sourced(covariate: Covariate, columns: list[BaselineColumn]) -> Covariate:
    dataset = next(column.dataset for column in columns if column.name == covariate.column)
    if dataset == "adsl" or covariate.column in _IN_ADSL:
        return covariate
    return covariate.model_copy(update={"source": Source(domain="DM", column=covariate.column, take="first")})
