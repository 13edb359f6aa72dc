"""A wrong protocol file is told every fault at once: file, key, what was found, what would do."""

from pathlib import Path

import pytest

from crlm_dash.errors import ProtocolError
from crlm_dash.protocol import load_protocol, parse_protocol

SMALL = """
id = "X1"
title = "A small trial"

[[facts]]
name = "age"
type = "number"
domain = "DM"
column = "AGE"
description = "Age"

[[criteria]]
id = "I01"
type = "inclusion"
text = "Adults"
rule = "age >= 18"
facts = ["age"]

[[endpoints]]
paramcd = "OS"
label = "Overall survival"
origin = "ENRLDT"
events = ["death"]
censor = ["last_alive"]

[[covariates]]
column = "AGEGR1"
label = "Age group"
source = { domain = "DM", column = "AGE" }
cutpoints = [65.0]
levels = ["<65", "≥65"]

[[visits]]
visitnum = 1
visit = "BASELINE"
day = 1

[access]
outcomes_by_arm = ["dsmb"]
masks = ["AEMODAL"]

[accrual]
start = 2024-01-01
planned_end = 2025-01-01
"""


def faults(text: str) -> list[str]:
    with pytest.raises(ProtocolError) as refusal:
        parse_protocol(text, "X1.toml")
    return str(refusal.value).splitlines()


def test_the_small_protocol_is_right() -> None:
    protocol = parse_protocol(SMALL, "X1.toml")
    assert protocol.endpoints[0].unit == "days"
    assert str(protocol.accrual.start) == "2024-01-01"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'origin = "ENRLDT"',
            'origin = "DIAGDATE"',
            "endpoints[0].origin: 'DIAGDATE' is not allowed; use one of SCRNDT, RFICDT, ENRLDT, RANDDT, TRTSDT, DIAGDT",
        ),
        ('title = "A small trial"', "title = 7", "title: 7 is not text in quotes"),
        ('title = "A small trial"', "", "title: is missing; add it"),
        ('title = "A small trial"', 'title = ""', "title: is empty; write something"),
        (
            '["death"]',
            '["dead"]',
            "endpoints[0].events[0]: 'dead' is not allowed; use one of death, progression, ",
        ),
        (
            '["dsmb"]',
            '["boss"]',
            "access.outcomes_by_arm[0]: 'boss' is not allowed; use one of mdt, pi, dsmb, ",
        ),
        ("day = 1", "dy = 1", "visits[0].dy: is not a known key; use one of visitnum, visit, day, "),
        (
            '"DM", column = "AGE" }',
            '"DM", col = "AGE" }',
            "covariates[0].source.col: is not a known key; use one of ",
        ),
        ("day = 1", 'day = "1"', "visits[0].day: '1' is not a whole number"),
        ("day = 1", "day = 0", "visits[0].day: 0 is not a study day; the day before day 1 is day -1"),
        ("day = 1", "day = 1\nimaging = 1", "visits[0].imaging: 1 is not true or false"),
        ("2024-01-01", '"soon"', "accrual.start: 'soon' is not a date (YYYY-MM-DD)"),
        ("2024-01-01", "2026-01-01", "accrual.planned_end: 2025-01-01 is before the start, 2026-01-01"),
        ("[accrual]", "[accrual]\ntarget = 0", "accrual.target: 0 is too small; use more than 0"),
        (
            '"age >= 18"',
            '"age >= 18; drop"',
            "criteria[0].rule: ';' is not understood; write one boolean expression",
        ),
        ('"age >= 18"', '"true"', "criteria[0].facts: must list what the rule uses: nothing"),
        ('"age >= 18"', '""', "criteria[0].rule: is empty though facts are listed"),
        ('facts = ["age"]', 'facts = ["aeg"]', "criteria[0].facts: 'aeg' is not a declared fact"),
        ('["last_alive"]', '["death"]', "endpoints[0].censor: 'death' is an event too; it can be one only"),
        ('censor = ["last_alive"]', "", "endpoints[0].censor: is needed to derive the endpoint"),
        ('["death"]', '["death", "death"]', "endpoints[0]: 'death' is the event of two causes"),
        ("[65.0]", "[65.0, 75.0]", "covariates[0].levels: 2 levels for 2 cutpoints; one more is due"),
        ("[65.0]", "[65.0, 65.0]", "covariates[0].cutpoints: must rise, each once"),
        (
            '["AEMODAL"]',
            '["AGEGR1"]',
            "covariates[0].column: 'AGEGR1' is masked; a covariate must not reveal the arm",
        ),
        ('["AEMODAL"]', '["AEMODAL", "AEMODAL"]', "access.masks: 'AEMODAL' is there twice"),
        ('["AEMODAL"]', '["aemodal"]', "access.masks[0]: 'aemodal' has the wrong form; it must match"),
        (
            "[accrual]",
            '[[assumed]]\nkey = "arm"\ntext = "t"\n[accrual]',
            "assumed[0].key: 'arm' points to nothing",
        ),
        (
            "[accrual]",
            '[allocation]\nmethod = "randomised"\n[accrual]',
            "allocation.randomised: must be true with",
        ),
    ],
)
def test_one_fault(old: str, new: str, message: str) -> None:
    assert old in SMALL
    assert any(line.startswith(f"X1.toml, {message}") for line in faults(SMALL.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("row", "place"),
    [
        (
            '[[arms]]\ncode = "A"\nname = "a"\nlabel = "a"\n[[arms]]\ncode = "a"\nname = "b"\nlabel = "b"',
            "arms[1].code",
        ),
        ('[[criteria]]\nid = "I01"\ntype = "exclusion"\ntext = "t"', "criteria[1].id"),
        ('[[visits]]\nvisitnum = 1\nvisit = "MONTH 3"\nday = 92', "visits[1].visitnum"),
        ('[[covariates]]\ncolumn = "AGEGR1"\nlabel = "Again"', "covariates[1].column"),
    ],
)
def test_what_is_there_twice(row: str, place: str) -> None:
    assert any(line.startswith(f"X1.toml, {place}: ") and "twice" in line for line in faults(f"{SMALL}\n{row}\n"))


def test_every_fault_is_told_together() -> None:
    text = SMALL.replace("day = 1", 'day = "1"').replace('"age >= 18"', '"age"').replace('["dsmb"]', '["boss"]')
    assert {line.split(": ")[0] for line in faults(text)} == {
        "X1.toml, visits[0].day",
        "X1.toml, access.outcomes_by_arm[0]",
        "X1.toml, criteria[0].rule",
    }


@pytest.mark.parametrize(
    "text",
    [
        "facts = 3",
        "endpoints = ['x']",
        "access = []",
        "criteria = [{rule = 3, facts = [[1]]}]",
        "visits = [{day = []}]",
    ],
)
def test_values_of_the_wrong_shape_are_told_not_tripped_over(text: str) -> None:
    assert all(line.startswith("X1.toml, ") for line in faults(text))


def test_two_primary_endpoints() -> None:
    second = '[[endpoints]]\nparamcd = "PFS"\nlabel = "PFS"\ndelivered = true\nprimary = true\n'
    text = SMALL.replace('paramcd = "OS"', 'paramcd = "OS"\nprimary = true') + second
    assert faults(text) == ["X1.toml, endpoints[1].primary: endpoints[0] is primary already; only one endpoint can be"]


def test_competing_causes_and_the_type_agree() -> None:
    empty = SMALL.replace('paramcd = "OS"', 'paramcd = "OS"\ntype = "competing_risks"')
    assert faults(empty)[0].startswith("X1.toml, endpoints[0].competing: is empty")
    filled = SMALL.replace('paramcd = "OS"', 'paramcd = "OS"\ncompeting = [{sources = ["progression"], label = "PD"}]')
    assert faults(filled)[0].startswith("X1.toml, endpoints[0].competing: is filled")


def test_text_that_is_not_toml() -> None:
    assert faults("id = ")[0].startswith("X1.toml: is not TOML: ")


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(SMALL, encoding="utf-8")
    assert load_protocol(path).id == "X1"
    assert load_protocol("crlm10").id == "CRLM10"
    path.write_bytes(b'id = "\xff"')
    with pytest.raises(ProtocolError, match=r"mine\.toml: byte 6 is not UTF-8"):
        load_protocol(path)
    with pytest.raises(ProtocolError, match="No protocol 'CRLM11': it is neither a file nor one of CRLM-EHD, CRLM10"):
        load_protocol("CRLM11")
