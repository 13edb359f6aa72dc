"""Whether imputing what is missing helps where the truth is known: `python -m bench.imputation`, some minutes.

The trials of `bench.statistics`, in which two covariates that groups and survival depend on are missing: more often in
the old, and in those who died under systemic therapy alone. That is at random given what is known, so that imputation
by group and outcome can be right, and the complete cases cannot. Writes its part of `docs/comparison-study.md`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import numpy as np
import pandas as pd

from bench.statistics import PATIENTS, REPORT, ROOM, TRIAL, TRIALS, TRUTH_FROM, asked, followed, truth
from crlm_dash.demo import population
from crlm_dash.demo.design import design
from crlm_dash.demo.survival import TRUE_EFFECT
from crlm_dash.stats.counts import Floats
from crlm_dash.stats.group_comparison import DIFFERENCE, OVERLAP, RATIO, Asked, Compared, Quantity, Subjects, compared
from crlm_dash.stats.imputation import Variable
from crlm_dash.stats.imputed_comparison import (
    Incomplete,
    PooledEstimate,
    bootstrap_imputed,
    component_limits,
    pooled_estimates,
)

TITLE = "## Where covariates are missing"
SETS, DRAWS = 30, 200
METASTASES, ORGANS = 2, 6  # places of the two covariates with gaps
LEVELS = {1: 2, 4: 2, 5: 2, 6: 2, 7: 2, 8: 2, 9: 2}  # of the covariates that are no numbers, by place
MAIN = Quantity(RATIO, OVERLAP, 0.0)
WAYS = ("nothing missing", "complete cases", "multiple imputation")


def blanked(subjects: Subjects, generator: np.random.Generator) -> Floats:
    """The covariates with gaps, at random given age, group and outcome."""
    age = (subjects.x[:, 0] - subjects.x[:, 0].mean()) / subjects.x[:, 0].std()
    odds = -2.3 + 0.5 * age + 2.0 * subjects.mine * (1 - subjects.treated)
    x = subjects.x.copy()
    for place in (METASTASES, ORGANS):
        x[generator.random(len(x)) < 1 / (1 + np.exp(-odds)), place] = np.nan
    return x


def one(number: int) -> list[dict[str, object]]:
    """One simulated trial, compared with everything known, by complete cases and by imputation."""
    generator = np.random.default_rng([20_220_902, number])
    people = population.draw(TRIAL, PATIENTS, generator)
    local = (people["ARMCD"] == design(TRIAL).local.code).to_numpy(dtype=float)
    subjects = followed(people, local, TRUE_EFFECT.conditional_log_hr, generator)
    x = blanked(subjects, generator)
    complete = ~np.isnan(x).any(axis=1)
    only = replace(asked(), methods=(OVERLAP,), horizon=None)
    variables = tuple(Variable(x[:, place], LEVELS.get(place, 0)) for place in range(x.shape[1]))
    incomplete = Incomplete(subjects, variables)
    filled = incomplete.filled(np.ones((SETS, PATIENTS)), generator)
    sets = [compared(replace(subjects, x=each), only) for each in incomplete.columns(filled)]
    parts = {name: getattr(subjects, name)[complete] for name in _OF_A_SUBJECT}
    drawn = bootstrap_imputed(
        incomplete, Asked((), None, only.truncation, methods=(OVERLAP,), models=False), range(x.shape[1]), DRAWS, number
    )
    whole, alone = compared(subjects, only), compared(Subjects(**parts), only)
    share = 1 - complete.mean()
    rows = []
    for way, found in zip(WAYS, (whole, alone, sets), strict=True):
        rows += [row | {"share": share} for row in _rows(way, found if isinstance(found, list) else [found], drawn)]
    return rows


_OF_A_SUBJECT = ("x", "treated", "time", "entry", "mine", "any_event")


def _rows(way: str, sets: list[Compared], drawn: dict[Quantity, Floats]) -> Iterator[dict[str, object]]:
    for name, estimate in pooled_estimates(sets).items():
        if name.measure not in (RATIO, DIFFERENCE):
            continue
        value, fmi, low, high = float(estimate.value[0]), np.nan, np.nan, np.nan
        if isinstance(estimate, PooledEstimate):
            fmi = estimate.fmi
            if name == MAIN:
                low, high = component_limits(drawn[name], value, estimate.between)
        yield {
            "way": way, "measure": name.measure, "time": name.time, "value": value, "fmi": fmi,
            "conf_low": value - estimate.half_width, "conf_high": value + estimate.half_width,
            "boot_low": low, "boot_high": high,
        }  # fmt: skip


def study(workers: int = 1) -> pd.DataFrame:
    """All trials, summed up: bias, Monte Carlo error, spread, and how often limits hold the truth."""
    known = truth(TRUE_EFFECT.conditional_log_hr)
    with ProcessPoolExecutor(workers) as pool:
        found = pd.DataFrame([row for each in pool.map(one, range(TRIALS)) for row in each])
    lines = []
    for (measure, time, way), each in found.groupby(["measure", "time", "way"], sort=False):
        true = known.values[Quantity(str(measure), OVERLAP, float(time))]
        holds = {kind: _holds(each, kind, true) for kind in ("conf", "boot")}
        lines.append(
            {"measure": measure, "time": time, "way": way, "truth": true, "mean": each["value"].mean(),
             "bias": each["value"].mean() - true, "error": each["value"].std() / np.sqrt(len(each)),
             "spread": each["value"].std(), "fmi": each["fmi"].mean(), "share": each["share"].mean(), **holds}
        )  # fmt: skip
    return pd.DataFrame(lines).sort_values(["measure", "time"], ascending=[False, True], kind="stable")


def _holds(each: pd.DataFrame, kind: str, true: float) -> float:
    low, high = each[f"{kind}_low"], each[f"{kind}_high"]
    return float(((low <= true) & (true <= high)).mean()) if low.notna().any() else np.nan


def checks(found: pd.DataFrame) -> Iterator[tuple[str, str, bool]]:
    """What is asked, what was found, and whether it holds."""
    ratio = found[found["measure"] == RATIO].set_index("way")
    alone, imputed, whole = (ratio.loc[way] for way in ("complete cases", "multiple imputation", "nothing missing"))
    yield (
        "The hazard ratio of complete cases is biased",
        f"bias {alone['bias']:+.4f} ± {ROOM * alone['error']:.4f}",
        abs(alone["bias"]) > 2 * ROOM * alone["error"],
    )
    yield (
        "Imputed, its logarithm is right on average, within Monte Carlo error",
        f"bias {imputed['bias']:+.4f} ± {ROOM * imputed['error']:.4f}",
        abs(imputed["bias"]) <= ROOM * imputed["error"],
    )
    for kind, words in (("conf", "by Rubin's rules"), ("boot", "by draws")):
        yield (
            f"Imputed, 95 % limits {words} hold the truth in 92 to 98 %",
            f"{imputed[kind]:.1%}",
            (0.92 <= imputed[kind] <= 0.98),
        )
    yield (
        "Imputed, it varies less than that of complete cases",
        f"standard deviation {imputed['spread']:.3f}, {alone['spread']:.3f}; nothing missing {whole['spread']:.3f}",
        imputed["spread"] < alone["spread"],
    )


def written(found: pd.DataFrame) -> str:
    """The part of the report."""
    lines = [
        TITLE, "",
        f"{TRIALS} simulated trials of {PATIENTS} patients with the effect, in which the number of liver metastases "
        "and whether several extrahepatic organs are involved are missing, more often in the old and in those who died "
        f"under systemic therapy alone: {found['share'].mean():.0%} of the patients have a gap. {SETS} imputations "
        f"each, with the outcome among what predicts; {DRAWS} draws, each imputed twice. Overlap weights throughout; "
        f"the truth is from {TRUTH_FROM:,} patients under both treatments.",
        "",
        "| asked | found | holds |", "|---|---|---|",
        *(f"| {what} | {result} | {'yes' if holds else '**no**'} |" for what, result, holds in checks(found)),
        "",
        "| measure | covariates | truth | mean | bias | Monte Carlo error | standard deviation | covers: formulas | "
        "draws | missing information |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for row in found.itertuples():
        named = {RATIO: "log hazard ratio", DIFFERENCE: f"survival at {row.time:g} y"}[str(row.measure)]
        covers = " | ".join("" if np.isnan(each) else f"{each:.1%}" for each in (row.conf, row.boot, row.fmi))
        numbers = f"{row.truth:.4f} | {row.mean:.4f} | {row.bias:+.4f} | {row.error:.4f} | {row.spread:.3f}"
        lines.append(f"| {named} | {row.way} | {numbers} | {covers} |")
    return "\n".join([*lines, "", READING, ""])


READING = (
    "How to read this. The gaps are made at random given what is known, which is what imputation assumes; where what "
    "is missing depends on the missing value itself, neither way is right. Imputation is right here because the "
    "outcome is among what predicts; the complete cases are those who lived on, in one group more than in the other. "
    "In these trials limits by formulas hold the truth a little too seldom even with nothing missing, and no less "
    "often where values were imputed; those by draws hold it as often as they say."
)


def main() -> int:
    """Run the study and write it into the report; 1 where something asked does not hold."""
    found = study()
    before = REPORT.read_text(encoding="utf-8").partition(TITLE)[0].rstrip("\n")
    REPORT.write_text(f"{before}\n\n{written(found)}", encoding="utf-8")
    asked_of = list(checks(found))
    for what, result, holds in asked_of:
        print(f"{'ok  ' if holds else 'NOT '} {what}: {result}")
    return 0 if all(holds for *_, holds in asked_of) else 1


if __name__ == "__main__":
    sys.exit(main())
