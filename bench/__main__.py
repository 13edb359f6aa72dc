"""Print what was measured, on how many patients, against which target. `python -m bench [patients]`."""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Iterator

from bench import analyses, pages, prepare
from bench.measure import HEADING, Line, memory_of, peak_memory, shown
from bench.serving import serving, visit_every_page

LARGE, SMALL, CHOSEN = 1_000_000, 500, 300
SITES = 2_000  # of the trial with very many
GIGABYTE = 10**9
SLOWEST_DEMO, SLOWEST_START = 20.0, 3.0  # seconds


def _memory(what: str, n: str, used: int | None) -> Line:
    measured = "not measured" if used is None else f"{used / 1e6:.0f} MB"
    return Line(what, n, measured, "< 1 GB", None if used is None else used < GIGABYTE)


def lines(n: int) -> Iterator[Line]:
    """Every line of the report, in order."""
    store, taken = prepare.demo_trials()
    yield Line("simulate and load both demonstration trials", "both", shown(taken), "< 20 s", taken < SLOWEST_DEMO)
    small = analyses.open_door(prepare.trial(SMALL), prepare.TRIAL)
    yield from analyses.small(small, SMALL)
    yield from pages.served(prepare.trial(SMALL), SMALL, analyses.some_subject(small))
    chosen = analyses.open_door(prepare.trial(CHOSEN, prepare.WITH_CHOICE), prepare.WITH_CHOICE)
    yield from analyses.groups_that_chose(chosen, CHOSEN)
    with serving(store) as server:
        yield Line(
            "start of the app until it is ready",
            "both",
            shown(server.started_in),
            "< 3 s",
            server.started_in < SLOWEST_START,
        )
        visited = visit_every_page(server.url, prepare.DEMO_TRIALS)
        used = memory_of(server.pid) if visited else None
        yield _memory("memory of the app after a visit to every page", "both", used)
    large = analyses.open_door(prepare.registry(n), prepare.TRIAL)
    yield from analyses.large(large, n)
    yield from analyses.forecast(analyses.open_door(prepare.registry(n, SITES), prepare.TRIAL), n, SITES)
    with_forms = analyses.open_door(prepare.registry(n // 5, forms=True), prepare.TRIAL)
    yield from analyses.questionnaires(with_forms, n // 5)
    yield _memory("peak memory of a process that ran every analysis", f"{n:,}", peak_memory())
    yield from analyses.against_obvious(large, n)
    yield from analyses.against_r(large, n)


def main() -> int:
    """Print the report; 1 if a target was missed."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("patients", nargs="?", type=int, default=LARGE, help="size of the large trial")
    n = parser.parse_args().patients
    print(f"Python {platform.python_version()}, {platform.machine()}, {platform.system()}")
    print(HEADING)
    missed = 0
    for line in lines(n):
        print(line, flush=True)
        missed += line.passed is False
    print(f"{missed} of the targets missed." if missed else "Every target that could be measured was met.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
