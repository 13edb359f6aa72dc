"""The two shipped protocols hold what the published texts and the clinical notes say."""

import duckdb
import pytest

from crlm_dash.access import Role
from crlm_dash.protocol import Protocol, load_protocol, parse_protocol, protocol_ids
from crlm_dash.protocol.model import RoleName

EHD_INCLUSION = [
    "I01", "I02", "I03", "I04a", "I04b", "I04c", "I05", "I06", "I07",
    "I08", "I09", "I10", "I11", "I12", "I13", "I14", "I15", "I16",
]  # fmt: skip
EHD_EXCLUSION = [
    "E01", "E02", "E03", "E04", "E05", "E06", "E07", "E08",
    "E09", "E10", "E11", "E12", "E13", "E14", "E15", "E16",
]  # fmt: skip

DIAGNOSED = (
    "Patients with synchronous or metachronous diagnosis of liver metastasis and extrahepatic metastasis by "
    "computed tomography (CT) or magnetic resonance imaging (MRI)."
)
EHD_WORDING = {
    "I01": "Male or female, 18-80 years of age.",
    "I02": "Patients volunteered to join the study and signed informed consent, with good compliance and follow-up.",
    "I03": "Primary colorectal tumors can be radically resected or resected and histopathologically "
    "diagnosed as colorectal cancer.",
    "I04a": DIAGNOSED,
    "I04b": DIAGNOSED,
    "I04c": "Extrahepatic metastases are stable and controllable as determined by Multi-disciplinary Treatment (MDT).",
    "I05": "Patients receive only first- or second-line systemic therapy.",
    "I06": "Radical local treatment can be performed after MDT evaluation, and the indications at least meet"
    " the following one:\n"
    "- Hepatectomy: liver metastases can be completely (R0) removed and required to retain sufficient"
    " functional liver tissue;\n"
    "- Ablation therapy: The maximum diameter of liver metastases\\<3 cm, and the maximum number of "
    "ablation ≤ 5.",
    "I07": "Eastern Cooperative Oncology Group (ECOG) performance status of 0-1.",
    "I08": "Life expectancy of at least 3 months.",
    "I09": "Child-Pugh score ≤ 7.",
    "I10": "Absolute neutrophil count (ANC) ≥ 1.5×10\\^9/l",
    "I11": "Platelet count (PLT) ≥ 100\\10\\^9/l",
    "I12": "Hemoglobin ≥ 9g/dl",
    "I13": "TBIL\\<1.5 times the upper limit of normal (ULN)",
    "I14": "ALT and AST\\< 5\\ULN",
    "I15": "Serum creatinine ≤ 1.5 \\* ULN or Creatinine clearance\\> 50 ml/min",
    "I16": "Albumin \\> 30 g/l.",
    "E01": "Patients with only liver metastasis confirmed by CT or MRI.",
    "E02": "History of hepatic encephalopathy or liver transplantation.",
    "E03": "Evidence of brain metastases.",
    "E04": "Pregnant or breast-feeding women.",
    "E05": "History of other malignant tumors (except thyroid cancer and carcinoma in situ) can be included "
    "in the study if the individual has remained disease-free for at least 5 years.",
    "E06": "Patients with acute cardiovascular and cerebrovascular diseases such as acute cerebral "
    "infarction and acute coronary syndrome within 1 month, and the cardiovascular clinical symptoms "
    "or diseases were not well controlled.",
    "E07": "NYHA class 3-4 or left ventricular ejection fraction (LVEF) \\< 50 % by echocardiography.",
    "E08": "Uncontrollable hypertension, blood pressure \\> 160 / 95 mmHg after treatment, history of "
    "hypertensive crisis or hypertensive encephalopathy.",
    "E09": "Uncontrollable infection \\> grade 2 (NCI-CTC version 5.0).",
    "E10": "Patients with respiratory insufficiency : PaO2 \\< 60 mmHg at rest , with or without PaCO2 \\> 50 mmHg.",
    "E11": "Patients with a large amount of ascites (ultrasound examination showed an echoless area around "
    "the liver and spleen, pelvic cavity, and intestinal loops, and the mesentery and intestinal "
    "canal were seen floating in the echoless area ) or malignant ascites (cancer cells were found in"
    " ascites or ascites CEA was higher than peripheral blood).",
    "E12": "Coagulation dysfunction ( INR \\> 1.5 or APTT \\> 1.5\\*ULN ), with bleeding tendency.",
    "E13": "Long-term unhealed wounds or fractures, major surgery or severe traumatic injury, fracture or "
    "ulcer occurred within 4 weeks.",
    "E14": "Patients with a history of mental drug abuse and who could not quit or had mental disorders.",
    "E15": "According to the investigator's judgment, patients with concomitant diseases that seriously "
    "endanger patient safety or affect patient completion of the study.",
    "E16": "According to the investigator's judgment, patients who are not suitable for inclusion.",
}
CRLM10_WORDING = {
    "I01": "colorectal cancer patients",
    "I02": "≥10 liver metastases",
    "I03": "achieved disease control in liver metastatic lesions after chemotherapy",
    "I04": "can potentially attain a disease-free state through surgery and/or ablation and/or stereotactic "
    "body radiotherapy (SBRT)",
}
SQL_TYPES = {"number": "double", "boolean": "boolean", "text": "varchar", "date": "date"}


@pytest.fixture(scope="module")
def crlm10() -> Protocol:
    return load_protocol("CRLM10")


@pytest.fixture(scope="module")
def ehd() -> Protocol:
    return load_protocol("CRLM-EHD")


def evaluate(protocol: Protocol, criterion: str, **known: object) -> object:
    """The rule's answer in the engine that runs it; facts that are not given are missing."""
    rule = next(each.rule for each in protocol.criteria if each.id == criterion)
    columns = ", ".join(f"cast(${fact.name} as {SQL_TYPES[fact.type]}) as {fact.name}" for fact in protocol.facts)
    values = {fact.name: known.get(fact.name) for fact in protocol.facts}
    assert set(known) <= set(values)
    row = duckdb.execute(f"select {rule} from (select {columns})", values).fetchone()
    assert row is not None
    return row[0]


def test_the_shipped_protocols() -> None:
    assert protocol_ids() == ["CRLM-EHD", "CRLM10"]
    assert [load_protocol(name).id for name in protocol_ids()] == protocol_ids()


@pytest.mark.parametrize("name", ["CRLM10", "CRLM-EHD"])
def test_round_trip(name: str) -> None:
    protocol = load_protocol(name)
    text = protocol.to_toml()
    assert parse_protocol(text, "again.toml") == protocol
    assert parse_protocol(text, "again.toml").to_toml() == text


def test_every_published_criterion_is_there_and_no_other(crlm10: Protocol, ehd: Protocol) -> None:
    assert [c.id for c in ehd.criteria if c.type == "inclusion"] == EHD_INCLUSION
    assert [c.id for c in ehd.criteria if c.type == "exclusion"] == EHD_EXCLUSION
    assert [(c.id, c.type) for c in crlm10.criteria] == [(f"I0{n}", "inclusion") for n in (1, 2, 3, 4)]


def test_wording_is_kept_as_published(crlm10: Protocol, ehd: Protocol) -> None:
    assert {c.id: c.text for c in ehd.criteria} == EHD_WORDING
    assert {c.id: c.text for c in crlm10.criteria} == CRLM10_WORDING


def test_every_criterion_has_a_reading_and_a_rule_and_every_fact_is_used(crlm10: Protocol, ehd: Protocol) -> None:
    for protocol in (crlm10, ehd):
        assert all(c.reading and c.rule and c.facts for c in protocol.criteria)
        assert {f.name for f in protocol.facts} == {name for c in protocol.criteria for name in c.facts}
    assert "garbled" in next(c.reading for c in ehd.criteria if c.id == "E05")


def test_a_patient_of_whom_nothing_is_known_is_unknown_everywhere(crlm10: Protocol, ehd: Protocol) -> None:
    for protocol in (crlm10, ehd):
        assert {c.id: evaluate(protocol, c.id) for c in protocol.criteria} == dict.fromkeys(
            (c.id for c in protocol.criteria), None
        )


@pytest.mark.parametrize(
    ("criterion", "facts", "expected"),
    [
        ("I01", {"age": 18}, True),
        ("I01", {"age": 80}, True),
        ("I01", {"age": 81}, False),
        ("I02", {"consent_date": "2024-03-02", "good_compliance": True}, True),
        (
            "I02",
            {"consent_date": "2024-03-02", "enrolment_date": "2024-03-02", "good_compliance": True},
            True,
        ),
        (
            "I02",
            {"consent_date": "2024-03-02", "enrolment_date": "2024-03-01", "good_compliance": True},
            False,
        ),
        ("I02", {"enrolment_date": "2024-03-01", "good_compliance": True}, None),
        ("I03", {"primary_resectable": True}, None),
        ("I05", {"systemic_lines": 2}, True),
        ("I05", {"systemic_lines": 3}, False),
        ("I06", {"r0_feasible": True, "remnant_sufficient": True}, True),
        ("I06", {"largest_liver_lesion": 29.9, "lesions_to_ablate": 5}, True),
        ("I06", {"largest_liver_lesion": 30, "lesions_to_ablate": 5}, None),
        ("I06", {"r0_feasible": False, "largest_liver_lesion": 30, "lesions_to_ablate": 5}, False),
        ("I07", {"ecog": 2}, False),
        ("I09", {"child_pugh": 7}, True),
        ("I10", {"neutrophils": 1.5}, True),
        ("I11", {"platelets": 99.9}, False),
        ("I12", {"haemoglobin": 9}, True),
        ("I13", {"bilirubin": 1.5}, False),
        ("I14", {"alt": 5, "ast": 1}, False),
        ("I14", {"alt": 4.9}, None),
        ("I15", {"creatinine": 1.5}, True),
        ("I15", {"creatinine_clearance": 51}, True),
        ("I15", {"creatinine": 1.6}, None),
        ("I15", {"creatinine": 1.6, "creatinine_clearance": 50}, False),
        ("I16", {"albumin": 30}, False),
        ("E01", {"liver_lesions": 3, "extrahepatic_lesions": 0}, True),
        ("E04", {"sex": "M"}, False),
        ("E04", {"sex": "F", "pregnant": False}, None),
        ("E05", {"other_malignancy": False}, False),
        ("E05", {"other_malignancy": True, "malignancy_exempt": False, "malignancy_free_years": 4.9}, True),
        ("E05", {"other_malignancy": True, "malignancy_free_years": 5}, False),
        ("E07", {"nyha": 3}, True),
        ("E08", {"diastolic_pressure": 96}, True),
        ("E08", {"systolic_pressure": 160, "diastolic_pressure": 95, "hypertensive_crisis": False}, False),
        ("E09", {"infection_grade": 3, "infection_uncontrolled": False}, False),
        ("E12", {"inr": 1.6}, None),
        ("E12", {"inr": 1.6, "bleeding_tendency": False}, False),
        ("E12", {"aptt": 1.6, "bleeding_tendency": True}, True),
    ],
)
def test_rules_at_their_limits(ehd: Protocol, criterion: str, facts: dict[str, object], expected: object) -> None:
    assert evaluate(ehd, criterion, **facts) is expected


@pytest.mark.parametrize(
    ("criterion", "facts", "expected"),
    [
        ("I02", {"liver_lesions": 10}, True),
        ("I02", {"liver_lesions": 9}, False),
        ("I03", {"liver_response": "SD"}, True),
        ("I03", {"liver_response": "PD", "disease_control": True}, False),
        ("I03", {"disease_control": True}, True),
    ],
)
def test_crlm10_rules(crlm10: Protocol, criterion: str, facts: dict[str, object], expected: object) -> None:
    assert evaluate(crlm10, criterion, **facts) is expected


def test_crlm10_endpoints(crlm10: Protocol) -> None:
    ends = {end.paramcd: end for end in crlm10.endpoints}
    assert list(ends) == ["OSDIAG", "PFS", "LIVPD", "EXHPD", "OS", "FSTFAIL", "SEVAE"]
    assert [code for code, end in ends.items() if end.primary] == ["OSDIAG"]
    assert (ends["OSDIAG"].origin, ends["OSDIAG"].entry, ends["OSDIAG"].horizons[-1]) == (
        "DIAGDT",
        "ENRLDT",
        5.0,
    )
    assert (ends["PFS"].origin, ends["PFS"].events) == ("TRTSDT", ("progression", "death"))
    assert [cause.sources for cause in ends["LIVPD"].competing] == [("progression_extrahepatic",), ("death",)]
    assert [cause.sources for cause in ends["EXHPD"].competing] == [("progression_liver",), ("death",)]
    assert ends["OS"].supportive
    assert not ends["OS"].primary


def test_ehd_endpoints_and_follow_up(ehd: Protocol) -> None:
    assert [(end.paramcd, end.origin, end.primary) for end in ehd.endpoints] == [
        ("OS", "ENRLDT", True),
        ("PFS", "ENRLDT", False),
        ("FSTFAIL", "ENRLDT", False),
        ("SEVAE", "TRTSDT", False),
    ]
    assert [visit.visit for visit in ehd.visits[1:]] == [f"MONTH {month}" for month in range(3, 25, 3)]
    assert ehd.followup_months == 24


def test_crlm10_is_followed_for_five_years(crlm10: Protocol) -> None:
    assert (crlm10.visits[-1].visit, crlm10.visits[-1].day) == ("MONTH 60", 1827)


def test_neither_trial_is_taken_for_randomised(crlm10: Protocol, ehd: Protocol) -> None:
    assert (crlm10.allocation.method, crlm10.allocation.randomised) == ("not stated", False)
    assert (ehd.allocation.method, ehd.allocation.randomised) == ("willingness", False)
    assert ehd.allocation.text == "Patients are assigned to 1 of 2 groups according to their willingness."


def test_arm_labels_on_the_screen(crlm10: Protocol, ehd: Protocol) -> None:
    assert [arm.label for arm in crlm10.arms] == ["Local treatment", "Palliative chemotherapy"]
    assert [arm.label for arm in ehd.arms] == ["Local + systemic", "Systemic ± TACE/HAIC"]


def test_both_trials_offer_the_same_covariates(crlm10: Protocol, ehd: Protocol) -> None:
    names = [
        "AGEGR1", "SEX", "ECOGBL", "PRIMSIDE", "RAS", "BRAF", "MSI",
        "METATIM", "NLESGR", "MAXDIAGR", "EHSITE", "LINEGR", "CEAGR", "PRIRESP",
    ]  # fmt: skip
    assert [each.column for each in crlm10.covariates] == names
    assert [each.column for each in ehd.covariates] == names


def test_outcomes_by_arm_stay_with_the_committee_and_its_statistician(crlm10: Protocol, ehd: Protocol) -> None:
    for protocol in (crlm10, ehd):
        assert protocol.access.outcomes_by_arm == ("dsmb", "statistician")
        assert {"AEMODAL", "AECLAV"} <= set(protocol.access.masks)


def test_the_roles_are_those_of_the_policy_that_may_ever_see_outcomes_by_arm() -> None:
    assert set(RoleName.__args__) == {role.value for role in Role if role is not Role.OBSERVER}  # type: ignore[attr-defined]


def test_what_the_text_does_not_say_is_named_as_assumed(crlm10: Protocol, ehd: Protocol) -> None:
    for protocol in (crlm10, ehd):
        keys = {each.key for each in protocol.assumed}
        plan = {"target", "start", "planned_end", "sites_planned", "per_month"}
        assert {f"accrual.{key}" for key in plan} <= keys
        assert {"diagnosis.term", "safety.days_after_end", "visits", "covariates", "facts"} <= keys
