"""Who the patients are: covariates drawn for many at once, the risk they carry, and the arm they come to."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crlm_dash.demo.design import design

Floats = NDArray[np.float64]

EXTRAHEPATIC_SITES = ("LUNG", "LYMPH NODE", "PERITONEUM", "OVARY", "ADRENAL GLAND")
_SITE_SHARES = (0.45, 0.28, 0.17, 0.05, 0.05)
# Log hazard ratios. Poor response and peritoneal disease after the series cited in the CRLM10 registry text;
# RAS, BRAF and side after the metastatic colorectal cancer trials; the rest assumed.
_LOG_HR = {
    "age_decade": 0.15,
    "ecog": 0.30,
    "right": 0.25,
    "ras": 0.25,
    "braf": 0.70,
    "lesions": 0.03,
    "log_cea": 0.12,
    "stable_only": 0.50,
    "peritoneum": 0.55,
    "several_sites": 0.35,
}


def draw(trial: str, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """
    Covariates of `n` candidates who meet the criteria, their linear predictor `LP`, arm and group.

    `GROUP` is 'R0/R1' for CRLM10 patients whom local treatment will free of disease, else 'not R0/R1'; in
    CRLM-EHD it repeats the arm. `ARMCD` in CRLM-EHD follows the patient's willingness, which the same
    covariates drive as drive survival; in CRLM10 it does not depend on them.
    """
    people = _covariates(trial, n, rng)
    people["LP"] = linear_predictor(people)
    arms = design(trial)
    p_local = willingness(people) if trial == "CRLM-EHD" else np.full(n, 0.55)
    local = rng.random(n) < p_local
    people["ARMCD"] = np.where(local, arms.local.code, arms.systemic.code)
    reached = local & (rng.random(n) < _p_ned(people))
    people["NED"] = reached
    people["GROUP"] = np.where(reached, "R0/R1", "not R0/R1") if trial == "CRLM10" else people["ARMCD"]
    return people


def _covariates(trial: str, n: int, rng: np.random.Generator) -> pd.DataFrame:
    braf = rng.random(n) < 0.07
    ras = ~braf & (rng.random(n) < 0.45)
    many = trial == "CRLM10"
    lesions = (
        np.minimum(10 + rng.negative_binomial(1.3, 0.17, n), 40)
        if many
        else np.minimum(1 + rng.negative_binomial(1.6, 0.33, n), 12)
    )
    people = pd.DataFrame(
        {
            "AGE": np.clip(np.round(rng.normal(58, 10, n)), 28, 80).astype(int),
            "SEX": np.where(rng.random(n) < 0.61, "M", "F"),
            "ECOG": (rng.random(n) < 0.38).astype(int),
            "SIDE": rng.choice(["LEFT", "RIGHT", "RECTUM"], n, p=[0.43, 0.27, 0.30]),
            "METATIM": np.where(rng.random(n) < (0.86 if many else 0.72), "SYNCHRONOUS", "METACHRONOUS"),
            "RAS": np.where(ras, "MUTANT", "WILD TYPE"),
            "BRAF": np.where(braf, "V600E MUTANT", "WILD TYPE"),
            "MSI": np.where(rng.random(n) < 0.03, "MSI-H", "MSS"),
            "NLES": lesions,
            "LARGEST": np.round(np.clip(rng.lognormal(np.log(32 if many else 24), 0.42, n), 12, 110)),
            "CEA": np.round(np.clip(rng.lognormal(np.log(22 if many else 14), 1.25, n), 0.8, 2500), 1),
            "RESP": rng.choice(["CR", "PR", "SD"], n, p=[0.02, 0.60, 0.38]),
            "LINES": 1 + (rng.random(n) < (0.14 if many else 0.30)).astype(int),
        }
    )
    sites = _extrahepatic(n, rng) if not many else np.full(n, "", dtype=object)
    return people.assign(EHSITES=sites)


def _extrahepatic(n: int, rng: np.random.Generator) -> NDArray[np.object_]:
    """One or two organs beside the liver, joined by '+'."""
    first = rng.choice(len(EXTRAHEPATIC_SITES), n, p=_SITE_SHARES)
    second = rng.choice(len(EXTRAHEPATIC_SITES), n, p=_SITE_SHARES)
    two = (rng.random(n) < 0.24) & (first != second)
    names = np.array(EXTRAHEPATIC_SITES, dtype=object)
    return np.where(two, names[first] + "+" + names[second], names[first])


def linear_predictor(people: pd.DataFrame) -> Floats:
    """Log hazard of each patient against a man or woman of 60 in good condition with favourable disease."""
    sites = people["EHSITES"].astype(str)
    terms = {
        "age_decade": (people["AGE"] - 60) / 10,
        "ecog": people["ECOG"],
        "right": people["SIDE"] == "RIGHT",
        "ras": people["RAS"] == "MUTANT",
        "braf": people["BRAF"] != "WILD TYPE",
        "lesions": np.minimum(people["NLES"], 30) - 10,
        "log_cea": np.log(people["CEA"] / 20),
        "stable_only": people["RESP"] == "SD",
        "peritoneum": sites.str.contains("PERITONEUM"),
        "several_sites": sites.str.contains("+", regex=False),
    }
    total = np.zeros(len(people))
    for name, value in terms.items():
        total += _LOG_HR[name] * value.to_numpy(dtype=float)
    return total


def willingness(people: pd.DataFrame) -> Floats:
    """Probability of wanting radical local treatment: the fitter and the less diseased want it more."""
    sites = people["EHSITES"].astype(str)
    logit = (
        0.45
        - 0.50 * (people["AGE"] - 60) / 10
        - 0.90 * people["ECOG"]
        - 0.22 * (people["NLES"] - 4)
        - 0.25 * np.log(people["CEA"] / 20)
        - 0.60 * (people["RESP"] == "SD")
        - 1.00 * sites.str.contains("PERITONEUM")
        - 0.60 * sites.str.contains("+", regex=False)
    )
    return _probability(logit)


def _p_ned(people: pd.DataFrame) -> Floats:
    """Probability that local treatment, once chosen, leaves no disease behind."""
    logit = 1.65 - 0.04 * (people["NLES"] - 10) - 0.5 * (people["RESP"] == "SD") - 0.2 * people["ECOG"]
    return _probability(logit)


def _probability(logit: pd.Series[float]) -> Floats:
    odds: Floats = np.exp(logit.to_numpy(dtype=float))
    return odds / (1 + odds)
