"""Domains of the simulated registry, column by column for a hundred thousand patients at a time."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from crlm_dash.demo.registry_columns import Cohort, Table, arrow_table, dates, only, stacked, where
from crlm_dash.demo.registry_visits import operations, questionnaires, samples, visits
from crlm_dash.demo.toxicity import AFTER_PROCEDURE, UNDER_THERAPY
from crlm_dash.terms import Modality

_EVENTS_PER_PATIENT = 12.0  # of a million patients, ten million events


def domain_tables(c: Cohort, *, forms: bool = False) -> dict[str, pa.Table]:
    """Every domain of these patients as an Arrow table; `forms`: with questionnaires."""
    tables: dict[str, Table] = {
        "DM": _subjects(c),
        "DS": _milestones(c),
        "IE": _unmet(c),
        "MH": _diagnoses(c),
        "RS": _progression_records(c),
        "AE": _events(c),
        "SS": _survival(c),
        "SV": visits(c),
        "LB": samples(c),
        "PR": operations(c),
    }
    if forms:
        tables["QS"] = questionnaires(c)
    return {name: arrow_table(c.trial.trial, name, table) for name, table in tables.items()}


def _subjects(c: Cohort) -> Table:
    arms = (c.trial.local, c.trial.systemic)
    local = (c.people["ARMCD"] == c.trial.local.code).to_numpy()
    code = np.where(local, arms[0].code, arms[1].code).astype(object)
    arm = np.where(local, arms[0].name, arms[1].name).astype(object)
    enrolled = c.enrolled
    treated = enrolled & (c.decided + 14 <= c.last)
    reason = np.where(c.failed, "SCREEN FAILURE", "NOT ASSIGNED").astype(object)
    return {
        "USUBJID": c.usubjid,
        "SUBJID": np.array([u.split("-", 2)[2] for u in c.usubjid], dtype=object),
        "SITEID": c.site,
        "COUNTRY": c.country,
        "AGE": c.people["AGE"].to_numpy(),
        "AGEU": "YEARS",
        "SEX": c.people["SEX"].to_numpy(dtype=object),
        "RFICDTC": dates(c.consent),
        "RFSTDTC": where(enrolled, dates(c.decided)),
        "RFXSTDTC": where(treated, dates(c.decided + 14)),
        "RFXENDTC": where(treated, dates(np.minimum(c.decided + 200, c.last))),
        "DTHDTC": where(c.died, dates(c.death)),
        "DTHFL": only(c.died, np.full(len(code), "Y", dtype=object)),
        "ARMCD": only(enrolled, code),
        "ARM": only(enrolled, arm),
        "ACTARMCD": only(treated, code),
        "ACTARM": only(treated, arm),
        "ARMNRS": only(~enrolled, reason),
    }


def _milestones(c: Cohort) -> Table:
    def words(term: str, category: str, epoch: str) -> dict[str, str]:
        return {"DSTERM": term, "DSDECOD": term, "DSCAT": category, "EPOCH": epoch}

    everyone = np.ones(len(c.people), dtype=bool)
    decided = c.decided <= c.trial.last_day
    event, milestone = "DISPOSITION EVENT", "PROTOCOL MILESTONE"
    lost = c.enrolled & ~c.died & (c.last < np.minimum(c.decided + c.trial.horizon_days, c.trial.last_day))
    finished = c.enrolled & ~c.died & (c.last == c.decided + c.trial.horizon_days)
    return stacked(
        c,
        [
            (everyone, c.consent, words("INFORMED CONSENT OBTAINED", milestone, "SCREENING")),
            (c.enrolled, c.decided, words("ENROLLED", milestone, "SCREENING")),
            (c.failed & decided, c.decided, words("SCREEN FAILURE", event, "SCREENING")),
            (c.refused & decided, c.decided, words("WITHDRAWAL BY SUBJECT", event, "SCREENING")),
            (c.died, c.death, words("DEATH", event, "FOLLOW-UP")),
            (lost, c.last, words("LOST TO FOLLOW-UP", event, "FOLLOW-UP")),
            (finished, c.last, words("COMPLETED", event, "FOLLOW-UP")),
        ],
        "DSSTDTC",
    )


def _unmet(c: Cohort) -> Table:
    """One unmet criterion for each failure."""
    criteria = [k for k in c.trial.protocol.criteria if k.type == "inclusion"]
    chosen = c.rng.integers(0, len(criteria), len(c.people))
    failed = c.failed & (c.decided <= c.trial.last_day)
    parts = [
        (
            failed & (chosen == i),
            c.decided,
            {"IETESTCD": k.id, "IETEST": k.text, "IECAT": "INCLUSION", "IEORRES": "N", "IESTRESC": "N"},
        )
        for i, k in enumerate(criteria)
    ]
    return stacked(c, parts, "IEDTC")


def _diagnoses(c: Cohort) -> Table:
    everyone = np.ones(len(c.people), dtype=bool)
    parts = [
        (everyone, c.diagnosis - before, {"MHTERM": term, "MHDECOD": term, "MHEVDTYP": "DIAGNOSIS"})
        for term, before in (("COLORECTAL CANCER", 12), ("LIVER METASTASES", 0))
    ]
    return stacked(c, parts, "MHSTDTC")


def _progression_records(c: Cohort) -> Table:
    """A scan without progression after three months, then the scans that show it."""

    def words(code: str, answer: str) -> dict[str, str]:
        shared = {"RSCAT": "RECIST 1.1", "RSEVAL": "INVESTIGATOR"}
        return shared | {"RSTESTCD": code, "RSORRES": answer, "RSSTRESC": answer}

    liver = c.enrolled & (c.liver > 0) & (c.liver <= c.last)
    extra = c.enrolled & (c.extra > 0) & (c.extra <= c.last)
    never = np.iinfo(np.int64).max
    overall = np.minimum(np.where(liver, c.liver, never), np.where(extra, c.extra, never))
    first_scan = c.decided + 91
    stable = c.enrolled & (first_scan <= c.last) & (first_scan < overall)
    return stacked(
        c,
        [
            (stable, first_scan, words("OVRLRESP", "SD")),
            (liver, c.liver, words("LIVRRESP", "PD")),
            (extra, c.extra, words("EXHPRESP", "PD")),
            (liver | extra, overall, words("OVRLRESP", "PD")),
        ],
        "RSDTC",
    )


def _events(c: Cohort) -> Table:
    """Adverse events in the half year after treatment began."""
    risks = [*UNDER_THERAPY, *AFTER_PROCEDURE[Modality.HEPATECTOMY]]
    rates = np.array([r.rate for r in risks])
    grades = np.cumsum([np.array(r.grades) / sum(r.grades) for r in risks], axis=1)
    owner = np.repeat(np.flatnonzero(c.enrolled), c.rng.poisson(_EVENTS_PER_PATIENT / 0.75, int(c.enrolled.sum())))
    start = c.decided[owner] + 14 + (c.rng.gamma(1.5, 50, len(owner))).astype(np.int64)
    known = start <= c.last[owner]
    owner, start = owner[known], start[known]
    kind = c.rng.choice(len(risks), len(owner), p=rates / rates.sum())
    grade = 1 + (c.rng.random(len(owner))[:, None] > grades[kind]).sum(axis=1)
    serious = c.rng.random(len(owner)) < np.array([0, 0, 0.01, 0.06, 0.38, 0.8])[grade]
    end = np.minimum(start + 1 + c.rng.gamma(1.5, 10, len(owner)).astype(np.int64), c.last[owner])
    terms = np.array([r.term for r in risks], dtype=object)[kind]
    return {
        "USUBJID": c.usubjid[owner],
        "AESTDTC": dates(start),
        "AEENDTC": dates(end),
        "AETERM": terms,
        "AEDECOD": terms,
        "AEBODSYS": np.array([r.organ for r in risks], dtype=object)[kind],
        "AETOXGR": np.array(["0", "1", "2", "3", "4", "5"], dtype=object)[grade],
        "AESER": np.where(serious, "Y", "N").astype(object),
        "AEREL": "Y",
        "AEACN": "DOSE NOT CHANGED",
        "AEOUT": "RECOVERED/RESOLVED",
        "AESDTH": "N",
    }


def _survival(c: Cohort) -> Table:
    shared = {"SSTESTCD": "SURVSTAT", "SSTEST": "Survival Status"}
    return stacked(
        c,
        [
            (c.enrolled & ~c.died, c.last, shared | {"SSORRES": "ALIVE", "SSSTRESC": "ALIVE"}),
            (c.died, c.death, shared | {"SSORRES": "DEAD", "SSSTRESC": "DEAD"}),
        ],
        "SSDTC",
    )
