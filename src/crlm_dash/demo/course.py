"""The course of treatment of one patient, as plain facts that every domain reads."""

from __future__ import annotations

from dataclasses import dataclass, field

from crlm_dash.demo.lesions import Lesion
from crlm_dash.demo.patient import NEVER
from crlm_dash.demo.visits import VisitMade
from crlm_dash.terms import Modality


@dataclass(frozen=True)
class Procedure:
    """A local procedure. `lesions` None: everything present in the liver; empty: nothing is removed by it."""

    modality: str
    start: int
    end: int
    group: str
    lesions: tuple[Lesion, ...] | None
    margin: str = ""
    place: str = ""
    category: str = "LOCAL TREATMENT OF LIVER METASTASES"

    @property
    def is_surgery(self) -> bool:
        """Whether it is a liver resection."""
        return self.modality == Modality.HEPATECTOMY


@dataclass(frozen=True)
class Cycle:
    """One cycle of systemic therapy; `dose` in per cent of the planned dose."""

    number: int
    start: int
    end: int
    dose: int


@dataclass(frozen=True)
class Line:
    """Systemic therapy of one line in one setting: PRIOR, PROTOCOL or SUBSEQUENT."""

    number: int
    regimen: str
    setting: str
    start: int
    end: int
    cycles: tuple[Cycle, ...] = ()
    reason: str = ""


@dataclass
class Course:
    """Everything that was done, in order."""

    scans: list[VisitMade]
    visits: list[VisitMade]
    liver_seen: int = NEVER  # day of the scan that shows progression in the liver
    extra_seen: int = NEVER
    actual_local: bool = False
    procedures: list[Procedure] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    @property
    def progression_seen(self) -> int:
        """Day of the first scan that shows progression anywhere."""
        return min(self.liver_seen, self.extra_seen)

    @property
    def treatment_start(self) -> int:
        """First day of treatment in the trial."""
        starts = [line.start for line in self.lines if line.setting == "PROTOCOL"]
        return min(starts + [p.start for p in self.procedures], default=NEVER)


def seen_at(scans: list[VisitMade], progression: int) -> int:
    """The first scan on or after the day the disease grew again."""
    return min((scan.day for scan in scans if scan.day >= progression), default=NEVER)
