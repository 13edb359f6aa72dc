"""Domains of the simulated registry, column by column for a hundred thousand patients at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from crlm_dash.demo.design import Design
from crlm_dash.demo.toxicity import AFTER_PROCEDURE, UNDER_THERAPY
from crlm_dash.terms import Modality

Days = NDArray[np.int64]
Strings = NDArray[np.object_]
Table = dict[str, Strings | NDArray[np.generic] | str]

_EVENTS_PER_PATIENT = 12.0  # of a million patients, ten million events
_UNIX_EPOCH_ORDINAL = 719_163  # 1970-01-01


@dataclass(frozen=True)
class Cohort:
    """Patients as columns; days are proleptic ordinals."""

    trial: Design
    people: pd.DataFrame
    usubjid: Strings
    site: Strings
    country: Strings
    consent: Days
    decided: Days
    diagnosis: Days
    death: Days
    liver: Days
    extra: Days
    last: Days
    failed: NDArray[np.bool_]
    refused: NDArray[np.bool_]
    rng: np.random.Generator

    @property
    def enrolled(self) -> NDArray[np.bool_]:
        """Who was enrolled by the data date."""
        return ~self.failed & ~self.refused & (self.decided <= self.trial.last_day)

    @property
    def died(self) -> NDArray[np.bool_]:
        """Whose death is known."""
        return self.enrolled & (self.death <= self.last)


def _dates(days: Days) -> NDArray[np.datetime64]:
    """Ordinals as dates; written out as ISO text in `_arrow_table`."""
    return (days - _UNIX_EPOCH_ORDINAL).astype("datetime64[D]")


def domain_tables(c: Cohort) -> dict[str, pa.Table]:
    """Every domain of these patients as an Arrow table."""
    tables: dict[str, Table] = {
        "DM": _subjects(c),
        "DS": _milestones(c),
        "IE": _unmet(c),
        "MH": _diagnoses(c),
        "RS": _progression_records(c),
        "AE": _events(c),
        "SS": _survival(c),
    }
    return {name: _arrow_table(c.trial.trial, name, table) for name, table in tables.items()}


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
        "RFICDTC": _dates(c.consent),
        "RFSTDTC": _where(enrolled, _dates(c.decided)),
        "RFXSTDTC": _where(treated, _dates(c.decided + 14)),
        "RFXENDTC": _where(treated, _dates(np.minimum(c.decided + 200, c.last))),
        "DTHDTC": _where(c.died, _dates(c.death)),
        "DTHFL": _only(c.died, np.full(len(code), "Y", dtype=object)),
        "ARMCD": _only(enrolled, code),
        "ARM": _only(enrolled, arm),
        "ACTARMCD": _only(treated, code),
        "ACTARM": _only(treated, arm),
        "ARMNRS": _only(~enrolled, reason),
    }


def _only(mask: NDArray[np.bool_], values: Strings) -> Strings:
    """The values where `mask` holds, nothing elsewhere."""
    kept = values.copy()
    kept[~mask] = None
    return kept


def _where(mask: NDArray[np.bool_], dates: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    return np.where(mask, dates, np.datetime64("NaT"))


def _stack(c: Cohort, parts: list[tuple[NDArray[np.bool_], Days, dict[str, str]]], date: str) -> Table:
    """Records of several kinds, each for the patients of its mask on its day."""
    columns = parts[0][2].keys()
    counts = [int(mask.sum()) for mask, _, _ in parts]
    made: Table = {
        "USUBJID": np.concatenate([c.usubjid[mask] for mask, _, _ in parts]),
        date: _dates(np.concatenate([days[mask] for mask, days, _ in parts])),
    }
    for column in columns:
        values = np.array([words[column] for _, _, words in parts], dtype=object)
        made[column] = np.repeat(values, counts)
    return made


def _milestones(c: Cohort) -> Table:
    def words(term: str, category: str, epoch: str) -> dict[str, str]:
        return {"DSTERM": term, "DSDECOD": term, "DSCAT": category, "EPOCH": epoch}

    everyone = np.ones(len(c.people), dtype=bool)
    decided = c.decided <= c.trial.last_day
    event, milestone = "DISPOSITION EVENT", "PROTOCOL MILESTONE"
    lost = c.enrolled & ~c.died & (c.last < np.minimum(c.decided + c.trial.horizon_days, c.trial.last_day))
    finished = c.enrolled & ~c.died & (c.last == c.decided + c.trial.horizon_days)
    return _stack(
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
    return _stack(c, parts, "IEDTC")


def _diagnoses(c: Cohort) -> Table:
    everyone = np.ones(len(c.people), dtype=bool)
    parts = [
        (everyone, c.diagnosis - before, {"MHTERM": term, "MHDECOD": term, "MHEVDTYP": "DIAGNOSIS"})
        for term, before in (("COLORECTAL CANCER", 12), ("LIVER METASTASES", 0))
    ]
    return _stack(c, parts, "MHSTDTC")


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
    return _stack(
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
        "AESTDTC": _dates(start),
        "AEENDTC": _dates(end),
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
    return _stack(
        c,
        [
            (c.enrolled & ~c.died, c.last, shared | {"SSORRES": "ALIVE", "SSSTRESC": "ALIVE"}),
            (c.died, c.death, shared | {"SSORRES": "DEAD", "SSSTRESC": "DEAD"}),
        ],
        "SSDTC",
    )


def _arrow_table(studyid: str, domain: str, table: Table) -> pa.Table:
    """An Arrow table sorted by subject and with --SEQ; dates as ISO text."""
    n = len(table["USUBJID"])
    made: dict[str, pa.Array] = {"STUDYID": _constant(studyid, n), "DOMAIN": _constant(domain, n)}
    order = np.argsort(table["USUBJID"], kind="stable") if domain != "DM" else np.arange(n)
    subjects = np.asarray(table["USUBJID"])[order]
    made["USUBJID"] = pa.array(subjects, pa.string())
    if domain != "DM":
        first = np.flatnonzero(np.r_[True, subjects[1:] != subjects[:-1]][:n])
        lengths = np.diff(np.r_[first, n])
        made[f"{domain}SEQ"] = pa.array(np.arange(n) - np.repeat(first, lengths) + 1)
    for name, values in table.items():
        if name != "USUBJID":
            made[name] = _column(values, order, n)
    return pa.table(made)


def _constant(text: str, n: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(np.zeros(n, dtype=np.int32), pa.array([text])).cast(pa.string())


def _column(values: Strings | NDArray[np.generic] | str, order: NDArray[np.intp], n: int) -> pa.Array:
    if isinstance(values, str):
        return _constant(values, n)
    sorted_values = values[order]
    if sorted_values.dtype.kind != "M":
        kind = pa.string() if sorted_values.dtype == object else None
        return pa.array(sorted_values, kind)
    return pa.array(sorted_values).cast(pa.date32()).cast(pa.string())
