"""How bad: patients by worst grade of each term, procedures by worst complication."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.grade_bars import Grade, GradeBars
from crlm_dash.figures.safety import ANY, SHOWN, frequent, groups_of, term_label
from crlm_dash.figures.style import FAINT, GRADE_COLOURS, GRADE_INK, INK
from crlm_dash.terms import POOLED

_CTCAE = [Grade(code, f"Grade {code}", GRADE_COLOURS[code], GRADE_INK[code]) for code in "12345"]
_CTCAE.append(Grade("missing", "No grade", GRADE_COLOURS["missing"], GRADE_INK["missing"]))
_AS_CTCAE = {"I": "1", "II": "2", "IIIa": "3", "IIIb": "3", "IVa": "4", "IVb": "4", "V": "5"}
_CLAVIEN = [
    *(Grade(code, code, GRADE_COLOURS[like], GRADE_INK[like]) for code, like in _AS_CTCAE.items()),
    Grade("not graded", "Not graded", GRADE_COLOURS["missing"], INK),
    Grade("none", "None", FAINT, INK),
]
_WORDS = {"Any": "Any procedure"}
PATIENTS = "patients"


def grades(result: Result, lines: pd.DataFrame | None = None) -> go.Figure:
    """
    Patients with each term, stacked by worst grade; the number is printed in the bar.

    Parameters
    ----------
    result : of the safety analysis
    lines : the terms in the order shown (AEBODSYS, AEDECOD), the first `SHOWN` are drawn; None: the most frequent

    Returns
    -------
    One figure, one panel a group; one hue from light (grade 1) to dark (grade 5), white where no grade was given. A
    term that is not shown by group is not drawn.
    """
    table, groups = result.tables["grades"], groups_of(result)
    told = table[table["strata"].isin(groups) & table["n_subjects"].notna() & (table["AEDECOD"] != ANY)]
    chosen = frequent(result.tables["terms"]) if lines is None else lines
    here = set(zip(told["AEBODSYS"], told["AEDECOD"], strict=True))
    pairs = [pair for pair in chosen[["AEBODSYS", "AEDECOD"]].itertuples(index=False, name=None) if pair in here][
        :SHOWN
    ]
    counts = told.set_index(["strata", "AEBODSYS", "AEDECOD", "grade"])["n_subjects"].astype(int).to_dict()
    panels = {
        group: {grade.code: [_both(counts[(group, *pair, grade.code)]) for pair in pairs] for grade in _CTCAE}
        for group in groups
    }
    return GradeBars(_CTCAE, "Patients", PATIENTS).drawn([term_label(term) for _, term in pairs], panels)


def complications(result: Result, count: str = "") -> go.Figure:
    """
    Procedures of each treatment by the worst complication (Clavien–Dindo) that followed, as shares of them.

    Parameters
    ----------
    result : of the safety analysis
    count : 'patients' for patients at their worst, else procedures

    Returns
    -------
    One figure, all groups together; the number is printed in the bar. Empty where the viewer may not see it.
    """
    table = result.tables["complications"]
    table = table[table["strata"] == POOLED]
    unit = "subjects" if count == PATIENTS else "procedures"
    names = list(dict.fromkeys(table["modality"]))
    n = table.set_index(["complication", "modality"])[f"n_{unit}"].to_dict()
    of = table.drop_duplicates("modality").set_index("modality")[f"of_{unit}"].to_dict()
    shown = [name for name in names if of[name]]
    bars = {
        grade.code: [(100 * n[grade.code, name] / of[name], int(n[grade.code, name])) for name in shown]
        for grade in _CLAVIEN
    }
    counted = PATIENTS if count == PATIENTS else "procedures"
    labels = [f"{_WORDS.get(name, name if len(name) < 5 else name.capitalize())} (n = {of[name]:,})" for name in shown]
    figure = GradeBars(_CLAVIEN, f"Worst complication, % of {counted}", counted, " %")
    return figure.drawn(labels, {POOLED: bars} if shown else {})


def _both(n: int) -> tuple[float, int]:
    return float(n), n
