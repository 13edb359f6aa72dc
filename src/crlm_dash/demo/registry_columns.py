"""Columns of the simulated registry: its patients, and records made for a hundred thousand of them at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from crlm_dash.demo.design import Design

Days = NDArray[np.int64]
Strings = NDArray[np.object_]
Table = dict[str, Strings | NDArray[np.generic] | str]

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


def dates(days: Days) -> NDArray[np.datetime64]:
    """Ordinals as dates; written out as ISO text by `arrow_table`."""
    return (days - _UNIX_EPOCH_ORDINAL).astype("datetime64[D]")


def only(mask: NDArray[np.bool_], values: Strings) -> Strings:
    """The values where `mask` holds, nothing elsewhere."""
    kept = values.copy()
    kept[~mask] = None
    return kept


def where(mask: NDArray[np.bool_], dates: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    return np.where(mask, dates, np.datetime64("NaT"))


def stacked(c: Cohort, parts: list[tuple[NDArray[np.bool_], Days, dict[str, str]]], date: str) -> Table:
    """Records of several kinds, each for the patients of its mask on its day."""
    columns = parts[0][2].keys()
    counts = [int(mask.sum()) for mask, _, _ in parts]
    made: Table = {
        "USUBJID": np.concatenate([c.usubjid[mask] for mask, _, _ in parts]),
        date: dates(np.concatenate([days[mask] for mask, days, _ in parts])),
    }
    for column in columns:
        values = np.array([words[column] for _, _, words in parts], dtype=object)
        made[column] = np.repeat(values, counts)
    return made


def arrow_table(studyid: str, domain: str, table: Table) -> pa.Table:
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
