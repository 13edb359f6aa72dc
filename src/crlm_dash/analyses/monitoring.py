"""Stopping lines: whether what is known so far crosses a line at which the protocol would stop the trial."""

from __future__ import annotations

import pandas as pd

from crlm_dash.access import Action
from crlm_dash.analyses import monitoring_words as words
from crlm_dash.analyses.endpoints import exclusions
from crlm_dash.analyses.framing import assumed, population_words, records, result_of, table, whole
from crlm_dash.analyses.monitoring_boundary import COLUMNS as BOUNDARY_COLUMNS
from crlm_dash.analyses.monitoring_boundary import Compared, compare_arms
from crlm_dash.analyses.monitoring_rules import COLUMNS as RULE_COLUMNS
from crlm_dash.analyses.monitoring_rules import longest_days, procedure_outcomes, rule_tables
from crlm_dash.analyses.result import Exclusion, Result
from crlm_dash.store.door import Door

POPULATION = "ENRLFL"


def monitoring(door: Door) -> Result:
    """
    The stopping rules of the protocol: rates after local procedures, and the comparison of two arms.

    Nothing can be filtered: a rule holds for all patients or not at all.

    Returns
    -------
    Tables `rules`, `line`, `path`, `operating` (`monitoring_rules.rule_tables`), `boundary` and `looks`
    (`monitoring_boundary.compare_arms`). `facts["verdict"]` says in one sentence whether a line is crossed.

    Raises
    ------
    AccessDenied : the viewer may not see outcomes by arm
    """
    door.check_can(Action.SEE_OUTCOMES_BY_ARM)
    declared = door.protocol.monitoring
    n_total = whole(door.ask("group_sizes", population=POPULATION)["n"].sum())
    tables = {name: table([], columns) for name, columns in (RULE_COLUMNS | BOUNDARY_COLUMNS).items()}
    population = population_words(door, POPULATION)
    if not declared.rules and declared.boundary is None:
        return result_of(
            door, "monitoring", tables, population=population, n_used=0, n_total=n_total, empty=words.NONE_DECLARED
        )
    outcomes = procedure_outcomes(door)
    compared = compare_arms(door)
    tables |= rule_tables(door, outcomes) | (compared.tables if compared else {})
    excluded = _excluded(door, compared, outcomes, n_total)
    verdict = words.verdict(tables["rules"], compared)
    stand = [words.rule_sentence(row) for row in records(tables["rules"])]
    return result_of(
        door,
        "monitoring",
        tables,
        population=population,
        n_used=n_total - sum(each.n for each in excluded),
        n_total=n_total,
        notes=[
            *words.rule_notes(tables["rules"], outcomes, longest_days(door)),
            words.undated_note(tables["rules"], door.ask("monitoring_undated", population=POPULATION)),
            *(words.boundary_notes(door, compared) if compared else []),
            *assumed(door, "monitoring", "safety.procedure_days"),
        ],
        excluded=excluded,
        sentence=f"{verdict} {'; '.join([*stand, *([words.boundary_sentence(door, compared)] if compared else [])])}.",
        facts=words.facts(door, compared) | {"verdict": verdict},
    )


def _excluded(door: Door, compared: Compared | None, outcomes: pd.DataFrame, n_total: int) -> list[Exclusion]:
    """Who is in no number of the display."""
    if compared:
        code = compared.endpoint.paramcd
        return exclusions(door.ask("survival_denominators", population=POPULATION, endpoint=code), compared.endpoint)
    treated = outcomes.groupby("measure")["n"].sum().max() if len(outcomes) else 0
    return [Exclusion("no local procedure in the trial", n_total - whole(treated))]
