"""Systemic therapy: prior lines, cycles in the trial, lines after progression."""

from __future__ import annotations

import numpy as np

from crlm_dash.demo.course import Course, Cycle, Line
from crlm_dash.demo.patient import NEVER, Patient
from crlm_dash.demo.records import Records, iso

_MAINTENANCE = "CAPECITABINE"
_MOST_CYCLES = 34
_INDUCTION_CYCLES = 12


def plan_systemic(patient: Patient, course: Course, rng: np.random.Generator) -> None:
    """Add every line of systemic therapy to the course; the procedures must already be there."""
    course.lines += _prior(patient, rng)
    if not patient.enrolled:
        return
    course.lines += _in_trial(patient, course, rng)
    course.lines += _after_progression(patient, course, rng)


def _backbone(used: set[str], rng: np.random.Generator) -> str:
    options = [r for r in ("FOLFOX", "CAPOX", "FOLFOXIRI") if "FOLFIRI" in used] or [
        "FOLFOX",
        "FOLFIRI",
        "CAPOX",
        "FOLFOXIRI",
    ]
    if used & {"FOLFOX", "CAPOX"}:
        options = ["FOLFIRI"]
    weights = {"FOLFOX": 0.42, "FOLFIRI": 0.22, "CAPOX": 0.18, "FOLFOXIRI": 0.18}
    p = np.array([weights[o] for o in options])
    return options[int(rng.choice(len(options), p=p / p.sum()))]


def _biologic(patient: Patient, rng: np.random.Generator) -> str:
    """Cetuximab for RAS/BRAF wild type on the left, otherwise bevacizumab, or neither."""
    wild = patient.ras == "WILD TYPE" and patient.braf == "WILD TYPE"
    if wild and patient.side != "RIGHT" and rng.random() < 0.72:
        return " + CETUXIMAB"
    return " + BEVACIZUMAB" if rng.random() < 0.74 else ""


def _prior(patient: Patient, rng: np.random.Generator) -> list[Line]:
    start = patient.diagnosis + int(rng.integers(12, 30))
    end = patient.consent - int(rng.integers(16, 32))
    used: set[str] = set()
    lines = []
    n_lines = max(patient.lines, 3 if "I05" in patient.unmet else 1)
    edges = np.linspace(start, end, n_lines + 1).astype(int).tolist()
    for k in range(n_lines):
        backbone = _backbone(used, rng)
        used.add(backbone)
        gap = 14 if k < n_lines - 1 else 0
        last = k == n_lines - 1
        reason = "DISEASE CONTROLLED" if last else str(rng.choice(["PROGRESSION", "TOXICITY"], p=[0.8, 0.2]))
        regimen = backbone + _biologic(patient, rng)
        lines.append(Line(k + 1, regimen, "PRIOR", edges[k], edges[k + 1] - gap, reason=reason))
    return lines


def _in_trial(patient: Patient, course: Course, rng: np.random.Generator) -> list[Line]:
    """Perioperative cycles after curative treatment, otherwise cycles until progression."""
    before = course.lines[-1]
    if course.actual_local:
        curative = [p for p in course.procedures if p.group.startswith("STAGE") or p.group == "EXTRAHEPATIC"]
        start = max(p.end for p in curative) + int(rng.integers(28, 56))
        n = int(rng.integers(4, 9)) if patient.ned else _MOST_CYCLES
        if patient.ned and rng.random() < 0.13:
            return []
    else:
        start, n = patient.decided + int(rng.integers(2, 13)), _MOST_CYCLES
    switched = rng.random() < 0.15
    number, regimen = before.number, before.regimen
    if switched:
        number = before.number + 1
        regimen = _backbone({before.regimen.split(" + ")[0]}, rng) + _biologic(patient, rng)
    stop = min(course.progression_seen, patient.death - int(rng.integers(8, 40)))
    return _with_maintenance(number, regimen, _cycles(regimen, start, stop, n, rng))


def _cycles(regimen: str, start: int, stop: int, most: int, rng: np.random.Generator) -> tuple[Cycle, ...]:
    """Cycles of two weeks (CAPOX three) with delays and dose reductions, until `stop`."""
    gap = 21 if regimen.startswith(("CAPOX", _MAINTENANCE)) else 14
    made: list[Cycle] = []
    day, dose = start, 100
    planned = most if most < _MOST_CYCLES else int(rng.integers(10, _MOST_CYCLES))
    while day < stop and len(made) < planned:
        if len(made) == _INDUCTION_CYCLES and gap == 14:
            gap = 21
        length = 13 if gap == 21 else 2
        made.append(Cycle(len(made) + 1, day, day + length, dose))
        delayed = rng.random() < 0.13
        if rng.random() < 0.07:
            dose = max(dose - 20, 60)
        day += gap + (int(rng.integers(5, 15)) if delayed else int(rng.integers(0, 2)))
    return tuple(made)


def _with_maintenance(number: int, regimen: str, cycles: tuple[Cycle, ...]) -> list[Line]:
    """The first twelve cycles of a line with the full regimen, the rest as maintenance in the same line."""
    if not cycles:
        return []
    first, rest = cycles[:_INDUCTION_CYCLES], cycles[_INDUCTION_CYCLES:]
    lines = [Line(number, regimen, "PROTOCOL", first[0].start, first[-1].end, first)]
    if rest:
        partner = " + BEVACIZUMAB" if "BEVACIZUMAB" in regimen else ""
        lines.append(Line(number, _MAINTENANCE + partner, "PROTOCOL", rest[0].start, rest[-1].end, rest))
    return lines


_LATE = (
    "FOLFIRI + BEVACIZUMAB",
    "FOLFOX + BEVACIZUMAB",
    "TRIFLURIDINE/TIPIRACIL",
    "REGORAFENIB",
    "FRUQUINTINIB",
)


def _after_progression(patient: Patient, course: Course, rng: np.random.Generator) -> list[Line]:
    """Up to three further lines; each is shorter than the one before."""
    day = course.progression_seen
    if day == NEVER:
        return []
    used = {line.regimen.split(" + ")[0] for line in course.lines}
    number = max(line.number for line in course.lines)
    lines: list[Line] = []
    day += int(rng.integers(10, 45))
    for regimen in [r for r in _LATE if r.split(" + ")[0] not in used]:
        if len(lines) == 3 or rng.random() > (0.80 if not lines else 0.62) or day > patient.death - 25:
            break
        end = min(day + 40 + int(rng.gamma(2.0, 70) / (1 + 0.4 * len(lines))), patient.death - 12)
        if end <= day:
            break
        number += 1
        lines.append(Line(number, regimen, "SUBSEQUENT", day, end, reason="PROGRESSION"))
        day = end + int(rng.integers(10, 40))
    return lines


def write_systemic(records: Records, patient: Patient, course: Course, rng: np.random.Generator) -> None:
    """CM for lines outside the trial, EX for its cycles."""
    for line in course.lines:
        if line.setting == "PROTOCOL":
            _write_cycles(records, patient, line)
        else:
            _write_line(records, patient, line, rng)


def _write_line(records: Records, patient: Patient, line: Line, rng: np.random.Generator) -> None:
    prior = line.setting == "PRIOR"
    ongoing = line.end > patient.last_known
    start = iso(line.start)
    if prior and rng.random() < 0.10:
        start = start[:7]
    records.add(
        "CM",
        patient,
        line.start,
        {
            "CMGRPID": f"LINE {line.number}",
            "CMTRT": line.regimen,
            "CMCAT": f"{line.setting} SYSTEMIC THERAPY",
            "CMINDC": "METASTATIC COLORECTAL CANCER",
            "CMSTDTC": start,
            "CMENDTC": iso(line.end),
            "CMENRTPT": "ONGOING" if ongoing else None,
            "CMENTPT": iso(patient.last_known) if ongoing else None,
        },
    )


def _write_cycles(records: Records, patient: Patient, line: Line) -> None:
    for cycle in line.cycles:
        reduced = cycle.dose < 100
        records.add(
            "EX",
            patient,
            cycle.start,
            {
                "EXGRPID": f"LINE {line.number}",
                "EXTRT": line.regimen,
                "EXCAT": "SYSTEMIC THERAPY",
                "EXDOSE": cycle.dose,
                "EXDOSU": "%",
                "EXROUTE": "ORAL" if line.regimen == _MAINTENANCE else "INTRAVENOUS",
                "EXADJ": "TOXICITY" if reduced else None,
                "VISIT": f"CYCLE {cycle.number}",
                "EPOCH": "TREATMENT",
                "EXENDTC": iso(cycle.end),
            },
        )
