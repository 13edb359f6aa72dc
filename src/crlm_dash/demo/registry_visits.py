"""What happens at visits of the simulated registry: visits made and missed, liver tests, and operations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from crlm_dash.demo.labs import TESTS
from crlm_dash.demo.registry_columns import Cohort, Strings, Table, dates, stacked, where
from crlm_dash.protocol import Visit
from crlm_dash.terms import Modality

_MISSED = 0.06
_SAMPLED_VISITS = 4  # after baseline
_WORSE_FROM = (-0.2, 1.0, 2.0)  # burden from which an answer is 2, 3 and 4
_LIVER_TESTS = ("ALT", "AST", "ALP", "BILI")
_PHYSICAL = range(1, 6)
_UNANSWERED = 0.1
_TREATED_AFTER = 14  # days after enrolment
_HIGH = 0.02  # share of samples in which a liver test is far above its limit


def visits(c: Cohort) -> Table:
    """SV: baseline, then each planned visit until the patient leaves, made or missed."""
    plan = c.trial.visits
    owner, number, day = _planned(c, plan)
    missed = c.rng.random(len(owner)) < _MISSED
    names = np.array([v.visit for v in plan], dtype=object)[number]
    first, n = c.trial.baseline, len(c.usubjid)
    return {
        "USUBJID": np.concatenate([c.usubjid, c.usubjid[owner]]),
        "VISITNUM": np.concatenate([np.full(n, first.visitnum), np.array([v.visitnum for v in plan])[number]]),
        "VISIT": np.concatenate([np.full(n, first.visit, dtype=object), names]),
        "SVPRESP": "Y",
        "SVOCCUR": np.concatenate([np.full(n, "Y", dtype=object), np.where(missed, "N", "Y").astype(object)]),
        "SVSTDTC": np.concatenate([dates(c.consent), where(~missed, dates(day))]),
    }


def _planned(c: Cohort, plan: tuple[Visit, ...]) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.int64]]:
    """Patient, number of the visit in the plan, and day: a few days about the planned one, none after the last."""
    planned = np.array([v.day for v in plan], dtype=np.int64)
    day = c.decided[:, None] + planned - 1 + np.rint(c.rng.normal(1, 5, (len(c.usubjid), len(plan)))).astype(np.int64)
    owner, number = np.nonzero(c.enrolled[:, None] & (day <= c.last[:, None]))
    return owner, number, day[owner, number]


def samples(c: Cohort) -> Table:
    """LB: four liver tests at baseline and at the first visits, now and then far above their limits."""
    owner, number, day = _planned(c, c.trial.visits[:_SAMPLED_VISITS])
    n = len(c.usubjid)
    owner = np.concatenate([np.arange(n), owner])
    day = np.concatenate([c.consent + 2, day])
    visit = np.concatenate([np.zeros(n, dtype=np.intp), number + 1])
    plan = [c.trial.baseline, *c.trial.visits[:_SAMPLED_VISITS]]
    tests = [TESTS[code] for code in _LIVER_TESTS]
    drawn = np.exp(c.rng.normal(0, 1, (len(tests), len(owner))) * np.array([[t.spread] for t in tests]))
    drawn *= np.where(c.rng.random(len(owner)) < _HIGH, c.rng.gamma(2, 2.5, len(owner)), 1)
    values = np.concatenate([np.round(t.level * row, 1) for t, row in zip(tests, drawn, strict=True)])

    def of_test(attribute: str) -> Strings:
        return np.repeat(np.array([getattr(t, attribute) for t in tests], dtype=object), len(owner))

    def of_test_number(attribute: str) -> NDArray[np.float64]:
        return np.repeat(np.array([getattr(t, attribute) for t in tests], dtype=float), len(owner))

    every = np.tile(owner, len(tests))
    return {
        "USUBJID": c.usubjid[every],
        "LBTESTCD": np.repeat(np.array(_LIVER_TESTS, dtype=object), len(owner)),
        "LBTEST": of_test("name"),
        "LBCAT": "CHEMISTRY",
        "LBSTRESN": values,
        "LBSTRESU": of_test("unit"),
        "LBSTNRLO": of_test_number("low"),
        "LBSTNRHI": of_test_number("high"),
        "VISITNUM": np.tile(np.array([v.visitnum for v in plan])[visit], len(tests)),
        "VISIT": np.tile(np.array([v.visit for v in plan], dtype=object)[visit], len(tests)),
        "LBDTC": dates(np.tile(day, len(tests))),
    }


def questionnaires(c: Cohort) -> Table:
    """QS: five items of QLQ-C30 (physical functioning) at baseline and at each planned visit, a tenth not answered.

    Answers of one patient are alike, so that a model of repeated measures has something to find.
    """
    owner, number, day = _planned(c, c.trial.visits)
    n = len(c.usubjid)
    owner = np.concatenate([np.arange(n), owner])
    plan = [c.trial.baseline, *c.trial.visits]
    visit = np.concatenate([np.zeros(n, dtype=np.intp), number + 1])
    answered = c.rng.random(len(owner)) > _UNANSWERED
    owner, visit, day = owner[answered], visit[answered], np.concatenate([c.consent, day])[answered]
    items = np.array([f"EOR01{item:02d}" for item in _PHYSICAL], dtype=object)
    forms = np.tile(np.arange(len(owner)), len(items))
    burden = c.rng.normal(size=n)[owner[forms]] + c.rng.normal(size=len(forms))  # a patient's, and of the day
    answers = np.searchsorted(_WORSE_FROM, burden) + 1
    return {
        "USUBJID": c.usubjid[owner[forms]],
        "QSTESTCD": np.repeat(items, len(owner)),
        "QSCAT": "EORTC QLQ-C30",
        "QSSTRESN": answers.astype(float),
        "VISITNUM": np.array([v.visitnum for v in plan])[visit[forms]],
        "VISIT": np.array([v.visit for v in plan], dtype=object)[visit[forms]],
        "QSDTC": dates(day[forms]),
    }


def operations(c: Cohort) -> Table:
    """PR: one hepatectomy or ablation of those treated locally."""
    local = (c.people["ARMCD"] == c.trial.local.code).to_numpy()
    day = c.decided + _TREATED_AFTER
    treated = c.enrolled & local & (day <= c.last)
    cut = c.rng.random(len(c.usubjid)) < 0.6
    shared = {"PRCAT": "LOCAL TREATMENT OF LIVER METASTASES", "PRLOC": "LIVER", "EPOCH": "TREATMENT"}
    made = stacked(
        c,
        [
            (treated & cut, day, {"PRTRT": str(Modality.HEPATECTOMY)} | shared),
            (treated & ~cut, day, {"PRTRT": str(Modality.ABLATION)} | shared),
        ],
        "PRSTDTC",
    )
    return made | {"PRENDTC": made["PRSTDTC"]}
