"""Twenty answered QLQ-C30 forms with the scores that came with them, and the same recounted in plain Python.

The forms (R package QoLR) are public but not part of this repository: CRLM_QLQ names their folder. Without it there is
nothing to recount, and the tests say so. The scores that came with them have six decimals.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from tests.build.test_adqol import form, scored
from tests.build.tiny import subject

FOLDER = os.environ.get("CRLM_QLQ", "")
pytestmark = pytest.mark.skipif(not FOLDER, reason="CRLM_QLQ names no folder with qolr_dataqol1.csv and its scores")

FUNCTIONS = {"PF": (1, 2, 3, 4, 5), "RF": (6, 7), "EF": (21, 22, 23, 24), "CF": (20, 25), "SF": (26, 27)}
SYMPTOMS = {
    "FA": (10, 12, 18), "NV": (14, 15), "PA": (9, 19), "DY": (8,), "SL": (11,), "AP": (13,), "CO": (16,), "DI": (17,),
    "FI": (28,),
}  # fmt: skip
Form = dict[int, int | None]


def read(name: str) -> list[dict[str, str]]:
    with (Path(FOLDER) / name).open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def forms() -> dict[str, Form]:
    rows = read("qolr_dataqol1.csv")
    return {row["id"]: {k: int(row[f"q{k}"]) if row[f"q{k}"] else None for k in range(1, 31)} for row in rows}


@pytest.fixture(scope="module")
def found(forms: dict[str, Form]) -> dict[tuple[str, str], float]:
    records = [form(answers, usubjid=f"T-{int(number):02d}") for number, answers in forms.items()]
    people = [subject(int(number)) for number in forms]
    rows = scored(*records, subjects=people)
    return {(str(int(row["USUBJID"][2:])), row["PARAMCD"]): row["AVAL"] for row in rows}


def recounted(answers: Form) -> dict[str, float]:
    def mean(items: tuple[int, ...]) -> float | None:
        given = [answer for item in items if (answer := answers[item]) is not None]
        return sum(given) / len(given) if 2 * len(given) >= len(items) else None

    functions = {name: (1 - (m - 1) / 3) * 100 for name, items in FUNCTIONS.items() if (m := mean(items)) is not None}
    symptoms = {name: (m - 1) / 3 * 100 for name, items in SYMPTOMS.items() if (m := mean(items)) is not None}
    turned = [*functions.values(), *(100 - score for name, score in symptoms.items() if name != "FI")]
    summary = {"SUMSCORE": sum(turned) / 13} if len(turned) == 13 else {}
    health = mean((29, 30))
    return functions | symptoms | summary | ({"QL": (health - 1) / 6 * 100} if health is not None else {})


def test_every_score_is_the_recounted_one(forms: dict[str, Form], found: dict[tuple[str, str], float]) -> None:
    wanted = {(number, name): score for number, form_ in forms.items() for name, score in recounted(form_).items()}
    assert found.keys() == wanted.keys()
    assert max(abs(found[key] - wanted[key]) for key in wanted) < 1e-9


def test_every_score_is_the_delivered_one_and_missing_where_it_is(found: dict[tuple[str, str], float]) -> None:
    rows = read("expected_scores_qolr_dataqol1.csv")
    delivered = {
        (row["id"], "SUMSCORE" if name == "SUMMARY" else name): float(score)
        for row in rows
        for name, score in row.items()
        if name != "id" and score
    }
    assert len(rows) == 20
    assert found.keys() == delivered.keys()
    assert max(abs(round(found[key], 6) - delivered[key]) for key in delivered) < 1e-9
