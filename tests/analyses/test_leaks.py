"""Every analysis asked as every role: no arm where there may be none, and never a name for who sees codes."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest

from crlm_dash.access import Role
from crlm_dash.analyses import ANALYSES, Result
from crlm_dash.errors import AccessDenied
from crlm_dash.store.door import Door
from crlm_dash.store.rooms import REVEALS_ARM
from tests.analyses.tiny import SECRET_WORDS

Opened = Callable[..., Door]
BLINDED = (Role.MDT, Role.PI, Role.DATA_MANAGER)
ASKED: list[tuple[str, dict[str, Any]]] = [
    ("overview", {}),
    ("totals", {}),
    ("enrolment", {}),
    ("enrolment", {"open_sites": 2, "lately": 6, "days": True}),
    ("eligibility", {}),
    ("deviations", {}),
    ("followup", {}),
    ("followup", {"site": "01", "limit": 3}),
    ("sites", {}),
    ("baseline", {}),
    ("manifest", {}),
    *(("survival", {"endpoint": endpoint}) for endpoint in ("OS", "OSDX", "LIVPD")),
    ("survival", {"by": "ECOG"}),
    ("survival", {"where": "AGE > 55"}),
    *(("survival", {"origin": origin}) for origin in ("diagnosis", "chemotherapy", "enrolment", "treatment")),
    ("survival", {"endpoint": "OSDX", "naive": True, "published": True, "band": True}),
    ("incidence", {"endpoint": "LIVPD", "overstated": True}),
    ("incidence", {"endpoint": "LIVPD", "by": "ECOG"}),
    ("riskfactors", {}),
    ("riskfactors", {"subgroups": True}),
    ("riskfactors", {"endpoint": "OSDX", "where": "AGE > 55"}),
    ("riskfactors", {"endpoint": "LIVPD"}),
    ("comparison", {}),
    ("comparison", {"endpoint": "LIVPD", "weights": "inverse probability", "draws": 20}),
    ("safety", {}),
    ("safety", {"by": "ECOG"}),
    ("safety", {"population": "ENRLFL"}),
    ("safety_events", {}),
    ("safety_events", {"severe": True, "population": "SAFFL"}),
    ("laboratory", {}),
    ("laboratory", {"by": "ECOG", "against": "baseline", "usubjid": "T-01"}),
    ("safety_subjects", {}),
    ("safety_subjects", {"soc": "Gut", "by": "ECOG"}),
    ("patient", {"usubjid": "T-01"}),
    ("patient", {"usubjid": "T-02"}),
    ("lesions", {"usubjid": "T-01"}),
    ("between_scans", {"usubjid": "T-01"}),
    ("patient_qol", {"usubjid": "T-07"}),
    ("response", {}),
    ("response", {"by": "ECOG"}),
    ("qol", {}),
    ("qol", {"by": "ECOG", "scale": "PA"}),
    ("qol_model", {}),
    ("qol_model", {"by": "ECOG", "scale": "PA"}),
    ("patients", {}),
    ("meeting_candidates", {}),
    ("meeting_patients", {"subjects": "T-01,T-02"}),
    ("patients", {"sort": "progressed", "descending": True, "status": "In follow-up"}),
    ("quality", {}),
]
# What shows arms to every role, as the policy has it: numbers enrolled by arm, the records of single patients,
# and the faults of the source, which quote them.
OPEN_TO_ALL = {
    *product(["enrolment"], ["arms", "groups", "consort"]),
    *product(["patient"], ["subject", "summary", "timeline"]),
    *product(["between_scans"], ["given", "since", "procedures", "told"]),
    *product(["comparison"], ["weights", "propensity", "missing"]),
    ("quality", "faults"),
}
NAMES_ARMS = {"comparison"}  # in its words too: covariates by arm, as on the baseline page, and no outcome


def words_of(result: Result, table: str) -> str:
    frame = result.tables[table]
    return " ".join([*map(str, frame.columns), frame.to_csv(index=False)]).lower()


def said(result: Result) -> str:
    """Everything of a result but its tables."""
    return json.dumps(dataclasses.asdict(dataclasses.replace(result, tables={})), default=str).lower()


def revealing(text: str) -> Iterator[str]:
    return (word for word in SECRET_WORDS if word in text)


@pytest.mark.parametrize(("analysis", "options"), ASKED)
@pytest.mark.parametrize("role", BLINDED)
def test_a_blinded_role_finds_no_arm(opened: Opened, role: Role, analysis: str, options: dict[str, Any]) -> None:
    result = ANALYSES[analysis](opened(role), **options)
    assert analysis in NAMES_ARMS or list(revealing(said(result))) == []
    for table in result.tables:
        columns = set(result.tables[table].columns)
        assert not columns & (REVEALS_ARM | {"WILLING"}), table
        if (analysis, table) not in OPEN_TO_ALL:
            assert list(revealing(words_of(result, table))) == [], table


@pytest.mark.parametrize("role", BLINDED)
@pytest.mark.parametrize(
    "analysis", ["survival", "incidence", "response", "qol", "qol_model", "safety", "laboratory", "followup"]
)
def test_a_blinded_role_is_refused_by_arm(opened: Opened, role: Role, analysis: str) -> None:
    with pytest.raises(AccessDenied):
        ANALYSES[analysis](opened(role), by="arm")


@pytest.mark.parametrize("role", [*BLINDED, Role.DSMB])
@pytest.mark.parametrize("method", ["landmark", "time-varying", "plain"])
def test_treatment_received_tells_the_arm_and_is_refused_like_it(opened: Opened, role: Role, method: str) -> None:
    with pytest.raises(AccessDenied):
        ANALYSES["survival"](opened(role), by="received", method=method)


BY_ARM: list[tuple[str, dict[str, Any]]] = [
    *((name, {"by": "arm"}) for name in ("survival", "incidence", "safety", "laboratory", "followup", "baseline")),
    ("response", {"by": "arm"}),
    ("qol", {"by": "arm"}),
    ("survival", {"by": "arm", "origin": "diagnosis", "band": True, "naive": True}),
]


DAYS_OF_TREATMENT = [("survival", {"origin": origin}) for origin in ("chemotherapy", "treatment")]


@pytest.mark.parametrize(("analysis", "options"), [each for each in [*ASKED, *BY_ARM] if each not in DAYS_OF_TREATMENT])
def test_the_dsmb_finds_codes_and_never_a_name(opened: Opened, analysis: str, options: dict[str, Any]) -> None:
    result = ANALYSES[analysis](opened(Role.DSMB), **options)
    everything = " ".join([said(result), *(words_of(result, table) for table in result.tables)])
    assert list(revealing(everything)) == []
    if options.get("by") == "arm":
        assert result.facts["order"][:2] == ["Arm A", "Arm B"]
        assert "arm a" in everything


def test_the_search_would_find_a_leak(opened: Opened) -> None:
    result = ANALYSES["survival"](opened(Role.STATISTICIAN), by="arm")
    assert set(revealing(words_of(result, "curves"))) == {"zap", "pills"}
    assert set(revealing(said(result))) == {"zap", "pills"}
