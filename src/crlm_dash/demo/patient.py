"""One patient before the first record is written: who, where, when, and what the records will reveal."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from crlm_dash.demo.design import Design
from crlm_dash.demo.sites import Site

NEVER = 10_000_000  # an ordinal no record reaches


class Fate(StrEnum):
    """What became of a screened patient."""

    ENROLLED = "enrolled"
    FAILED = "screen failure"
    REFUSED = "declined before enrolment"


@dataclass(frozen=True)
class Patient:
    """A screened patient; days are proleptic ordinals."""

    trial: Design
    site: Site
    number: int
    subjid: str
    usubjid: str
    fate: Fate
    unmet: tuple[str, ...]
    overlooked: str  # a criterion not met by a patient who was enrolled all the same
    age: int
    sex: str
    ecog: int
    side: str
    metatim: str
    ras: str
    braf: str
    msi: str
    n_lesions: int
    largest: float
    cea: float
    response: str
    lines: int
    organs: tuple[str, ...]
    local: bool
    ned: bool
    diagnosis: int  # liver metastases
    primary: int  # colorectal cancer
    consent: int
    decided: int  # enrolment, failure or refusal
    death: int
    liver_progression: int
    extra_progression: int
    last_known: int
    left: str  # why participation ended; '' while it goes on

    @property
    def enrolled(self) -> bool:
        """Whether enrolment happened, on or before the data date."""
        return self.fate is Fate.ENROLLED and self.decided <= self.last_known

    @property
    def died(self) -> bool:
        """Whether the death is known."""
        return self.left == "DEATH"

    @property
    def imaging_day(self) -> int:
        """Day of the screening scan."""
        return self.consent + 4

    def rng(self, purpose: int, seed: int) -> np.random.Generator:
        """Random numbers for one purpose: a change to one kind of record changes no other kind."""
        return np.random.default_rng([seed, purpose, self.number])


def patients(trial: Design, people: pd.DataFrame, site: list[Site], day: list[int], seed: int) -> list[Patient]:
    """The screened patients in order of consent, from what `survival.draw_outcomes` gives."""
    rng = np.random.default_rng([seed, 2])
    fates = _fates(trial, len(people), rng)
    counts: dict[str, int] = {}
    made = []
    for i, row in enumerate(people.to_dict("records")):
        counts[site[i].siteid] = counts.get(site[i].siteid, 0) + 1
        facts = {str(k): v for k, v in row.items()}
        made.append(_patient(trial, facts, site[i], day[i], i, counts[site[i].siteid], fates[i], seed))
    return made


def _fates(trial: Design, n: int, rng: np.random.Generator) -> list[Fate]:
    """Exactly the stated shares of failures and refusals, in random order."""
    failed, refused = round(trial.failure_share * n), round(trial.refusal_share * n)
    ordered = [Fate.FAILED] * failed + [Fate.REFUSED] * refused
    ordered += [Fate.ENROLLED] * (n - len(ordered))
    return [ordered[k] for k in rng.permutation(n)]


def _patient(
    trial: Design,
    row: dict[str, object],
    site: Site,
    consent: int,
    index: int,
    number_at_site: int,
    fate: Fate,
    seed: int,
) -> Patient:
    rng = np.random.default_rng([seed, 3, index])
    subjid = f"{site.siteid}-{number_at_site:04d}"
    decided = consent + int(rng.integers(10, 22))
    wait = max(int(float(str(row["WAIT"])) * 365.25), 100)
    diagnosis = decided - wait
    origin = diagnosis if trial.trial == "CRLM10" else decided
    death = max(origin + round(float(str(row["DEATH"])) * 365.25), decided + 2)
    liver, extra = _progressions(row, decided, death, rng)
    last, left = _departure(trial, fate, consent, decided, death, rng)
    metachronous = row["METATIM"] == "METACHRONOUS"
    return Patient(
        trial=trial,
        site=site,
        number=index,
        subjid=subjid,
        usubjid=f"SIM-{trial.trial.replace('-', '')}-{subjid}",
        fate=fate,
        unmet=_unmet(trial.trial, rng) if fate is Fate.FAILED else (),
        overlooked=_OVERLOOKED[trial.trial] if fate is Fate.ENROLLED and rng.random() < 0.012 else "",
        age=int(str(row["AGE"])),
        sex=str(row["SEX"]),
        ecog=int(str(row["ECOG"])),
        side=str(row["SIDE"]),
        metatim=str(row["METATIM"]),
        ras=str(row["RAS"]),
        braf=str(row["BRAF"]),
        msi=str(row["MSI"]),
        n_lesions=int(str(row["NLES"])),
        largest=float(str(row["LARGEST"])),
        cea=float(str(row["CEA"])),
        response=str(row["RESP"]),
        lines=int(str(row["LINES"])) if wait >= 210 else 1,
        organs=tuple(s for s in str(row["EHSITES"]).split("+") if s),
        local=row["ARMCD"] == trial.local.code,
        ned=bool(row["NED"]),
        diagnosis=diagnosis,
        primary=diagnosis - (int(rng.integers(200, 1100)) if metachronous else int(rng.integers(0, 25))),
        consent=consent,
        decided=decided,
        death=death,
        liver_progression=liver,
        extra_progression=extra,
        last_known=last,
        left=left,
    )


def _progressions(row: dict[str, object], enrolled: int, death: int, rng: np.random.Generator) -> tuple[int, int]:
    """
    Days on which the disease grows again in the liver and outside it; `NEVER` where it does not.

    Nine in ten die of progression, so it comes at a random fraction of the time to death.
    """
    ned = bool(row["NED"])
    shape = (1.45, 2.3) if ned else (1.6, 2.2)
    if rng.random() < 0.08:
        return NEVER, NEVER
    first = enrolled + max(int((death - enrolled) * rng.beta(*shape)), 10)
    later = first + int(rng.exponential(260)) + 40 if rng.random() < 0.55 else NEVER
    kind = rng.random()
    in_liver, in_both = (0.48, 0.16) if ned else (0.62, 0.18)
    if kind < in_liver:
        return first, later
    if kind < in_liver + in_both:
        return first, first + int(rng.integers(0, 20))
    return later, first


def _departure(
    trial: Design, fate: Fate, consent: int, decided: int, death: int, rng: np.random.Generator
) -> tuple[int, str]:
    """Last day anything is known of the patient, and why there is nothing after it ('' = still followed)."""
    if fate is not Fate.ENROLLED:
        return min(decided, trial.last_day), fate.value if decided <= trial.last_day else ""
    quiet = trial.last_day - int(rng.integers(0, 26))
    ends = {
        "LOST TO FOLLOW-UP": decided + int(rng.exponential(365.25 / 0.022)) + 30,
        "WITHDRAWAL BY SUBJECT": decided + int(rng.exponential(365.25 / 0.016)) + 12,
        "COMPLETED": decided + trial.horizon_days + int(rng.integers(0, 15)),
        "": trial.last_day,
    }
    left, day = min(ends.items(), key=lambda item: item[1])
    if death <= day:
        return death, "DEATH"
    return (max(quiet, consent), "") if left == "" else (day, left)


_OVERLOOKED = {"CRLM10": "I02", "CRLM-EHD": "I11"}
_UNMET = {
    "CRLM10": (("I01", "I02", "I03", "I04"), (0.05, 0.33, 0.27, 0.35)),
    "CRLM-EHD": (
        ("I04c", "I06", "I05", "I09", "I07", "I03", "I01", "I14", "I16", "I11", "I10", "I12", "I13", "I15",
         "I02", "I08", "E01", "E03", "E05", "E06", "E07", "E08", "E09", "E11", "E12", "E13", "E15", "E16"),
        (0.13, 0.21, 0.09, 0.02, 0.06, 0.02, 0.03, 0.02, 0.03, 0.03, 0.02, 0.02, 0.03, 0.01,
         0.02, 0.01, 0.06, 0.01, 0.03, 0.02, 0.02, 0.02, 0.01, 0.02, 0.01, 0.02, 0.02, 0.01),
    ),
}  # fmt: skip


def _unmet(trial: str, rng: np.random.Generator) -> tuple[str, ...]:
    """The criteria a screen failure did not meet: one, sometimes two or three."""
    names, weights = _UNMET[trial]
    p = np.array(weights) / sum(weights)
    n = int(rng.choice([1, 2, 3], p=[0.76, 0.19, 0.05]))
    chosen = set(rng.choice(len(names), n, replace=False, p=p).tolist())
    return tuple(name for i, name in enumerate(names) if i in chosen)
