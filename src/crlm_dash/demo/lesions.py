"""The lesions a patient comes with: where they sit, how large they are, which are RECIST targets."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from crlm_dash.demo.patient import Patient

SEGMENTS = ("1", "2", "3", "4A", "4B", "5", "6", "7", "8")
_SEGMENT_SHARES = np.array([0.03, 0.09, 0.10, 0.07, 0.09, 0.13, 0.16, 0.15, 0.18])
LEFT_SEGMENTS = frozenset({"1", "2", "3", "4A", "4B"})
MEASURABLE_MM = 10
MEASURABLE_NODE_MM = 15
_TARGETS_PER_ORGAN = 2
_TARGETS = 5
# Median size in mm and how many there usually are, by organ beside the liver.
_ELSEWHERE = {
    "LUNG": (10.0, 2.0),
    "LYMPH NODE": (17.0, 1.2),
    "PERITONEUM": (14.0, 1.6),
    "OVARY": (38.0, 0.2),
    "ADRENAL GLAND": (20.0, 0.2),
    "BRAIN": (14.0, 0.3),
}
NEW_ORGANS = ("LUNG", "LYMPH NODE", "PERITONEUM", "BONE", "ADRENAL GLAND")


@dataclass
class Lesion:
    """A lesion; `size` is its diameter in mm at the latest scan, 0 once treated or gone."""

    link: str
    organ: str
    segment: str
    role: str  # TARGET, NON-TARGET, NEW
    size: int
    state: str = "PRESENT"  # TREATED, ABSENT
    found: int = 0
    method: str = "MRI"
    last_written: str = field(default="")

    @property
    def in_liver(self) -> bool:
        """Whether it lies in the liver."""
        return self.organ == "LIVER"


def lesions(patient: Patient, rng: np.random.Generator) -> list[Lesion]:
    """All lesions of the screening scan, targets first; liver lesions carry their segment."""
    found = _liver(patient, rng)
    for organ in _organs(patient):
        median, more = _ELSEWHERE[organ]
        n = 1 + min(int(rng.poisson(more)), 5)
        sizes = np.clip(np.round(rng.lognormal(np.log(median), 0.35, n)), 5, 70).astype(int)
        found += [_lesion(organ, "", int(size), patient) for size in np.sort(sizes)[::-1]]
    _choose_targets(found)
    found.sort(key=lambda lesion: lesion.role != "TARGET")
    for role, prefix in (("TARGET", "T"), ("NON-TARGET", "NT")):
        for i, lesion in enumerate(x for x in found if x.role == role):
            lesion.link = f"{prefix}{i + 1:02d}"
    return found


def _organs(patient: Patient) -> tuple[str, ...]:
    """Organs beside the liver, as the screening scan shows them."""
    if "E01" in patient.unmet:
        return ()
    return (*patient.organs, "BRAIN") if "E03" in patient.unmet else patient.organs


def _liver(patient: Patient, rng: np.random.Generator) -> list[Lesion]:
    n = patient.n_lesions
    if "I02" in patient.unmet and patient.trial.trial == "CRLM10":
        n = int(rng.integers(6, 10))  # fewer on the MRI of the trial than on the referring CT
    if patient.overlooked == "I02":
        n = 9
    segments = rng.choice(len(SEGMENTS), n, p=_SEGMENT_SHARES)
    not_radical = patient.trial.trial == "CRLM-EHD" and "I06" in patient.unmet
    largest = max(patient.largest, 41.0) if not_radical else patient.largest
    smaller = largest * rng.beta(1.8, 2.6, max(n - 1, 0))
    sizes = [int(largest), *np.maximum(np.round(smaller), 4).astype(int).tolist()]
    made = [_lesion("LIVER", SEGMENTS[s], size, patient) for s, size in zip(segments, sizes, strict=True)]
    return sorted(made, key=lambda lesion: -lesion.size)


def _lesion(organ: str, segment: str, size: int, patient: Patient) -> Lesion:
    method = "MRI" if organ == "LIVER" else "CT SCAN"
    return Lesion("", organ, segment, "NON-TARGET", size, found=patient.imaging_day, method=method)


def _choose_targets(found: list[Lesion]) -> None:
    """RECIST 1.1: the largest measurable lesions, two an organ and five in all."""
    chosen: dict[str, int] = {}
    for lesion in found:
        least = MEASURABLE_NODE_MM if lesion.organ == "LYMPH NODE" else MEASURABLE_MM
        taken = chosen.get(lesion.organ, 0)
        if lesion.size >= least and taken < _TARGETS_PER_ORGAN and sum(chosen.values()) < _TARGETS:
            lesion.role = "TARGET"
            chosen[lesion.organ] = taken + 1
