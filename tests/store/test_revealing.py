"""What tells the arm without saying it: days of treatment, and facts and covariates that are read from it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from crlm_dash.access import Role
from crlm_dash.analyses import eligibility, patient, survival
from crlm_dash.errors import AccessDenied, ProtocolError
from crlm_dash.protocol import Source, parse_protocol
from crlm_dash.store.revealing import tells_arm
from tests.analyses.tiny import PROTOCOL, cut_of, door_into, full
from tests.roles import INSIDERS

TREATED_FROM = PROTOCOL.replace(
    "[[covariates]]",
    '[[endpoints]]\nparamcd = "PFS"\nlabel = "PFS"\nunit = "days"\norigin = "TRTSDT"\nevents = ["progression"]\n'
    'censor = ["last_imaging"]\n[[covariates]]',
    1,
)
RULED = PROTOCOL.replace(
    'text = "Fit enough"', 'text = "Fit enough"\nrule = "choice <> \'NONE\' and age > 1"\nfacts = ["choice", "age"]'
) + (
    '[[facts]]\nname = "choice"\ntype = "text"\ndomain = "FA"\ntest = "WILLING"\ncolumn = "FASTRESC"\n'
    'description = "Chosen treatment"\n[[facts]]\nname = "age"\ntype = "number"\ndomain = "DM"\ncolumn = "AGE"\n'
    'description = "Age"\n'
)
COVARIATE = '[[covariates]]\ncolumn = "CHOICE"\nlabel = "Choice"\nsource = {{ domain = "{}", column = "{}"{} }}\n'


def with_pfs() -> dict[str, list[dict[str, Any]]]:
    """The tiny trial with PFS from the start of treatment, three days after enrolment."""
    tables = full()
    own = [row for row in tables["adtte"] if row["PARAMCD"] == "OS"]
    day = dt.timedelta(days=3)
    tables["adtte"] += [{**row, "PARAMCD": "PFS", "STARTDT": row["STARTDT"] + day} for row in own]
    return tables


def with_evidence() -> dict[str, list[dict[str, Any]]]:
    """The tiny trial with a criterion that rests on the chosen treatment and on age."""
    tables = full()
    shared = {"USUBJID": "T-01", "CRITERION": "I02", "ORD": 2, "DT": dt.date(2025, 1, 9)}
    tables["elevidence"] = [
        {**shared, "FACT": "choice", "FACT_ORD": 1, "DESCRIPTION": "Chosen", "VALUE": "LOCAL", "SRCDOM": "FA"},
        {**shared, "FACT": "age", "FACT_ORD": 2, "DESCRIPTION": "Age", "VALUE": "51", "SRCDOM": "DM"},
    ]
    tables["adel"] = [{**shared, "IECAT": "INCLUSION", "RESULT": "met", "VALUE": "choice: LOCAL; age: 51"}]
    return tables


@pytest.mark.parametrize("by", [None, "arm"])
@pytest.mark.parametrize(("endpoint", "origin"), [("OS", "treatment"), ("OS", "chemotherapy"), ("PFS", "enrolment")])
def test_who_sees_codes_has_no_time_counted_from_or_to_a_day_of_treatment(
    by: str | None, endpoint: str, origin: str
) -> None:
    cut = cut_of(with_pfs(), TREATED_FROM)
    with pytest.raises(AccessDenied, match="tells which treatment stands behind a code"):
        survival(door_into(cut, Role.DSMB), endpoint=endpoint, origin=origin, by=by)
    assert survival(door_into(cut), endpoint=endpoint, origin=origin, by=by).n_used == 20


def test_the_door_keeps_days_of_treatment_from_codes_by_itself() -> None:
    cut = cut_of(with_pfs(), TREATED_FROM)
    coded, open_ = door_into(cut, Role.DSMB), door_into(cut)
    assert list(coded.time_origins()) == ["diagnosis", "enrolment"]
    assert list(open_.time_origins()) == ["diagnosis", "chemotherapy", "enrolment", "treatment"]
    with pytest.raises(AccessDenied):
        coded.ask("survival_counts", by="arm", origin="treatment", endpoint="OS")
    assert coded.ask("survival_counts", by="arm", origin="enrolment", endpoint="PFS").empty
    assert open_.ask("survival_counts", by="arm", origin="enrolment", endpoint="PFS")["n"].sum() == 20


def test_an_endpoint_s_own_time_zero_stays_open_to_codes() -> None:
    cut = cut_of(with_pfs(), TREATED_FROM)
    assert survival(door_into(cut, Role.DSMB), endpoint="PFS", by="arm").n_used == 20
    assert survival(door_into(cut, Role.DSMB), endpoint="PFS", origin="treatment", by="arm").n_used == 20
    assert survival(door_into(cut, Role.DSMB), endpoint="OS", origin="diagnosis", by="arm").n_used == 20


def test_the_evidence_of_who_sees_codes_leaves_out_what_tells_the_arm() -> None:
    cut = cut_of(with_evidence(), RULED)
    coded, open_ = (patient(door_into(cut, role), usubjid="T-01").tables for role in (Role.DSMB, Role.STATISTICIAN))
    assert coded["evidence"]["value"].fillna("").tolist() == ["", "51"]
    assert coded["evidence"]["date"].isna().tolist() == [True, False]
    assert coded["criteria"]["value"].isna().all()
    assert coded["criteria"]["result"].tolist() == ["met"]
    assert open_["evidence"]["value"].tolist() == ["LOCAL", "51"]
    assert open_["criteria"]["value"].tolist() == ["choice: LOCAL; age: 51"]


@pytest.mark.parametrize(
    ("source", "tells"),
    [
        ({"domain": "FA", "test": "WILLING", "column": "FASTRESC"}, True),
        ({"domain": "FA", "test": "MDTDEC", "column": "FASTRESC"}, True),
        ({"domain": "FA", "test": "R0FEAS", "column": "FASTRESC"}, False),
        ({"domain": "ADSL", "column": "TRTSDT"}, True),
        ({"domain": "DM", "column": "AGE", "where": {"ARMCD": ("A",)}}, True),
        ({"domain": "EX", "column": "EXTRT"}, True),
        ({"domain": "PR", "test": "HEPATECTOMY", "column": "PRTRT", "take": "any"}, False),
        ({"domain": "DM", "column": "AGE"}, False),
    ],
)
def test_which_sources_tell_the_arm(source: dict[str, Any], tells: bool) -> None:
    assert tells_arm(Source.model_validate(source), ["WILLING"]) is tells


@pytest.mark.parametrize(
    ("domain", "column", "rest"),
    [("FA", "FASTRESC", ', test = "WILLING"'), ("DM", "WILLING", ""), ("DM", "AGE", ', where = { WILLING = ["Y"] }')],
)
def test_a_covariate_may_not_be_read_from_what_is_masked(domain: str, column: str, rest: str) -> None:
    with pytest.raises(ProtocolError, match=r"reads 'WILLING', which is masked"):
        parse_protocol(PROTOCOL + COVARIATE.format(domain, column, rest), "tiny.toml")


def test_a_covariate_read_from_the_start_of_treatment_groups_nothing() -> None:
    source = COVARIATE.format("ADSL", "TRTSDT", "")
    cut = cut_of(full(), PROTOCOL + source)
    cut.execute("alter table cut.main.adsl add column CHOICE varchar")
    cut.execute("update cut.main.adsl set CHOICE = cast(TRTSDT as varchar)")
    door = door_into(cut)
    assert "CHOICE" not in door.groupings()
    assert "CHOICE" not in door.filter_columns()
    assert "CHOICE" not in door_into(cut, Role.DSMB).ask("patient_subject", usubjid="T-01")


def test_when_consent_was_due_tells_codes_no_day_of_treatment() -> None:
    tables, shared = full(), {"USUBJID": "T-01", "SITEID": "01", "VALUE": "2025-01-20"}
    tables["eldev"] = [
        {**shared, "KIND": "consent", "LIMIT_TEXT": "on or before 2025-01-13"},
        {**shared, "KIND": "criterion", "CRITERION": "I01", "ORD": 1, "LIMIT_TEXT": "18 to 80 years"},
    ]
    cut = cut_of(tables)
    wanted = {
        role: eligibility(door_into(cut, role)).tables["deviations"]["limit_text"].fillna("").tolist()
        for role in INSIDERS
    }
    assert wanted[Role.DSMB] == ["", "18 to 80 years"]
    assert wanted[Role.PI] == ["on or before 2025-01-13", "18 to 80 years"]
