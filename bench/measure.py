"""How things are measured, and the line of the report that each measurement becomes."""

from __future__ import annotations

import math
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Line:
    """One line of the report. `passed` is None where there is no target or nothing could be measured."""

    what: str
    n: str
    measured: str
    target: str = ""
    passed: bool | None = None

    def __str__(self) -> str:
        verdict = {True: "pass", False: "FAIL", None: "-"}[self.passed]
        return f"{verdict:5} {self.what:58} {self.n:>12}  {self.measured:34} {self.target}".rstrip()


HEADING = f"{'':5} {'what':58} {'n':>12}  {'measured':34} target"


def seconds(call: Callable[[], object], *, warm: int = 1, repeat: int = 5) -> float:
    """Median time of `call` after `warm` calls that are not counted."""
    for _ in range(warm):
        call()
    taken = []
    for _ in range(repeat):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def shown(time_taken: float) -> str:
    """A duration as a person reads it."""
    if math.isnan(time_taken):
        return "not measured"
    return f"{time_taken * 1000:.0f} ms" if time_taken < 1 else f"{time_taken:.2f} s"


def memory_of(pid: int) -> int | None:
    """Resident bytes of a process and its children; None where the system does not tell in /proc."""
    if not Path("/proc/self/statm").exists():
        return None
    page = os.sysconf("SC_PAGE_SIZE")
    total = 0
    for each in [pid, *_descendants(pid)]:
        try:
            total += int(Path(f"/proc/{each}/statm").read_text().split()[1]) * page
        except (FileNotFoundError, ProcessLookupError):
            continue
    return total


def _descendants(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *_descendants(int(child))]
    return found


def peak_memory() -> int | None:
    """Largest resident bytes this process ever had; None where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
