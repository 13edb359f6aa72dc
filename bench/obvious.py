"""The obvious way to the same numbers: the analysis tables as pandas frames, lifelines on one row a patient.

Written as a competent analyst would in a notebook: vectorised pandas, no loop over patients, frames loaded
and typed beforehand. What is not obvious, such as aggregating before estimating, is left out.
"""

from __future__ import annotations

import warnings
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
from lifelines import AalenJohansenFitter, CoxPHFitter, KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test
from lifelines.utils import median_survival_times, restricted_mean_survival_time

YEAR = 365.25
Tables = dict[str, Any]
FLAGS = ["SCRNFL", "ENRLFL", "SCRFFL", "REFUSFL"]


class Frames:
    """The analysis tables of one cut, each read whole into memory when it is first wanted, as a notebook does."""

    def __init__(self, cut: Path) -> None:
        self._cut = cut

    def _read(self, table: str, columns: str = "*") -> pd.DataFrame:
        with duckdb.connect(str(self._cut), read_only=True) as connection:
            return connection.table(table).project(columns).df()

    @cached_property
    def adsl(self) -> pd.DataFrame:
        """One row a subject."""
        return self._read("adsl")

    @cached_property
    def adtte(self) -> pd.DataFrame:
        """One row a subject and endpoint."""
        return self._read("adtte")

    @cached_property
    def adae(self) -> pd.DataFrame:
        """One row an adverse event."""
        return self._read("adae")

    @cached_property
    def adel(self) -> pd.DataFrame:
        """One row a subject and criterion."""
        return self._read("adel", "USUBJID, CRITERION, ORD, RESULT, RECORDED, RECDT")

    @cached_property
    def adsv(self) -> pd.DataFrame:
        """One row a visit."""
        return self._read("adsv")

    @cached_property
    def adtl(self) -> pd.DataFrame:
        """One row a dated thing."""
        return self._read("adtl")

    @cached_property
    def adlb(self) -> pd.DataFrame:
        """One row a laboratory value."""
        return self._read("adlb")

    @cached_property
    def adtr(self) -> pd.DataFrame:
        """One row a diameter."""
        return self._read("adtr")

    @cached_property
    def faults(self) -> pd.DataFrame:
        """One row a fault."""
        return self._read("faults")


def incidence(frames: Frames, endpoint: str, by: str | None) -> Tables:
    """Cumulative incidence of each cause; lifelines has no test between groups, and moves tied times by chance."""
    rows = frames.adtte.loc[frames.adtte["PARAMCD"] == endpoint, ["USUBJID", "AVAL", "CAUSE"]]
    rows = rows.merge(frames.adsl.loc[frames.adsl["ENRLFL"] == "Y", ["USUBJID", "TRT01P"]], on="USUBJID")
    curves = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that it moves the ties
        for group, subjects in rows.groupby(by) if by else [("All", rows)]:
            for cause in sorted(set(subjects["CAUSE"]) - {0}):
                fitted = AalenJohansenFitter(calculate_variance=False)
                fitted.fit(subjects["AVAL"], subjects["CAUSE"], event_of_interest=cause)
                curves[group, cause] = fitted.cumulative_density_
    return {"curves": curves}


def survival(frames: Frames, endpoint: str, by: str | None) -> Tables:
    """Curves, medians, landmarks, restricted means; between arms also log-rank and Cox."""
    columns = ["USUBJID", "AVAL", "CNSR", "ENTRY"]
    rows = frames.adtte.loc[frames.adtte["PARAMCD"] == endpoint, columns]
    rows = rows.merge(frames.adsl.loc[frames.adsl["ENRLFL"] == "Y", ["USUBJID", "TRT01P"]], on="USUBJID")
    rows = rows[rows["AVAL"] > rows["ENTRY"]].assign(event=lambda f: f["CNSR"] == 0)
    late = bool((rows["ENTRY"] > 0).any())
    tables: Tables = {"curves": {}, "summary": {}, "landmarks": {}, "rmst": {}}
    for group, subjects in rows.groupby(by) if by else [("All", rows)]:
        entry = subjects["ENTRY"] if late else None
        fitted = KaplanMeierFitter().fit(subjects["AVAL"], subjects["event"], entry=entry)
        followup = KaplanMeierFitter().fit(subjects["AVAL"], ~subjects["event"], entry=entry)
        tables["curves"][group] = fitted.survival_function_.join(fitted.confidence_interval_)
        tables["summary"][group] = (
            fitted.median_survival_time_,
            median_survival_times(fitted.confidence_interval_),
            followup.median_survival_time_,
        )
        tables["landmarks"][group] = fitted.survival_function_at_times([YEAR, 2 * YEAR, 3 * YEAR, 5 * YEAR])
        tables["rmst"][group] = restricted_mean_survival_time(fitted, t=3 * YEAR)
    if by:
        tables["tests"] = multivariate_logrank_test(rows["AVAL"], rows[by], rows["event"])
        arms = pd.get_dummies(rows[by], drop_first=True, dtype=float)
        model = pd.concat([rows[["AVAL", "event", "ENTRY"]], arms], axis=1)
        cox = CoxPHFitter().fit(
            model if late else model.drop(columns="ENTRY"),
            "AVAL",
            "event",
            entry_col="ENTRY" if late else None,
        )
        tables["hazard_ratio"] = cox.summary
    return tables


def eligibility(frames: Frames) -> Tables:
    """Per criterion: met, not met, the first and the only one not met; outcomes of screening."""
    adel = frames.adel
    counts = adel.groupby(["CRITERION", "RESULT"])["USUBJID"].nunique().unstack(fill_value=0)
    unmet = adel[adel["RESULT"] == "not met"].sort_values(["USUBJID", "ORD"])
    first = unmet.drop_duplicates("USUBJID")["CRITERION"].value_counts()
    sole = unmet[~unmet.duplicated("USUBJID", keep=False)]["CRITERION"].value_counts()
    outcome = (frames.adsl[FLAGS[1:]] == "Y").value_counts()
    return {
        "criteria": counts.join(first.rename("first")).join(sole.rename("sole")),
        "subjects": unmet[["USUBJID", "CRITERION", "RECDT", "RECORDED"]],
        "outcomes": outcome,
    }


def safety(frames: Frames, by: str | None) -> Tables:
    """Any, severe, serious, related, fatal events; terms and worst grades; deaths."""
    population = frames.adsl.loc[frames.adsl["SAFFL"] == "Y", ["USUBJID", "TRT01A", "DTHFL", "DTHCAUS"]]
    population = population.assign(strata=population[by] if by else "All")
    columns = ["USUBJID", "AESEQ", "AEBODSYS", "AEDECOD", "AEGRADE", "AESER", "RELFL", "DISCFL", "FATALFL", "TRTEMFL"]
    events = frames.adae[columns].merge(population[["USUBJID", "strata"]], on="USUBJID")
    events = events[events["TRTEMFL"] == "Y"]
    masks = {
        "any": events["AESEQ"].notna(),
        "severe": events["AEGRADE"] >= 3,
        "serious": events["AESER"] == "Y",
        "related": events["RELFL"] == "Y",
        "stopped": events["DISCFL"] == "Y",
        "fatal": events["FATALFL"] == "Y",
    }
    overview = {
        name: events[mask].groupby("strata")["USUBJID"].agg(["nunique", "size"]) for name, mask in masks.items()
    }
    terms, grades = {}, {}
    for level in ([], ["AEBODSYS"], ["AEBODSYS", "AEDECOD"]):
        groups = ["strata", *level]
        worst = events.groupby([*groups, "USUBJID"], observed=True)["AEGRADE"].agg(["max", "size"]).reset_index()
        terms[len(level)] = worst.groupby(groups)["size"].agg(["size", "sum"])
        grades[len(level)] = worst.fillna({"max": 0}).groupby([*groups, "max"]).size()
    died = population[population["DTHFL"] == "Y"]
    return {
        "n": population["strata"].value_counts(),
        "overview": overview,
        "terms": terms,
        "grades": grades,
        "deaths": died.groupby(["strata", "DTHCAUS"], dropna=False).size(),
    }


def overview(frames: Frames) -> Tables:
    """Numbers of the front page and the median follow-up."""
    adsl = frames.adsl
    enrolled = adsl[adsl["ENRLFL"] == "Y"]
    last = enrolled["DTHDT"].fillna(enrolled["LSTALVDT"])
    days = (last - enrolled["ENRLDT"]).dt.days + 1
    known = days > 0
    followup = KaplanMeierFitter().fit(days[known], enrolled.loc[known, "DTHDT"].isna())
    serious = frames.adae[frames.adae["AESER"] == "Y"]
    serious = serious[serious["USUBJID"].isin(enrolled["USUBJID"])]
    missed = frames.adsv[frames.adsv["STATUS"] == "missed"]
    return {
        "screened": (adsl[FLAGS] == "Y").sum(),
        "died": int((enrolled["DTHFL"] == "Y").sum()),
        "serious": (len(serious), serious["USUBJID"].nunique()),
        "missed": (len(missed), missed["USUBJID"].nunique()),
        "followup": followup.median_survival_time_,
        "last": last.max(),
    }


def patient(frames: Frames, usubjid: str) -> Tables:
    """Everything of one patient, by a mask over each table."""
    wanted = ("adsl", "adtl", "adel", "adtr", "adlb")
    tables = {name: getattr(frames, name) for name in wanted}
    return {name: frame[frame["USUBJID"] == usubjid] for name, frame in tables.items()}


def quality(frames: Frames) -> Tables:
    """Faults counted, and the first of them."""
    counted = frames.faults.groupby(["SEVERITY", "DOMAIN", "RULE"]).size()
    return {"counts": counted, "faults": frames.faults.sort_values(["SEVERITY", "DOMAIN", "ROW"]).head(5000)}
