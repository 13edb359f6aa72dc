"""The survival model of the demonstration trials: calibrated to published curves, its truth can be asked.

CRLM10 is calibrated *from diagnosis among all diagnosed*, to Allard's series of patients with ten or more
liver metastases: 61 and 39 % alive at 3 and 5 years where local treatment reached R0/R1, 29 and 5 % where it
did not. CRLM-EHD is calibrated from enrolment, with a known effect of local treatment. In both, patients
differ in risk; the baseline hazard is solved so that their mixture follows the stated curve exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crlm_dash.demo import population
from crlm_dash.demo.design import design
from crlm_dash.errors import RequestError

Floats = NDArray[np.float64]

_REFERENCE_SIZE = 40_000
_LONGEST_YEARS = 30.0


@dataclass(frozen=True)
class Weibull:
    """Survival exp(-(t / scale) ** shape), t in years."""

    shape: float
    scale: float

    @classmethod
    def through(cls, first: tuple[float, float], second: tuple[float, float]) -> Weibull:
        """The Weibull curve through two points (years, survival)."""
        (t1, s1), (t2, s2) = first, second
        shape = float(np.log(np.log(s2) / np.log(s1)) / np.log(t2 / t1))
        return cls(shape, float(t1 / (-np.log(s1)) ** (1 / shape)))

    def survival(self, years: Floats) -> Floats:
        """Probability of being alive after `years`."""
        return np.exp(-((np.asarray(years, dtype=float) / self.scale) ** self.shape))


@dataclass(frozen=True)
class TrueEffect:
    """The effect of local treatment that was put into the CRLM-EHD data."""

    conditional_log_hr: float
    """Log hazard ratio, local against systemic, between patients of the same covariates."""


TRUE_EFFECT = TrueEffect(conditional_log_hr=float(np.log(0.65)))

NED, NOT_NED = "R0/R1", "not R0/R1"
ALL_LOCAL, ALL_SYSTEMIC = "all local", "all systemic"
# Allard et al., as cited in the registry text of CRLM10: 3- and 5-year survival.
_CRLM10_CURVES = {
    NED: Weibull.through((3, 0.61), (5, 0.39)),
    NOT_NED: Weibull.through((3, 0.29), (5, 0.05)),
}
# If nobody were treated locally; assumed.
_EHD_SYSTEMIC = Weibull.through((2, 0.48), (5, 0.10))


@dataclass(frozen=True)
class Baseline:
    """Cumulative baseline hazard on a grid of years; the hazard of a patient is this times exp(lp)."""

    years: Floats
    hazard: Floats

    def death(self, exposure: Floats, lp: Floats) -> Floats:
        """Years to death, given unit-exponential draws `exposure`."""
        return np.interp(exposure * np.exp(-lp), self.hazard, self.years)

    def survival(self, years: float, lp: Floats) -> Floats:
        """Probability that patients with linear predictor `lp` live beyond `years`."""
        return np.exp(-np.interp(years, self.years, self.hazard) * np.exp(lp))


@dataclass(frozen=True)
class Model:
    """Survival model of one trial: who there is, and a baseline hazard for each group of them."""

    trial: str
    people: pd.DataFrame
    baselines: dict[str, Baseline]


@lru_cache(maxsize=2)
def model(trial: str) -> Model:
    """The calibrated model of a trial; its reference people are the same in every run."""
    people = population.draw(trial, _REFERENCE_SIZE, np.random.default_rng(20_210_301))
    lp = people["LP"].to_numpy()
    if trial == "CRLM10":
        groups = people["GROUP"].to_numpy()
        curves = {g: _calibrated(lp[groups == g], curve) for g, curve in _CRLM10_CURVES.items()}
        return Model(trial, people, curves)
    return Model(trial, people, {ALL_SYSTEMIC: _calibrated(lp, _EHD_SYSTEMIC)})


def _calibrated(lp: Floats, target: Weibull) -> Baseline:
    """The baseline hazard under which people with these `lp` together follow `target`."""
    risk = np.exp(np.quantile(lp, (np.arange(400) + 0.5) / 400))
    log_hazard = np.linspace(-12.0, 6.0, 500)
    mixture = np.exp(-np.exp(log_hazard)[:, None] * risk[None, :]).mean(axis=1)
    years = _LONGEST_YEARS * np.linspace(0, 1, 601) ** 2
    wanted = target.shape * np.log(years[1:] / target.scale)  # log(-log S)
    solved = np.exp(np.interp(wanted, np.log(-np.log(mixture)), log_hazard))
    return Baseline(years, np.concatenate([[0.0], solved]))


def deaths(trial: str, people: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """Years from the trial's survival origin (CRLM10: diagnosis, CRLM-EHD: enrolment) to death."""
    exposure = rng.exponential(size=len(people))
    return _deaths(model(trial), people, exposure)


def _deaths(fitted: Model, people: pd.DataFrame, exposure: Floats) -> Floats:
    lp = people["LP"].to_numpy()
    if fitted.trial == "CRLM10":
        ned = people["GROUP"].to_numpy() == NED
        years = np.where(
            ned,
            fitted.baselines[NED].death(exposure, lp),
            fitted.baselines[NOT_NED].death(exposure, lp),
        )
    else:
        local = people["ARMCD"].to_numpy() == design(fitted.trial).local.code
        years = fitted.baselines[ALL_SYSTEMIC].death(exposure, lp + TRUE_EFFECT.conditional_log_hr * local)
    return np.maximum(years, 1 / 365.25)


def draw_outcomes(trial: str, patients: int, seed: int) -> pd.DataFrame:
    """
    Patients alive at enrolment, with their covariates and the death that awaits them; no records.

    Returns
    -------
    One row per patient: covariates, `ARMCD`, `GROUP`, `LP` (linear predictor), `ENTRY` and `DEATH` in years
    from the survival origin; `ENTRY` is the time from diagnosis to enrolment in CRLM10 and 0 in CRLM-EHD;
    `WAIT` the years from diagnosis to enrolment in both.
    """
    rng = np.random.default_rng([seed, 1])
    kept: list[pd.DataFrame] = []
    missing = patients
    while missing > 0:
        people = population.draw(trial, int(missing * 1.2) + 20, rng)
        people["WAIT"] = 0.28 + rng.gamma(3.0, 0.1, len(people))
        people["ENTRY"] = people["WAIT"] if trial == "CRLM10" else 0.0
        people["DEATH"] = deaths(trial, people, rng)
        alive = people[people["DEATH"] > people["ENTRY"]].head(missing)
        kept.append(alive)
        missing -= len(alive)
    return pd.concat(kept, ignore_index=True) if kept else population.draw(trial, 0, rng)


def expected_survival(trial: str, group: str, years: float) -> float:
    """
    The probability, true in the simulation, of living beyond `years` in a group.

    Parameters
    ----------
    trial : CRLM10 (years from diagnosis, among all diagnosed) or CRLM-EHD (years from enrolment)
    group : an arm code of the trial; for CRLM10 also 'R0/R1' and 'not R0/R1'; for CRLM-EHD also
        'all local' and 'all systemic', what would be seen if every patient were treated so

    Raises
    ------
    RequestError : no such group
    """
    fitted = model(trial)
    people = fitted.people
    if trial == "CRLM10":
        return _expected_crlm10(people, group, years)
    local = design(trial).local.code
    shift = TRUE_EFFECT.conditional_log_hr
    arm = people["ARMCD"].to_numpy()
    lp = people["LP"].to_numpy()
    chosen = {
        ALL_LOCAL: lp + shift,
        ALL_SYSTEMIC: lp,
        local: lp[arm == local] + shift,
        design(trial).systemic.code: lp[arm != local],
    }
    _check_group(group, chosen)
    return float(fitted.baselines[ALL_SYSTEMIC].survival(years, chosen[group]).mean())


def _expected_crlm10(people: pd.DataFrame, group: str, years: float) -> float:
    arms = design("CRLM10")
    in_local = people["ARMCD"] == arms.local.code
    share = float((people.loc[in_local, "GROUP"] == NED).mean())
    ned = float(_CRLM10_CURVES[NED].survival(np.array(years)))
    not_ned = float(_CRLM10_CURVES[NOT_NED].survival(np.array(years)))
    known = {
        NED: ned,
        NOT_NED: not_ned,
        arms.local.code: share * ned + (1 - share) * not_ned,
        arms.systemic.code: not_ned,
    }
    _check_group(group, known)
    return known[group]


def _check_group(group: str, known: dict[str, float] | dict[str, Floats]) -> None:
    if group not in known:
        raise RequestError(f"'{group}' is not a group of the simulation. There are: {', '.join(known)}.")


@dataclass(frozen=True)
class MarginalEffect:
    """What the conditional effect amounts to if everybody, or nobody, were treated locally."""

    hazard_ratio: float
    difference_2y: float
    difference_5y: float


@lru_cache(maxsize=1)
def marginal_effect(patients: int = 200_000) -> MarginalEffect:
    """The true marginal effect in CRLM-EHD, from both potential outcomes of many patients."""
    rng = np.random.default_rng(7)
    people = population.draw("CRLM-EHD", patients, rng)
    lp = people["LP"].to_numpy()
    baseline = model("CRLM-EHD").baselines[ALL_SYSTEMIC]
    local = baseline.death(rng.exponential(size=patients), lp + TRUE_EFFECT.conditional_log_hr)
    systemic = baseline.death(rng.exponential(size=patients), lp)
    gain = [
        expected_survival("CRLM-EHD", ALL_LOCAL, t) - expected_survival("CRLM-EHD", ALL_SYSTEMIC, t) for t in (2.0, 5.0)
    ]
    time = np.concatenate([local, systemic])
    treated = np.repeat([1.0, 0.0], patients)
    return MarginalEffect(cox_hazard_ratio(time, treated), gain[0], gain[1])


def cox_hazard_ratio(time: Floats, treated: Floats) -> float:
    """Cox hazard ratio of one binary covariate when every time is a death (Newton steps, Breslow)."""
    order = np.argsort(-time, kind="stable")
    x = treated[order]
    n_treated, n_all = np.cumsum(x), np.arange(1, len(x) + 1)
    beta = 0.0
    for _ in range(25):
        share = n_treated * np.exp(beta) / (n_treated * np.exp(beta) + n_all - n_treated)
        step = float((x - share).sum() / (share * (1 - share)).sum())
        beta += step
        if abs(step) < 1e-10:
            break
    return float(np.exp(beta))
