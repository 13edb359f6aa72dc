"""Quality of life: scores from answers, half of the items, impossible answers, baselines, visits and missing forms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.build.tiny import PROTOCOL, Row, answer, built, each, rows_of, subject, together

BASE, MONTH_3 = "2024-01-08", "2024-04-10"  # of enrolment on 2024-01-10
TEXT = PROTOCOL.replace("window_before = 28", "window_before = 28\nqol = true").replace(
    "window_after = 14", "window_after = 14\nqol = true"
)
C30, LMC, CR, EQ = "EORTC QLQ-C30", "EORTC QLQ-LMC21", "EORTC QLQ-CR29", "EQ-5D-5L"
CODES = {C30: "EOR01", LMC: "LMC21", CR: "CR29", EQ: "EQ5D02"}


def form(
    answers: Mapping[int, float | None], day: str | None = BASE, *, of: str = C30, usubjid: str = "T-01", **more: Any
) -> list[Row]:
    """QS records of one form: item number → answer."""
    return [
        {
            "USUBJID": usubjid, "QSTESTCD": f"{CODES[of]}{item:02d}", "QSCAT": of, "QSSTRESN": answer, "QSDTC": day,
            "QSSTAT": "NOT DONE" if answer is None else None, **more,
        }
        for item, answer in answers.items()
    ]  # fmt: skip


def with_forms(*forms: Sequence[Row], subjects: Sequence[Any] = ()) -> dict[str, list[Row]]:
    """One subject enrolled on 2024-01-10, or `subjects`, with these forms."""
    records = [record for rows in forms for record in rows]
    numbered = [{"QSSEQ": place, **record} for place, record in enumerate(records, 1)]
    return together(*(subjects or (subject(1),)), {"qs": numbered})


def scored(*forms: Sequence[Row], query: str = "", subjects: Sequence[Any] = (), **tables: Sequence[Row]) -> list[Row]:
    """Rows of adqol (or `query`) for one subject enrolled on 2024-01-10, or for `subjects`."""
    staged = together(with_forms(*forms, subjects=subjects), tables)
    return answer(query or "select * from adqol order by ADT, PARAMCD", staged, text=TEXT)


def scores(*forms: Sequence[Row]) -> dict[str, float]:
    return {row["PARAMCD"]: row["AVAL"] for row in scored(*forms)}


# scale, answers by item, score wanted (None: not scored)
SCALES: list[tuple[str, str, dict[int, float | None], float | None]] = [
    (C30, "PF", {1: 1, 2: 1, 3: 1, 4: 1, 5: 1}, 100),
    (C30, "PF", {1: 4, 2: 4, 3: 4, 4: 4, 5: 4}, 0),
    (C30, "PF", {1: 1, 2: 2, 3: 3, 4: None, 5: None}, 100 - 100 / 3),  # three of five
    (C30, "PF", {1: 1, 2: 2}, None),  # two of five are less than half
    (C30, "EF", {21: 2, 22: 4}, 100 - 200 / 3),  # two of four are half
    (C30, "EF", {21: 2}, None),
    (C30, "EF", {21: None, 22: None, 23: None, 24: None}, None),
    (C30, "FA", {10: 1, 12: 2}, 100 / 6),
    (C30, "FA", {10: 4}, None),
    (C30, "QL", {29: 7, 30: 7}, 100),
    (C30, "QL", {29: 1, 30: 1}, 0),
    (C30, "QL", {29: 4}, 50),  # one of two
    (C30, "PA", {9: 4, 19: 1}, 50),
    (C30, "DY", {8: 2}, 100 / 3),
    (C30, "DY", {8: 5}, None),  # out of range
    (C30, "DY", {8: 0}, None),
    (C30, "DY", {8: 1.5}, None),  # not an answer
    (C30, "PA", {9: 4, 19: 9}, 100),  # the impossible answer is missing
    (LMC, "LMCFAT", {7: 4, 13: 4, 14: 1}, 200 / 3),
    (LMC, "LMCEMO", {17: 1, 18: 2}, 100 / 6),
    (LMC, "LMCSEX", {51: 3}, 200 / 3),  # numbered as on paper
    (LMC, "LMCNUT", {31: 4, 32: 4}, 100),
    (CR, "CRBI", {45: 1, 46: 1, 47: 4}, 200 / 3),
    (CR, "CRSTF", {52: 2, 53: 2}, 100 / 3),
    (CR, "CRANX", {43: 4}, 0),
    (CR, "CRSEXM", {56: 4}, 100),  # interest rises with the answer
    (CR, "CRSEXW", {28: 1}, 0),
    (CR, "CRIMP", {57: 4}, 100),  # more trouble
    (LMC, "LMCPAIN", {9: 1, 40: 4, 12: 1}, 100 / 3),
    (EQ, "EQPD", {4: 5}, 5),
    (EQ, "EQPD", {4: 6}, None),
    (EQ, "EQVAS", {6: 72.5}, 72.5),
    (EQ, "EQVAS", {6: 101}, None),
]


def test_a_scale_is_scored_by_its_manual() -> None:
    patients = [with_forms(form(answers, of=of)) for of, _, answers, _ in SCALES]
    found = each("select * from adqol", patients, text=TEXT)
    for (of, scale, answers, wanted), rows in zip(SCALES, found, strict=True):
        scored = {row["PARAMCD"]: row["AVAL"] for row in rows}.get(scale)
        told = (of, scale, answers)
        assert (told, scored) == (told, None if wanted is None else pytest.approx(wanted, abs=1e-9))


@pytest.mark.parametrize(("answer", "told"), [(5, True), (0, True), (1.5, True), (4, False), (None, False)])
def test_an_impossible_answer_is_a_fault_that_says_where(answer: float | None, told: bool) -> None:
    query = "select USUBJID, ROW, COLUMN_NAME from faults where RULE = 'answer not possible'"
    found = scored(form({8: answer}), query=query)
    assert found == ([{"USUBJID": "T-01", "ROW": 1, "COLUMN_NAME": "QSSTRESN"}] if told else [])


def test_the_summary_is_the_mean_of_thirteen_scales_or_missing() -> None:
    answers: dict[int, float | None] = dict.fromkeys(range(1, 29), 1) | {29: 1, 30: 1}
    assert scores(form(answers))["SUMSCORE"] == 100  # neither global health nor finances count
    assert scores(form(answers | {8: 4}))["SUMSCORE"] == pytest.approx(1200 / 13, abs=1e-9)
    assert "SUMSCORE" not in scores(form(answers | {8: None}))
    assert scores(form({item: each for item, each in answers.items() if item < 28}))["SUMSCORE"] == 100


def test_versions_before_the_third_and_other_questionnaires_are_not_scored() -> None:
    assert scores(form({1: 1, 2: 1, 3: 1}, QSCAT="EORTC QLQ-C30 V2.0")) == {}
    assert set(scores(form({1: 1, 2: 1, 3: 1}, QSCAT="EORTC QLQ-C30 V3.0"))) == {"PF"}
    assert scores(form({8: 1}, QSCAT="PHQ-9")) == {}
    assert set(scores(form({8: 1}, QSCAT=None))) == {"DY"}  # CDISC code alone


def test_of_an_item_answered_twice_on_a_day_the_later_record_counts() -> None:
    assert scores(form({8: 1}), form({8: 4})) == {"DY": 100}


def test_two_visits_on_one_day_are_one_form_and_one_baseline() -> None:
    first = form({1: 1, 2: 1, 8: 1}, VISIT="SCREENING")
    rows = scored(first, form({3: 4, 8: 4}, VISIT="BASELINE"), form({11: 1}, VISIT=None))
    assert [(row["PARAMCD"], row["VISIT"], row["AVAL"], row["BASE"], row["ABLFL"]) for row in rows] == [
        ("DY", "SCREENING", 100, 100, "Y"), ("PF", "SCREENING", pytest.approx(200 / 3), pytest.approx(200 / 3), "Y"),
        ("SL", "SCREENING", 0, 0, "Y"),
    ]  # fmt: skip


def test_delivered_scores_stand_and_answers_fill_the_rest() -> None:
    shared = {"USUBJID": "T-01", "PARCAT1": C30, "ADT": dt.date(2024, 1, 8)}
    codes = {"PF2": 41.0, "DY": 140.0, "EOR0108": 2.0, "EOR0111": 4.0, "EOR0101": 1.0, "EOR0102": 1.0, "EOR0103": 1.0}
    con = built(
        together(subject(1), {"adqs": [shared | {"PARAMCD": c, "AVAL": v} for c, v in codes.items()]}), text=TEXT
    )
    rows = rows_of(con, "select PARAMCD, AVAL, SCORESRC from adqol order by PARAMCD")
    assert [(row["PARAMCD"], round(row["AVAL"], 6), row["SCORESRC"]) for row in rows] == [
        ("DY", 33.333333, "scored"), ("PF", 41, "as delivered"), ("SL", 100, "scored"),
    ]  # fmt: skip
    faults = rows_of(con, "select VALUE, COLUMN_NAME from faults where RULE = 'answer not possible'")
    assert faults == [{"VALUE": "140", "COLUMN_NAME": "AVAL"}]


# day of a form → (baseline, after, planned visit, stands for it, in its window)
PLACES: list[tuple[str, list[tuple[str | None, tuple[Any, ...]]]]] = [
    ("before, in and after", [
        ("2024-01-08", ("Y", None, 1, "Y", "Y")), ("2024-04-10", (None, "Y", 2, "Y", "Y")),
        ("2024-07-10", (None, "Y", 3, "Y", "Y"))]),
    ("two before: the last is the baseline", [
        ("2024-01-02", (None, None, 1, None, "Y")), ("2024-01-10", ("Y", None, 1, "Y", "Y"))]),
    ("a baseline before the window is one", [("2023-10-01", ("Y", None, 1, "Y", "N"))]),
    ("two at one visit: the nearer", [
        ("2024-04-05", (None, "Y", 2, None, "Y")), ("2024-04-12", (None, "Y", 2, "Y", "Y"))]),
    ("outside the window, nearest visit", [("2024-05-10", (None, "Y", 2, "Y", "N"))]),
    ("nearer to no visit", [("2024-01-20", (None, "Y", None, None, None))]),
    ("long after the last visit", [("2024-12-01", (None, "Y", None, None, None))]),
]  # fmt: skip


def test_forms_stand_for_planned_visits() -> None:
    patients = [with_forms(*(form({8: 2}, day) for day, _ in forms)) for _, forms in PLACES]
    found = each("select * from adqol order by ADT", patients, text=TEXT)
    for (why, forms), rows in zip(PLACES, found, strict=True):
        placed = [(row["ABLFL"], row["APOBLFL"], row["VISITNUM"], row["ANL01FL"], row["INWINFL"]) for row in rows]
        assert (why, placed) == (why, [wanted for _, wanted in forms])


def test_change_is_from_the_last_score_before_enrolment() -> None:
    rows = scored(form({8: 4}, "2024-01-02"), form({8: 2}), form({8: 3}, MONTH_3), form({11: 3}, MONTH_3))
    assert [(row["PARAMCD"], row["BASE"], row["CHG"]) for row in rows] == [
        ("DY", pytest.approx(100 / 3), None), ("DY", pytest.approx(100 / 3), None),
        ("DY", pytest.approx(100 / 3), pytest.approx(100 / 3)), ("SL", None, None),
    ]  # fmt: skip


def test_without_a_date_the_visit_is_known_by_its_name() -> None:
    rows = scored(form({8: 4}, None, VISIT="Month 3"), form({8: 4}, None, VISIT="UNSCHEDULED"))
    assert sorted((row["VISIT"], row["VISITNUM"], row["ANL01FL"]) for row in rows) == [
        ("Month 3", 2, "Y"), ("UNSCHEDULED", None, None),
    ]  # fmt: skip


# -- what became of each form --------------------------------------------------------------------------------------

NOT_DONE = {"USUBJID": "T-01", "QSTESTCD": "QSALL", "QSCAT": C30, "QSSTAT": "NOT DONE", "QSDTC": MONTH_3}


def fates(*forms: Sequence[Row], people: Any = None, **tables: Sequence[Row]) -> list[tuple[str, str | None]]:
    query = "select STATUS, REASON from adqolvis where USUBJID = 'T-01' and PARCAT1 = 'QLQ-C30' order by VISITNUM"
    other = subject(9)
    records = [*forms, form({8: 1}, usubjid="T-09")]  # somebody answered this questionnaire
    rows = scored(*records, query=query, subjects=(people or subject(1), other), **tables)
    return [(row["STATUS"], row["REASON"]) for row in rows]


def died(day: str) -> dict[str, list[Row]]:
    return subject(1, DTHDTC=day, DTHFL="Y")


def left(day: str, how: str) -> dict[str, list[Row]]:
    ended = {"USUBJID": "T-01", "DSSEQ": 2, "DSCAT": "DISPOSITION EVENT", "DSDECOD": how, "DSSTDTC": day}
    return together(subject(1), {"ds": [ended]})


def test_received_in_the_window_and_outside_it() -> None:
    assert fates(form({8: 1}), form({8: 1}, MONTH_3), form({8: 1}, "2024-06-01")) == [
        ("received", None), ("received", None), ("outside window", None),
    ]  # fmt: skip


def test_nothing_is_unknown_and_a_form_of_blanks_is_nothing() -> None:
    assert fates() == [("unknown", None)] * 3
    assert fates(form({8: None})) == [("unknown", None)] * 3
    assert fates(form({8: 9})) == [("unknown", None)] * 3


@pytest.mark.parametrize(
    ("reason", "word"),
    [
        ("PATIENT TOO ILL", "too ill"), ("PATIENT REFUSED", "refused"), ("NOT OFFERED BY SITE", "not offered"),
        ("HOLIDAY", "other"), (None, "no reason recorded"),
    ],
)  # fmt: skip
def test_a_form_recorded_as_not_done_says_why(reason: str | None, word: str) -> None:
    assert fates([NOT_DONE | {"QSREASND": reason}])[1] == ("not given", word)
    assert fates([NOT_DONE | {"QSREASND": reason}], form({8: 1}, MONTH_3))[1] == ("received", None)


@pytest.mark.parametrize(
    ("day", "wanted"),
    [
        ("2024-02-01", ["unknown", "dead", "dead"]),
        ("2024-04-12", ["unknown", "dead", "dead"]),  # before the window of month 3 had closed
        ("2024-05-30", ["unknown", "unknown", "dead"]),
    ],
)
def test_who_died_is_not_missing(day: str, wanted: list[str]) -> None:
    assert [status for status, _ in fates(people=died(day))] == wanted


def test_a_form_before_death_is_received_and_one_recorded_as_not_done_keeps_its_reason() -> None:
    assert [s for s, _ in fates(form({8: 1}, "2024-04-01"), people=died("2024-04-03"))] == [
        "unknown",
        "received",
        "dead",
    ]
    ill = NOT_DONE | {"QSREASND": "PATIENT TOO ILL", "QSDTC": "2024-04-01"}
    assert [s for s, _ in fates([ill], people=died("2024-04-03"))] == ["unknown", "not given", "dead"]


@pytest.mark.parametrize(
    ("day", "visit", "wanted"),
    [
        ("2024-04-04", None, "dead"),
        ("2024-04-03", None, "not given"),  # on the day of death
        (None, "MONTH 3", "not given"),  # the window had opened
        (None, "MONTH 6", "dead"),
        ("2024-07-10", None, "dead"),
    ],
)
def test_a_form_recorded_as_not_done_after_death_is_not_missing(
    day: str | None, visit: str | None, wanted: str
) -> None:
    record = NOT_DONE | {"QSREASND": "PATIENT DECEASED", "QSDTC": day, "VISIT": visit}
    place = 2 if visit == "MONTH 6" or day == "2024-07-10" else 1
    found = fates([record], people=died("2024-04-03"))
    assert found[place] == (wanted, "other" if wanted == "not given" else None)


@pytest.mark.parametrize(
    ("day", "visit", "how", "wanted"),
    [
        ("2024-04-04", None, "WITHDRAWAL BY SUBJECT", "withdrawn"),
        ("2024-04-03", None, "WITHDRAWAL BY SUBJECT", "not given"),  # on the day of withdrawal
        (None, "MONTH 3", "WITHDRAWAL BY SUBJECT", "not given"),  # the window had opened
        (None, "MONTH 6", "WITHDRAWAL BY SUBJECT", "withdrawn"),
        ("2024-04-04", None, "COMPLETED", "not given"),
    ],
)
def test_a_form_recorded_as_not_done_after_withdrawal_is_not_missing(
    day: str | None, visit: str | None, how: str, wanted: str
) -> None:
    record = NOT_DONE | {"QSREASND": "PATIENT TOO ILL", "QSDTC": day, "VISIT": visit}
    found = fates([record], people=left("2024-04-03", how))
    assert found[2 if visit == "MONTH 6" else 1][0] == wanted


def test_a_form_dated_after_death_is_a_fault_and_no_answer() -> None:
    late = form({8: 4}, "2024-04-09")
    assert [s for s, _ in fates(form({8: 1}), late, people=died("2024-04-08"))] == ["received", "dead", "dead"]
    found = scored(form({8: 1}), late, subjects=[died("2024-04-08")])
    assert [row["ADT"] for row in found] == [dt.date(2024, 1, 8)]
    faults = scored(late, subjects=[died("2024-04-08")], query="select RULE from faults where DOMAIN = 'QS'")
    assert {"RULE": "event after death"} in faults
    on_the_day = scored(form({8: 1}), form({8: 4}, "2024-04-08"), subjects=[died("2024-04-08")])
    assert len(on_the_day) == 2


def test_of_a_month_of_death_the_whole_month_is_lived() -> None:
    found = scored(form({8: 1}), form({8: 4}, "2024-04-20"), subjects=[died("2024-04")])
    assert len(found) == 2


@pytest.mark.parametrize(("how", "wanted"), [("WITHDRAWAL BY SUBJECT", "withdrawn"), ("COMPLETED", "not due")])
def test_who_left_is_not_expected(how: str, wanted: str) -> None:
    assert [s for s, _ in fates(people=left("2024-02-01", how))] == ["unknown", wanted, wanted]


def test_a_visit_whose_window_is_open_at_the_cut_off_is_not_due() -> None:
    people = subject(1, enrolled="2024-09-25")
    assert [s for s, _ in fates(people=people)] == ["unknown", "not due", "not due"]


def test_each_questionnaire_of_the_trial_is_expected_and_no_other() -> None:
    query = "select distinct PARCAT1 from adqolvis order by all"
    assert scored(query=query) == []
    found = scored(form({8: 1}), form({1: 1, 2: 1}, of=LMC), query=query)
    assert [row["PARCAT1"] for row in found] == ["QLQ-C30", "QLQ-LMC21"]


def test_the_scales_of_which_there_is_a_score_are_marked() -> None:
    query = "select PARAMCD from qlscales where USEDFL = 'Y' order by ORD"
    found = scored(form({8: 1, 11: 9, 16: 2}), query=query)
    assert [row["PARAMCD"] for row in found] == ["DY", "CO"]


@pytest.mark.parametrize(("n", "median"), [(4, None), (5, 100 / 3)])
def test_the_trial_s_median_is_of_five_or_more(n: int, median: float | None) -> None:
    answers = [1, 2, 2, 4, 1][:n]  # of breathlessness: 0, 33.3, 33.3, 100, 0
    forms = [form({8: answer}, MONTH_3, usubjid=f"T-{place:02d}") for place, answer in enumerate(answers, 1)]
    query = "select N, MEDIAN from qlmedians where PARAMCD = 'DY'"
    found = scored(*forms, query=query, subjects=[subject(place) for place in range(1, n + 1)])
    assert found == ([] if median is None else [{"N": 5, "MEDIAN": pytest.approx(100 / 3)}])


MADE_UP = {"11111": 1.0, "11123": 0.7, "55555": -0.3}  # not a value set of any country
INDEXED: list[tuple[str, dict[int, float | None], float | None]] = [
    ("full health", {1: 1, 2: 1, 3: 1, 4: 1, 5: 1}, 1.0),
    ("the order is that of the items", {5: 3, 4: 2, 3: 1, 2: 1, 1: 1}, 0.7),
    ("worse than death", {1: 5, 2: 5, 3: 5, 4: 5, 5: 5}, -0.3),
    ("an answer is missing", {1: 1, 2: 1, 3: 1, 4: 1, 5: None}, None),
    ("an answer is not possible", {1: 1, 2: 1, 3: 1, 4: 1, 5: 6}, None),
]


def test_the_index_is_looked_up_in_the_value_set() -> None:
    patients = [with_forms(form(answers, of=EQ)) for _, answers, _ in INDEXED]
    query = "select USUBJID, AVAL, SCORESRC from adqol where PARAMCD = 'EQINDEX'"
    for (what, _, index), rows in zip(INDEXED, each(query, patients, text=TEXT, values=MADE_UP), strict=True):
        found = [(row["AVAL"], row["SCORESRC"]) for row in rows]
        assert (what, found) == (what, [] if index is None else [(index, "scored")])
    ends = "select WORST, BEST, BETTER from qlscales where PARAMCD = 'EQINDEX'"
    assert answer(ends, subject(1), text=TEXT, values=MADE_UP) == [{"WORST": -0.3, "BEST": 1, "BETTER": "higher"}]


def test_without_a_value_set_there_is_no_index_but_a_delivered_one() -> None:
    answers: dict[int, float | None] = dict.fromkeys(range(1, 6), 1)
    assert "EQINDEX" not in scores(form(answers, of=EQ))
    row = {"USUBJID": "T-01", "PARCAT1": EQ, "ADT": dt.date(2024, 1, 8), "PARAMCD": "EQINDEX", "AVAL": 0.812}
    con = built(together(subject(1), {"adqs": [row]}), text=TEXT, values=MADE_UP)
    assert rows_of(con, "select AVAL, SCORESRC from adqol") == [{"AVAL": 0.812, "SCORESRC": "as delivered"}]
