"""Nothing in an open report tells an outcome by arm, whoever prepared it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from crlm_dash.access import Role
from crlm_dash.report import Figure, Kind, html, word
from tests.report.conftest import DoorOf, ReportOf
from tests.report.reading import word_text

TextOf = Callable[..., str]
TRIALS = ("CRLM10", "CRLM-EHD")
PREPARERS = (Role.DSMB, Role.STATISTICIAN, Role.DATA_MANAGER)  # beside the PI
MODALITIES = "hepatectom|hemihepatect|ablation|radiofreq|microwave|SBRT|stereotactic|TACE|HAIC|chemoemboli|catheter"
GIVE_AWAY = (
    r"bile leak|\bbiliary|post.?hepatectomy|procedural|wound|incision|embolisation|embolization|radiation|resect|surg"
)
EFFICACY = r"hazard ratio|kaplan–meier curve|log-rank|median \d+\.\d+ months|free of it|cumulative incidence by"
CLASSES = ("Injury, poisoning and procedural complications", "Surgical and medical procedures")  # of MedDRA: no terms
CODES = r"\bArm [A-Z]\b"


@pytest.fixture(scope="module")
def text_of(report_of: ReportOf) -> Callable[..., str]:
    """Every word of both files, of the drawings too; the published title of the trial apart, which names the arms."""

    @cache
    def everything(trial: str, role: Role, kind: Kind, without: str = "\0") -> str:
        whole = report_of(trial, role, kind)
        kept = tuple(each for each in whole.sections if not each.heading.startswith(without))
        document = replace(whole, sections=kept)
        return f"{html(document)} {word_text(word(document))}".replace(document.title, "")

    return everything


@pytest.mark.parametrize("trial", TRIALS)
@pytest.mark.parametrize("role", PREPARERS)
def test_an_open_report_is_the_same_whoever_prepares_it(report_of: ReportOf, trial: str, role: Role) -> None:
    mine, theirs = report_of(trial, role, Kind.OPEN), report_of(trial, Role.PI, Kind.OPEN)
    assert html(replace(mine, made_at=theirs.made_at)) == html(theirs)


@pytest.mark.parametrize("trial", TRIALS)
def test_no_arm_is_named(text_of: TextOf, door_of: DoorOf, trial: str) -> None:
    text = text_of(trial, Role.PI, Kind.OPEN)
    for arm in door_of(trial, Role.STATISTICIAN).protocol.arms:
        for name in (arm.name, arm.label):
            assert name.casefold() not in text.casefold()
        assert not re.search(rf"\b{arm.code}\b", text)
    assert not re.search(CODES, text)


@pytest.mark.parametrize("trial", TRIALS)
@pytest.mark.parametrize("words", [MODALITIES, GIVE_AWAY, EFFICACY])
def test_no_word_tells_a_treatment_or_how_well_it_works(text_of: TextOf, trial: str, words: str) -> None:
    """Criteria of eligibility apart: their published words hold for every patient before there is an arm."""
    text = text_of(trial, Role.PI, Kind.OPEN, "Screening failures")
    assert len(text) < len(text_of(trial, Role.PI, Kind.OPEN))
    for name in CLASSES:
        text = text.replace(name, "")
    assert sorted(set(re.findall(words, text, re.IGNORECASE))) == []


@pytest.mark.parametrize("trial", TRIALS)
def test_no_patient_is_named_and_no_number_is_by_arm(report_of: ReportOf, text_of: TextOf, trial: str) -> None:
    document = report_of(trial, Role.PI, Kind.OPEN)
    text = text_of(trial, Role.PI, Kind.OPEN)
    assert f"SIM-{trial}" not in text
    assert "by arm" not in " ".join(each.title for section in document.sections for each in section.displays).lower()
    assert "Survival" not in " ".join(section.heading for section in document.sections)


def test_the_search_would_find_a_leak(text_of: TextOf, door_of: DoorOf) -> None:
    named = text_of("CRLM-EHD", Role.STATISTICIAN, Kind.CLOSED)
    assert all(arm.label in named for arm in door_of("CRLM-EHD", Role.STATISTICIAN).protocol.arms)
    coded = text_of("CRLM-EHD", Role.DSMB, Kind.CLOSED)
    assert re.search(CODES, coded)
    assert re.search(EFFICACY, coded, re.IGNORECASE)


@pytest.mark.parametrize("trial", TRIALS)
def test_a_coded_report_names_no_arm_either(report_of: ReportOf, text_of: TextOf, door_of: DoorOf, trial: str) -> None:
    document = report_of(trial, Role.DSMB, Kind.CLOSED)
    text = text_of(trial, Role.DSMB, Kind.CLOSED)
    for arm in door_of(trial, Role.STATISTICIAN).protocol.arms:
        assert arm.name.casefold() not in text.casefold()
        assert arm.label.casefold() not in text.casefold()
    assert "Arms coded" in dict(document.facts)["Arms"]


@pytest.mark.parametrize("kind", Kind)
def test_file_names_tell_trial_cut_and_kind_only(report_of: ReportOf, kind: Kind) -> None:
    document = report_of("CRLM10", Role.DSMB, kind)
    assert document.file_name == f"CRLM10_cut{document.cut}_{kind}-report"


def test_the_words_of_a_drawing_are_found(report_of: ReportOf) -> None:
    """The leak tests read drawings by the comments that stand before their outlines: here they are."""
    figures = [
        each for each in report_of("CRLM10", Role.DSMB, Kind.CLOSED).displays(Figure) if isinstance(each, Figure)
    ]
    curves = next(each for each in figures if each.title.startswith("Overall survival"))
    assert re.search(r"<!-- Arm [A-Z], n = \d+, median .* -->", curves.svg)
