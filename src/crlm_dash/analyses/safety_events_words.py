"""What the lists of deaths and serious events say of themselves: the finding, who is missing, what is withheld."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from crlm_dash.access import Action
from crlm_dash.analyses.framing import whole
from crlm_dash.analyses.withheld import NO_CODE
from crlm_dash.analyses.words import plural
from crlm_dash.store.door import BY_ARM, Door
from crlm_dash.terms import POOLED, WITHHELD_TERMS

_MOST_CAUSES = 3
_BESIDE_A_CODE = (
    "Not shown while arms are coded, because it would tell what a code stands for: procedures before an event and days "
    "since them, the treatment it is attributed to, its Clavien–Dindo grade, the term as reported, action taken, the "
    "site's remarks, days since first treatment."
)
_WITHOUT_ARM = (
    "Shown to who sees outcomes by arm only: the arm, procedures before an event and days since them, the treatment it "
    "is attributed to, its Clavien–Dindo grade, the term as reported, the site's remarks, days since first treatment."
)


def events_sentence(causes: pd.DataFrame, total: pd.Series) -> str:
    """How many died, of what, and how many serious events there were in how many patients, since when."""
    n, n_deaths, n_serious = (whole(total[name]) for name in ("n_subjects", "n_deaths", "n_serious"))
    since = "" if pd.isna(total["since"]) else f"Since {pd.Timestamp(total['since']).date()}, the first enrolment: "
    whose = plural(whole(total["n_serious_subjects"]), "patient")
    events = f"{plural(n_serious, 'serious adverse event')} in {whose}" if n_serious else "no serious adverse event"
    return f"{since}{n_deaths:,} of {plural(n, 'patient')} died{_of_what(causes)}; {events}."


def _of_what(causes: pd.DataFrame) -> str:
    found = causes[(causes["strata"] == POOLED) & (causes["n_deaths"] > 0)].iloc[1:]
    first, others = found.head(_MOST_CAUSES), whole(found["n_deaths"].iloc[_MOST_CAUSES:].sum())
    words = [f"{_spoken(cause)} {n:,}" for cause, n in zip(first["cause"], first["n_deaths"], strict=True)]
    words += [f"other causes {others:,}"] if others else []
    return f" ({', '.join(words)})" if words else ""


def _spoken(cause: str) -> str:
    return cause.lower() if cause.isupper() else cause.strip("()")


def events_notes(door: Door, tables: dict[str, pd.DataFrame], total: pd.Series, here: pd.Series) -> list[str]:
    """What is listed, what is not, and why."""
    return [
        *_cut_short(door, tables, here),
        *_other_sites(door, total, here),
        "Serious events at any time, also before and after treatment; days count from enrolment. "
        f"Treatment-emergent: {whole(total['n_emergent']):,} of {whole(total['n_serious']):,}.",
        *_of_the_data(total, tables),
        *_withheld(door, tables),
    ]


def _cut_short(door: Door, tables: dict[str, pd.DataFrame], here: pd.Series) -> Iterator[str]:
    """Where a list holds the first of many, how to see the others."""
    rest = "narrow them by a filter" + (", or download all" if door.can(Action.DOWNLOAD) else "")
    for name, what in (("deaths", "deaths"), ("serious", "events")):
        n, shown = whole(here[f"n_{what}"]), len(tables[name])
        if shown < n:
            yield f"{shown:,} of {n:,} {what} shown: {rest}."


def _other_sites(door: Door, total: pd.Series, here: pd.Series) -> Iterator[str]:
    if door.viewer.sites is not None:
        yield (
            f"The lists hold your sites' patients ({plural(whole(here['n_deaths']), 'death')}, "
            f"{plural(whole(here['n_events']), 'event')} found); the sentence and the causes count those of all sites."
        )
    if other := whole(total["n_other_deaths"]):
        yield f"Not in this display: {plural(other, 'death')} of patients outside its population or filter."


def _of_the_data(total: pd.Series, tables: dict[str, pd.DataFrame]) -> Iterator[str]:
    """What is incomplete or contradicts itself."""
    deaths, serious = tables["deaths"], tables["serious"]
    if n := whole(total["n_undated"]):
        yield f"{plural(n, 'death')} without a date: first in the list."
    if n := int(serious["date"].isna().sum()):
        yield f"{plural(n, 'event')} without a date of onset: first in the list."
    partial = int((deaths["precision"] != "").sum()), int((serious["precision"] != "").sum())
    if any(partial):
        yield (
            f"Known to the month or year only: {plural(partial[0], 'date')} of death, {plural(partial[1], 'onset')}. "
            "They are shown as recorded; the day counts from the first day of that time (of a death from its middle, "
            "not before last contact)."
        )
    if n := whole(total["n_after_death"]):
        begin = "begins" if n == 1 else "begin"
        yield f"{plural(n, 'event')} {begin} after the day of death: one of the two dates is wrong (see Data quality)."
    if n := whole(total["n_fatal_alive"]):
        yield f"Fatal events of {plural(n, 'patient')} not recorded as dead: listed as events, not counted as deaths."
    if n := whole(total["n_fatal_not_serious"]):
        yield f"Listed, but not counted as serious, for the site did not mark them so: {plural(n, 'fatal event')}."
    if n := whole(total["n_severe_not_serious"]):
        yield f"Listed too: {plural(n, 'event')} of grade 3 or higher that the site did not mark as serious."
    if n := whole(total["n_aesev"]):
        words = "mild, moderate and severe (AESEV) are read as 1, 2 and 3"
        yield f"The grade of {plural(n, 'event')} is not CTCAE: {words}."
    if not total["seriousness_known"] and whole(total["n_subjects"]):
        yield "The data do not record the seriousness (AESER) of adverse events: only fatal ones are listed."


def _withheld(door: Door, tables: dict[str, pd.DataFrame]) -> Iterator[str]:
    """What this viewer is not shown, and why."""
    if not door.withholds_terms:
        return
    coded = BY_ARM in door.groupings() and not door.can(Action.SEE_ARM_NAMES)
    yield _BESIDE_A_CODE if coded else _WITHOUT_ARM
    texts = [tables["deaths"][name] for name in ("cause", "fatal_event")] + [tables["serious"]["term"]]
    if any(text.eq(WITHHELD_TERMS).any() for text in texts):
        yield f"“{WITHHELD_TERMS}”: the term would tell which treatment was given."
    if coded:
        yield NO_CODE
