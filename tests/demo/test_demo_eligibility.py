"""The protocols' own rules, evaluated on the simulated records, agree with what the sites recorded."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from crlm_dash.protocol import DATE_COLUMN, TEST_COLUMN, ULN_RATIO, Fact, load_protocol

TO_UNIT = {("HGB", "g/dL"): 0.1}
TYPES = {"number": "double", "boolean": "boolean", "text": "varchar", "date": "date"}
Folder = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def folder(trial: str, written: dict[str, Path]) -> Folder:
    frames = {path.stem: pd.read_csv(path, dtype=str) for path in sorted(written[trial].glob("*.csv"))}
    ds = frames["ds"]
    enrolled = ds[ds["DSDECOD"] == "ENROLLED"].set_index("USUBJID")["DSSTDTC"]
    consent = frames["dm"][["USUBJID", "RFICDTC"]].rename(columns={"RFICDTC": "RFICDT"})
    frames["adsl"] = consent.assign(ENRLDT=consent["USUBJID"].map(enrolled))
    return frames


def records(fact: Fact, folder: Folder) -> pd.DataFrame:
    """The rows a fact is read from, oldest first; nothing later than the decision is there for a baseline fact."""
    frame = folder[fact.domain.lower()]
    if fact.test:
        frame = frame[frame[TEST_COLUMN[fact.domain]] == fact.test]
    if fact.domain not in DATE_COLUMN:
        return frame
    decided = folder["ds"][folder["ds"]["DSDECOD"].isin(["ENROLLED", "SCREEN FAILURE"])]
    reference = pd.to_datetime(frame["USUBJID"].map(decided.set_index("USUBJID")["DSSTDTC"]))
    date = pd.to_datetime(frame[DATE_COLUMN[fact.domain]].str.ljust(10, "-").str.replace("---", "-01"))
    before = date.isna() | reference.isna() | (date <= reference)
    if fact.window_days is not None:
        before &= date.isna() | reference.isna() | ((reference - date).dt.days <= fact.window_days)
    return frame[before].assign(_date=date).sort_values(["USUBJID", "_date"], kind="stable")


def value(fact: Fact, rows: pd.DataFrame) -> object:
    matching = rows
    for column, values in fact.where.items():
        matching = matching[matching[column].isin(values)]
    for column, values in fact.unless.items():
        matching = matching[~matching[column].isin(values)]
    if fact.take == "any":
        return None if rows.empty else not matching.empty
    if fact.take == "count":
        return None if rows.empty else matching[fact.column].nunique()
    found = matching.dropna(subset=[fact.column])
    if found.empty:
        return None
    last = found.iloc[-1]
    if fact.type == "number":
        number = float(last[fact.column])
        if fact.unit == ULN_RATIO:
            return number / float(last["LBSTNRHI"])
        return number * TO_UNIT.get((fact.test, fact.unit), 1.0)
    return {"Y": True, "N": False}.get(last[fact.column]) if fact.type == "boolean" else last[fact.column]


@pytest.fixture(scope="module")
def results(trial: str, folder: Folder) -> pd.DataFrame:
    """Subject by criterion: whether its requirement is met (None: unknown)."""
    protocol = load_protocol(trial)
    subjects = folder["dm"]["USUBJID"]
    facts = pd.DataFrame({"USUBJID": subjects})
    for fact in protocol.facts:
        by_subject = dict(list(records(fact, folder).groupby("USUBJID")))
        nothing = folder[fact.domain.lower()].iloc[:0]
        facts[fact.name] = [value(fact, by_subject.get(u, nothing)) for u in subjects]
    columns = [f'cast("{f.name}" as {TYPES[f.type]}) as "{f.name}"' for f in protocol.facts]
    rules = [
        f'({c.rule}) as "{c.id}"' if c.type == "inclusion" else f'not ({c.rule}) as "{c.id}"' for c in protocol.criteria
    ]
    with duckdb.connect() as connection:
        connection.register("raw", facts.astype(object).where(facts.notna(), None).astype("string"))
        connection.execute(f"create table facts as select USUBJID, {', '.join(columns)} from raw")
        return connection.execute(f"select USUBJID, {', '.join(rules)} from facts").df().set_index("USUBJID")


def test_the_enrolled_meet_every_criterion_but_the_overlooked(folder: Folder, results: pd.DataFrame) -> None:
    enrolled = folder["dm"].dropna(subset="ARMCD")["USUBJID"]
    unmet = results.loc[enrolled].stack()
    unmet = unmet[unmet.astype("boolean").eq(False)]
    dv = folder["dv"]
    said = dv[dv["DVCAT"] == "ELIGIBILITY"]
    overlooked = set(zip(said["USUBJID"], said["DVTERM"].str.extract(r"criterion (\w+)")[0], strict=True))
    assert set(unmet.index) == overlooked


def test_what_the_sites_recorded_as_unmet_is_unmet_in_the_data(folder: Folder, results: pd.DataFrame) -> None:
    keys = list(zip(folder["ie"]["USUBJID"], folder["ie"]["IETESTCD"], strict=True))
    found = [results.loc[key] for key in keys]
    met = [key for key, result in zip(keys, found, strict=True) if not pd.isna(result) and result]
    assert met == []
    assert sum(not pd.isna(result) for result in found) > 0.9 * len(found)


def test_little_is_unknown(results: pd.DataFrame) -> None:
    unknown = results.isna().to_numpy().mean()
    assert 0 < unknown < 0.03
