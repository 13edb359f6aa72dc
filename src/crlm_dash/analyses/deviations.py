"""Deviations: what should not have happened in those enrolled, by kind and by site. All arms together."""

from __future__ import annotations

import pandas as pd

from crlm_dash.analyses.eligibility import DEVIATIONS
from crlm_dash.analyses.framing import population_words, result_of, table, whole
from crlm_dash.analyses.result import Result
from crlm_dash.analyses.words import plural
from crlm_dash.store.door import Door

SOURCES = {"eligibility": "Eligibility, from the data", "recorded": "Recorded by the sponsor (DV)"}
NO_CATEGORY = "(no category)"


def deviations(door: Door) -> Result:
    """
    Deviations of eligibility found in the data, and protocol deviations the sponsor recorded, as numbers.

    Returns
    -------
    Tables `kinds`: source, kind, n, n_subjects, percent (of those enrolled, 0–100) · `sites`: siteid, n_enrolled, n,
    n_subjects (with any deviation), percent (of those enrolled at the site). Counts are of all sites, whoever looks.
    """
    enrolled = door.ask("enrolment_sites", population="SCRNFL").set_index("siteid")["n_enrolled"]
    n_enrolled = whole(enrolled.sum())
    found = door.ask("deviations", population="ENRLFL")
    by_site, by_kind = found[found["source"].isna()], found[found["source"].notna()]
    tables = {"kinds": _kinds(by_kind, n_enrolled), "sites": _sites(by_site, enrolled)}
    return result_of(
        door,
        "deviations",
        tables,
        population=population_words(door, "ENRLFL"),
        n_used=n_enrolled,
        n_total=n_enrolled,
        notes=[
            "Deviations of eligibility are found from the data when a cut is built; the others are as the sponsor "
            "recorded them (DV), by category, since their words can name the treatment given.",
        ],
        sentence=_sentence(tables, n_enrolled) if n_enrolled else "",
        empty="" if n_enrolled else "No subject has been enrolled yet.",
    )


def _kinds(found: pd.DataFrame, n_enrolled: int) -> pd.DataFrame:
    counts = found.groupby(["source", "kind"], as_index=False)[["n", "n_subjects"]].sum()
    rows = [
        (SOURCES[source], _word(source, kind), n, n_subjects, _share(n_subjects, n_enrolled))
        for source, kind, n, n_subjects in counts.itertuples(index=False)
    ]
    return table(rows, "source kind n n_subjects percent").astype({"percent": float})


def _word(source: str, kind: str) -> str:
    return DEVIATIONS[kind] if source == "eligibility" else kind or NO_CATEGORY


def _sites(found: pd.DataFrame, enrolled: pd.Series) -> pd.DataFrame:
    counts = found.set_index("siteid")[["n", "n_subjects"]]
    rows = []
    for siteid, size in enrolled[enrolled > 0].items():
        n, n_subjects = (whole(counts[column].get(siteid, 0)) for column in ("n", "n_subjects"))
        rows.append((siteid, whole(size), n, n_subjects, _share(n_subjects, whole(size))))
    return table(rows, "siteid n_enrolled n n_subjects percent").astype({"percent": float})


def _share(n: int, of: int) -> float:
    return 100 * n / of if of else float("nan")


def _sentence(tables: dict[str, pd.DataFrame], n_enrolled: int) -> str:
    kinds, sites = tables["kinds"], tables["sites"]
    if kinds.empty:
        return f"No deviation is known in {plural(n_enrolled, 'enrolled patient')}."
    total, subjects = whole(kinds["n"].sum()), whole(sites["n_subjects"].sum())
    wrong = whole(kinds.loc[kinds["source"] == SOURCES["eligibility"], "n_subjects"].sum())
    return (
        f"{plural(total, 'deviation')} in {subjects:,} of {plural(n_enrolled, 'enrolled patient')}; "
        f"{plural(wrong, 'deviation')} of eligibility or consent among them."
    )
