"""Quality of life in reports: what patients answered by arm in the closed one, how many forms came in the open one."""

from __future__ import annotations

import pytest

from crlm_dash import analyses
from crlm_dash.access import Role
from crlm_dash.report.document import Figure, Kind, Table
from tests.demo_store import TRIALS
from tests.report.conftest import DoorOf, ReportOf


@pytest.mark.parametrize("trial", TRIALS)
def test_the_closed_report_has_it_by_arm_in_words_picture_and_numbers(
    report_of: ReportOf, door_of: DoorOf, trial: str
) -> None:
    document = report_of(trial, Role.DSMB, Kind.CLOSED)
    shown = next(each for each in document.sections if each.title.endswith("Quality of life"))
    wanted = analyses.qol(door_of(trial, Role.DSMB), by="arm")
    assert "Arm A" in shown.sentence
    assert isinstance(shown.displays[0], Figure)
    changes = next(each for each in shown.displays if isinstance(each, Table) and "changes by visit" in each.title)
    assert len(changes.frame) == len(wanted.tables["visits"])
    assert shown.vital
    assert any(each.title.endswith("all visits in one model") for each in document.sections)


def test_the_open_report_tells_of_forms_and_of_no_answer(report_of: ReportOf) -> None:
    document = report_of("CRLM10", Role.PI, Kind.OPEN)
    titles = [each.title for each in document.sections]
    assert not [title for title in titles if "Quality of life" in title]
    shown = next(each for each in document.sections if each.title.endswith("Questionnaires"))
    assert [type(each) for each in shown.displays] == [Table, Table]
    heads = {str(head) for each in shown.displays if isinstance(each, Table) for head in each.frame.columns}
    assert {"Expected", "Received", "In window"} <= heads
    assert not {"Mean (95 % CI)", "Better", "Group"} & heads
    assert "closed report only" in shown.sentence
    assert "worse" not in shown.sentence
