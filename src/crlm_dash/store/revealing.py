"""What tells the arm though no column of its own does: a fact or a covariate read from it, a day of treatment."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crlm_dash.protocol import Protocol, Source
from crlm_dash.store.queries import literals
from crlm_dash.store.rooms import REVEALS_ARM
from crlm_dash.terms import WITHHELD_TERMS, Modality

TREATMENT_DAYS = frozenset({"TRTSDT", "TRTEDT", "CHEMODT", "LOCALDT"})
_TRIAL_TREATMENT = frozenset({"EX", "EC", "DA"})  # records of what was given in the trial, already on its first day
_DECIDED = "MDTDEC"  # the decision of the meeting names the treatment
_READ = {
    "adel": ("VALUE", "UNIT", "DT", "SRCDOM", "SRCSEQ", "DAYS_BEFORE"),
    "eldev": ("VALUE", "UNIT", "DT"),
    "elevidence": ("VALUE", "UNIT", "DT", "SRCDOM", "SRCSEQ", "DAYS_BEFORE"),
}


def tells_arm(source: Source, masks: Iterable[str]) -> bool:
    """
    Whether a value read from `source` shows the arm.

    Parameters
    ----------
    source : of a fact or a covariate
    masks : the columns and tests that the protocol masks

    Returns
    -------
    Whether it reads, or picks its records by, something masked, an arm, a date of treatment, the treatment given in
    the trial or the decision of the tumour board.
    """
    hidden = REVEALS_ARM | TREATMENT_DAYS | {each.upper() for each in masks} | {_DECIDED}
    named = {each.upper() for each in (source.column, source.test, *source.where, *source.unless)}
    return source.domain in _TRIAL_TREATMENT or bool(named & hidden)


def hidden_columns(protocol: Protocol) -> frozenset[str]:
    """
    The columns that stand beside no outcome, and before no viewer of codes.

    Parameters
    ----------
    protocol : its masks and covariates

    Returns
    -------
    Arms, dates of treatment, what the protocol masks, and the covariates that are read from any of it.
    """
    masks = protocol.access.masks
    told = {each.column for each in protocol.covariates_read if each.source and tells_arm(each.source, masks)}
    return REVEALS_ARM | frozenset(masks) | told


def withheld_sql(protocol: Protocol, table: str, column: str, shown: str = "", *, coded: bool = False) -> str:
    """
    A column of the tables of eligibility without the values that tell the arm.

    Parameters
    ----------
    protocol : its facts and criteria
    table, column : the column
    shown : SQL of the values that do not tell it; '' the column as it is
    coded : the viewer sees codes, to whom the day by which consent was due (of the first treatment) tells the arm too

    Returns
    -------
    SQL; '' where nothing of the column is withheld.
    """
    if coded and (table, column) == ("eldev", "LIMIT_TEXT"):
        return "if(KIND = 'consent', null, LIMIT_TEXT) as LIMIT_TEXT"
    if column not in _READ.get(table, ()):
        return ""
    facts = {each.name for each in protocol.facts if tells_arm(each, protocol.access.masks)}
    criteria = {each.id for each in protocol.criteria if facts & set(each.facts)}
    key, told = ("FACT", facts) if table == "elevidence" else ("CRITERION", criteria)
    if not told:
        return ""
    kept = shown or f'"{column}"'
    return f'if({key} in ({literals(frozenset(told))}), null, {kept}) as "{column}"'


def counted_from_enrolment(protocol: Protocol) -> tuple[str, ...]:
    """
    The endpoints whose own time zero is no day of treatment.

    Parameters
    ----------
    protocol : its endpoints

    Returns
    -------
    Their codes: only they can be counted from another day without telling when treatment began.
    """
    return tuple(each.paramcd for each in protocol.endpoints if each.origin and each.origin not in TREATMENT_DAYS)


def give_away_pattern(protocol: Protocol) -> str:
    """
    What a text that gives the arm away matches, in lower case.

    Parameters
    ----------
    protocol : its give-away words

    Returns
    -------
    A regular expression of these words and of the local treatments, which count in every trial.
    """
    words = {word.lower() for word in (*protocol.safety.give_away, *Modality)}
    return "|".join(re.escape(word) for word in sorted(words))


def give_away_sql(protocol: Protocol, text: str) -> str:
    """
    Whether a text gives the arm away.

    Parameters
    ----------
    protocol : its give-away words
    text : SQL of the text

    Returns
    -------
    SQL, true or false; an empty text does not.
    """
    return f"coalesce(regexp_matches(lower({text}), {literals([give_away_pattern(protocol)])}), false)"


def words_sql(protocol: Protocol, text: str, *, where: str = "true") -> str:
    """
    A text without what gives the arm away.

    Parameters
    ----------
    protocol : its give-away words
    text : SQL of the text
    where : SQL of the rows whose text it is

    Returns
    -------
    SQL of the text, or of `WITHHELD_TERMS` in its place.
    """
    return f"if({where} and {give_away_sql(protocol, text)}, {literals([WITHHELD_TERMS])}, {text})"
