"""The recruitment plan in a protocol file: what is declared, what is refused, which events are awaited."""

from __future__ import annotations

import datetime as dt

import pytest

from crlm_dash.errors import ProtocolError
from crlm_dash.protocol import EventTarget, load_protocol, parse_protocol, protocol_ids

DECLARED = """
id = "X1"
title = "A small trial"

[accrual]
target = 100
start = 2025-01-01
planned_end = 2026-12-31
sites_planned = 3
openings = [
  { by = 2025-01-01, sites = 1 },
  { by = 2025-06-01, sites = 3 },
]
[accrual.events]
endpoint = "OS"
number = 60
[[accrual.sites]]
id = "01"
country = "CHN"
planned = 2024-12-15
opened = 2025-01-20
closed = 2026-02-01
[[accrual.sites]]
id = "02"
planned = 2026-05-01
[[accrual.interims]]
label = "First look"
events = 30
[[accrual.interims]]
label = "Safety look"
patients = 40

[[endpoints]]
paramcd = "OS"
label = "Overall survival"
delivered = true
"""


def test_what_is_declared_is_read_and_written_again() -> None:
    protocol = parse_protocol(DECLARED, "X1.toml")
    plan = protocol.accrual
    assert [(each.by, each.sites) for each in plan.openings] == [(dt.date(2025, 1, 1), 1), (dt.date(2025, 6, 1), 3)]
    assert (plan.sites[0].opened, plan.sites[0].closed) == (dt.date(2025, 1, 20), dt.date(2026, 2, 1))
    assert (plan.sites[1].opened, plan.sites[1].planned) == (None, dt.date(2026, 5, 1))
    assert [(each.label, each.events, each.patients) for each in plan.interims] == [
        ("First look", 30, None),
        ("Safety look", None, 40),
    ]
    assert protocol.events_awaited == EventTarget(endpoint="OS", number=60)
    assert parse_protocol(protocol.to_toml(), "X1.toml") == protocol


BOUNDARY = '\n[monitoring.boundary]\nendpoint = "OS"\nevents = {}\nalpha = 0.05\nlooks = [0.5, 1.0]\n'


def test_the_events_awaited_are_those_of_the_boundary() -> None:
    without = DECLARED.replace('[accrual.events]\nendpoint = "OS"\nnumber = 60\n', "")
    assert parse_protocol(without + BOUNDARY.format(80), "X1.toml").events_awaited == EventTarget(
        endpoint="OS", number=80
    )
    assert parse_protocol(DECLARED + BOUNDARY.format(60), "X1.toml").events_awaited is not None
    nothing = without.replace('[[accrual.interims]]\nlabel = "First look"\nevents = 30\n', "")
    assert parse_protocol(nothing, "X1.toml").events_awaited is None


@pytest.mark.parametrize(
    ("found", "instead", "fault"),
    [
        ("2026-12-31", "2024-12-31", "accrual.planned_end: 2024-12-31 is before the start, 2025-01-01"),
        ('id = "02"', 'id = "01"', "accrual.sites[1].id: '01' is there twice"),
        ("closed = 2026-02-01", "closed = 2025-01-01", "accrual.sites[0].closed: 2025-01-01 is before the site opened"),
        ("opened = 2025-01-20\n", "", "accrual.sites[0].opened: is missing, though the site was closed"),
        ("by = 2025-06-01", "by = 2024-06-01", "accrual.openings[1].by: must be later than the one before"),
        ("sites = 3 }", "sites = 1 }", "accrual.openings[1].sites: counts all sites open by then; it must rise"),
        ("sites = 3 }", "sites = 4 }", "accrual.openings: ends with 4 sites, but sites_planned is 3"),
        ('endpoint = "OS"', 'endpoint = "PFS"', "accrual.events.endpoint: 'PFS' is not a declared endpoint"),
        ("patients = 40", "patients = 40\nevents = 4", "accrual.interims[1]: needs either patients or events"),
        ("patients = 40", "", "accrual.interims[1]: needs either patients or events"),
        (
            '[accrual.events]\nendpoint = "OS"\nnumber = 60\n',
            "",
            "accrual.interims[0].events: of which endpoint? Declare accrual.events or monitoring.boundary",
        ),
        ("number = 60", "number = 0", "accrual.events.number: 0 is too small"),
    ],
)
def test_a_broken_promise_is_told_with_its_place(found: str, instead: str, fault: str) -> None:
    assert found in DECLARED
    with pytest.raises(ProtocolError) as told:
        parse_protocol(DECLARED.replace(found, instead), "X1.toml")
    assert fault in str(told.value)


def test_two_numbers_of_events_are_refused() -> None:
    with pytest.raises(ProtocolError, match=r"accrual.events: differs from monitoring.boundary"):
        parse_protocol(DECLARED + BOUNDARY.format(61), "X1.toml")


@pytest.mark.parametrize("name", protocol_ids())
def test_the_shipped_plans_open_every_site_and_say_that_it_is_assumed(name: str) -> None:
    protocol = load_protocol(name)
    assert protocol.accrual.openings[-1].sites == protocol.accrual.sites_planned
    assert protocol.accrual.openings[0].by == protocol.accrual.start
    assert "accrual.openings" in {each.key for each in protocol.assumed}
    assert protocol.accrual.sites == ()  # when sites opened is read from the data, never assumed
    assert protocol.events_awaited is not None
