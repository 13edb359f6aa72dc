"""What stands in each room behind the door: the documented columns, and which of them reveal arm or outcome.

Only columns named here are ever handed out, so an extra column of a delivered dataset (TRTDUR, DTH30FL …)
cannot carry the arm or an outcome to someone who may not see it.
"""

from __future__ import annotations

from enum import StrEnum

from crlm_dash.access import Action


class Room(StrEnum):
    """The room a query is written for (second line of its SQL file)."""

    COUNTS = "counts"  # who was screened and enrolled, with arm, without outcomes
    OUTCOMES = "outcomes"  # what became of them, without arm
    RECEIVED = "received"  # times to events with the time of local treatment, which tells the arm
    PROCEDURES = "procedures"  # what became of patients after each local treatment, which tells the arm
    EVENTS = "events"  # one row an adverse event or death, with what the viewer may see beside it
    LISTING = "listing"  # one row a subject, without arm, of the viewer's sites
    RECORDS = "records"  # everything about one subject
    TOTALS = "totals"  # counts of the whole trial, which leave the door without small cells
    QUALITY = "quality"  # faults and what was delivered


SUBJECT = ("STUDYID", "USUBJID", "SUBJID", "SITEID", "COUNTRY", "AGE", "AGEU", "SEX", "RACE")
ARM = ("ARM", "ARMCD", "ACTARM", "ACTARMCD", "TRT01P", "TRT01A")
ENTRY = ("RFICDT", "SCRNDT", "ENRLDT", "RANDDT", "SCRNFL", "ENRLFL", "SCRFFL", "REFUSFL", "ITTFL")
TREATMENT_DATES = ("TRTSDT", "TRTEDT")
OUTCOME = ("SAFFL", "DIAGDT", "DTHDT", "DTHDTF", "DTHFL", "DTHCAUS", "DTHDOM", "LSTALVDT", "EOSDT", "EOSSTT", "DCSREAS")

COLUMNS: dict[str, tuple[str, ...]] = {
    "adsl": SUBJECT + ARM + ENTRY + TREATMENT_DATES + OUTCOME,
    "adtte": (
        "STUDYID", "USUBJID", "PARAMCD", "PARAM", "STARTDT", "ADT", "AVAL", "CNSR", "EVNTDESC", "ENTRY", "CAUSE",
    ),
    "adae": (
        "STUDYID", "USUBJID", "AESEQ", "AETERM", "AEDECOD", "AEBODSYS", "AESEV", "AETOXGR", "AEGRADE", "GRADESRC",
        "AESER", "AEREL", "RELFL", "AEACN", "DISCFL", "AEOUT", "FATALFL", "AESDTH", "AESCRIT", "ASTDT", "ASTDTF",
        "AENDT", "AENDTF", "ASTDY", "AENDY", "TRTEMFL", "SAFFL", "AEMODAL", "AECLAV", "MODALFL", "LASTPROC", "PROCDY",
        "AOCCFL", "AOCCSFL", "AOCCPFL", "AOCCIFL", "AOCCSIFL", "AOCCPIFL", "WORSTFL", "WORSTSFL", "WORSTPFL", "COVAL",
    ),
    "adaesum": (
        "USUBJID", "N_RECORDS", "N_SERIOUS_RECORDS", "N_ANY", "N_SEVERE", "N_SERIOUS", "N_RELATED", "N_STOPPED",
        "N_FATAL", "N_NO_GRADE", "N_AESEV", "N_NOT_EMERGENT", "N_SERIOUS_KNOWN", "N_RELATED_KNOWN", "N_STOPPED_KNOWN",
    ),
    "adproc": (
        "USUBJID", "PROCNO", "MODALITY", "PHASE", "ASTDT", "ASTDTF", "ASTDY", "DTHDAYS", "FUDAYS", "DTHFL", "N_COMP",
        "N_COMP_SERIOUS", "COMPGRADE", "CLAVIEN", "CLAVORD",
    ),
    "admodal": (
        "USUBJID", "MODALITY", "RECFL", "N_GIVEN", "N_UNDATED", "N_EVENTS", "N_SEVERE", "N_SERIOUS", "N_FATAL",
        "WORSTGR", "N_UNPLACED",
    ),
    "adexpo": ("USUBJID", "EXPDAYS", "SEVDAYS", "SEVFL"),
    "adrs": ("USUBJID", "PARAMCD", "ADT", "ADTF", "ADY", "VISIT", "AVALC", "EVAL", "EVALID", "ANL01FL"),
    "adtr": (
        "USUBJID", "LESION", "ORGAN", "SEGMENT", "ROLE", "ADT", "ADTF", "ADY", "VISIT", "AVAL", "EVAL", "EVALID",
        "ANL01FL", "NEWFL", "STATE",
    ),
    "adtrsum": (
        "USUBJID", "SCANNO", "ADT", "AENDT", "ADTF", "ADY", "VISIT", "ABLFL", "APOBLFL", "N_TARGET", "N_MEASURED",
        "MEASURED", "AVAL", "BASE", "NADIR", "PCHG", "PCHGNAD", "CHGNAD", "N_NONTARGET", "N_NEW_NOW", "N_NEW",
        "TRGRESP", "NTRGRESP", "OVRCALC", "OVRLRESP",
    ),
    "adbor": (
        "SUBJKEY", "USUBJID", "N_SCANS", "N_CHANGES", "BASE", "N_TARGET", "BESTPCHG", "BESTDY", "BOR", "BORDY",
        "BORCALC", "BORCALCDY", "PDDY", "PDCALCDY", "N_BOTH", "N_DIFFER",
    ),
    "adlb": (
        "USUBJID", "PARAMCD", "PARAM", "ADT", "ADY", "VISIT", "AVAL", "AVALU", "A1LO", "A1HI", "ANRIND", "ABLFL",
        "APOBLFL", "BASE", "BNRIND", "R2A1HI", "R2BASE", "ATOXGRL", "ATOXGRH", "BTOXGRL", "BTOXGRH",
    ),
    "adlbsum": (
        "USUBJID", "PARAMCD", "BNRIND", "BTOXGRL", "BTOXGRH", "N_POST", "N_GRADED", "N_ULN", "N_RELATED",
        "WTOXGRL", "WTOXGRH", "PEAKULN", "PEAKBASE", "NOBASE",
    ),
    "adlbpeak": (
        "SUBJKEY", "USUBJID", "N_POST", "N_GRADED", "WORST", "ALTULN", "ALTULNDY", "ALTBASE", "ALTBASEDY", "NALT",
        "ASTULN", "ASTULNDY", "ASTBASE", "ASTBASEDY", "NAST", "BILIULN", "BILIULNDY", "BILIBASE", "BILIBASEDY", "NBILI",
        "ALPULN", "ALPULNDY",
    ),
    "adlbtrend": ("USUBJID", "PARAMCD", "AWTARGET", "AVAL", "AVALU", "R2A1HI"),
    "lbtests": (
        "PARAMCD", "DIRECTION", "TESTCD", "LABEL", "TERM", "SOURCE", "ORD", "GRADE_1", "GRADE_2", "GRADE_3", "GRADE_4",
    ),
    "adqs": ("USUBJID", "PARCAT1", "PARAMCD", "ADT", "ADY", "VISIT", "AVAL"),
    "qlscales": (
        "PARCAT1", "PARAMCD", "PARAM", "ITEMS", "LOW", "HIGH", "SCALING", "BETTER", "WORST", "BEST", "ORD", "USEDFL",
    ),
    "adqol": (
        "USUBJID", "PARCAT1", "PARAMCD", "ADT", "ADY", "VISIT", "AVAL", "SCORESRC", "ABLFL", "APOBLFL", "BASE", "CHG",
        "VISITNUM", "ANL01FL", "INWINFL",
    ),
    "qlmedians": ("PARAMCD", "VISITNUM", "N", "MEDIAN"),
    "adqolvis": ("USUBJID", "PARCAT1", "VISITNUM", "VISIT", "DAY", "STATUS", "REASON"),
    "adex": (
        "USUBJID", "EXCAT", "TRT", "MODALITY", "LINE", "PHASE", "ASTDT", "ASTDTF", "AENDT", "ASTDY", "AENDY",
        "DOSE", "PLACE", "DETAIL",
    ),
    "adfirst": ("USUBJID", "CHEMODT", "LOCALDT"),
    "adsv": (
        "USUBJID", "VISITNUM", "VISIT", "DUE", "WINDOW_LOW", "WINDOW_HIGH", "ACTUAL", "STATUS",
    ),
    "adsvsum": (
        "USUBJID", "N_EXPECTED", "N_IN_WINDOW", "N_MISSED", "N_OVERDUE", "N_IMG_EXPECTED", "N_IMG_IN_WINDOW",
        "N_IMG_OVERDUE", "N_QOL_EXPECTED", "N_QOL_IN_WINDOW", "N_QOL_OVERDUE", "N_BOTH_OVERDUE",
    ),
    "adel": (
        "USUBJID", "CRITERION", "IECAT", "ORD", "RECORDED", "RECDT", "RESULT", "VALUE", "UNIT", "LIMIT_TEXT", "DT",
        "SRCDOM", "SRCSEQ", "DAYS_BEFORE",
    ),
    "elsum": (
        "USUBJID", "SITEID", "SCRNMONTH", "REFDT", "OUTCOME", "VERDICT", "NOT_MET", "UNKNOWN", "REC_NOT_MET",
        "MISSING", "N_NOT_MET", "N_UNKNOWN", "N_REC_NOT_MET",
    ),
    "elevidence": (
        "USUBJID", "CRITERION", "ORD", "FACT", "FACT_ORD", "LABEL", "DESCRIPTION", "VALUE", "UNIT", "DT",
        "DAYS_BEFORE", "SRCDOM", "SRCSEQ",
    ),
    "ellimit": ("USUBJID", "LIMIT_ID", "VALUE", "RESULT", "IF_TRUE", "IF_FALSE", "PIVOTAL", "OTHERS_MET"),
    "eldev": (
        "USUBJID", "SITEID", "KIND", "CRITERION", "ORD", "RESULT", "VALUE", "UNIT", "LIMIT_TEXT", "DT", "RECORDED",
    ),
    "addv": ("USUBJID", "DVSEQ", "DVCAT", "ASTDT", "ASTDTF"),
    "criteria": (
        "CRITERION", "IECAT", "TEXT", "ORD", "READING", "ASSESSED_BY", "LIMIT_TEXT", "EVALUATED",
    ),
    "criterion_facts": (
        "CRITERION", "ORD", "FACT", "FACT_ORD", "LABEL", "DESCRIPTION", "TYPE", "UNIT", "DOMAIN", "TEST",
        "WINDOW_DAYS",
    ),
    "limits": (
        "LIMIT_ID", "CRITERION", "IECAT", "FACT", "LABEL", "DESCRIPTION", "OPERATOR", "LIMIT_VALUE", "UNIT", "PLACE",
    ),
    "adlist": (
        "SUBJKEY", "USUBJID", "SITEID", "AGE", "SEX", "STATUS", "SCRNDT", "ENRLDT", "LSTALVDT", "VERDICT", "RESPONSE",
        "RSPDT", "PDDT", "LASTPD", "N_OVERDUE", "N_EVENTS", "SUMS",
    ),
    "adtl": (
        "USUBJID", "LANE", "ASTDT", "AENDT", "ASTDY", "AENDY", "DATEFL", "AENDTF", "ONGOING", "LABEL", "DETAIL",
        "GRADE", "SERIOUS", "RELATED", "OUTCOME", "CODE", "VALUE", "UNIT", "LOW", "HIGH", "SRCDOM", "SRCSEQ",
    ),
    "adtlout": ("USUBJID", "DOMAIN", "REASON", "N"),
}  # fmt: skip

# What shows the treatment whatever it is called: the same in every trial, widened by the protocol's masks.
EVENT_TREATMENT = ("MODALITY", "AEMODAL", "AECLAV", "MODALFL", "LASTPROC", "PROCDY")  # what was done, before an event
REMARKS = ("COVAL",)  # free text: what the site wrote about an event names what was done
REVEALS_ARM = frozenset(ARM + TREATMENT_DATES + EVENT_TREATMENT + REMARKS)
REVEALING_TABLES = frozenset({"adex", "adfirst", "adproc", "admodal", "adexpo", "adtlout"})
REVEALING_LANES = ("Local treatment", "Systemic therapy", "MDT decisions")

# Twins of texts that may give the arm away (`sql/analysis/40_adae.sql`): handed out under the name of the text itself,
# and with them the worst-grade flags of the classes and terms that are left.
TWINS: dict[str, dict[str, str]] = {
    "adsl": {"DTHCAUS": "MASKCAUS"},
    "adae": {
        "AETERM": "MASKTERM", "AEDECOD": "MASKDECOD", "AEBODSYS": "MASKBODSYS", "WORSTSFL": "MASKSFL",
        "WORSTPFL": "MASKPFL",
    },
}  # fmt: skip
MASKED = {"adsl": ("MASKCAUS",), "adae": tuple(TWINS["adae"].values()), "adtl": ("MASKFL",)}

_LABORATORY = ("adlb", "adlbsum", "adlbpeak", "adlbtrend", "lbtests")
_QUALITY_OF_LIFE = ("adqs", "qlscales", "adqol", "adqolvis")
_ELIGIBILITY = ("adel", "elsum", "eldev", "elevidence", "ellimit", "criteria", "criterion_facts", "limits")

TABLES_IN: dict[Room, tuple[str, ...]] = {
    Room.COUNTS: ("adsl", "addv", *_ELIGIBILITY),
    Room.OUTCOMES: (
        "adsl",
        "adtte",
        "adae",
        "adaesum",
        "adexpo",
        "adrs",
        "adtr",
        "adtrsum",
        "adbor",
        *_LABORATORY,
        *_QUALITY_OF_LIFE,
        "adsv",
        "adsvsum",
        *_ELIGIBILITY,
    ),
    Room.RECEIVED: ("adtte",),
    Room.PROCEDURES: ("adsl", "adae", "adproc", "admodal", "adexpo"),
    Room.EVENTS: ("adsl", "adae", "adproc"),
    Room.LISTING: (
        "adsl",
        "adlist",
        "adtte",
        "adae",
        "adaesum",
        "adrs",
        "adtr",
        "adtrsum",
        "adbor",
        *_LABORATORY,
        *_QUALITY_OF_LIFE,
        "adsv",
        *_ELIGIBILITY,
    ),
    Room.RECORDS: tuple(COLUMNS),
    Room.TOTALS: ("adsl", "elsum", "adaesum", "adsvsum"),
    Room.QUALITY: ("faults", "cut_info", "delivered", "adsl"),  # adsl: whose site a subject is of
}

RECEIVED_NEEDS = (Action.SEE_OUTCOMES_BY_ARM, Action.SEE_ARM_NAMES)  # who was treated locally tells the arm
WITHOUT_ARM = (Room.TOTALS, Room.OUTCOMES, Room.RECEIVED, Room.PROCEDURES, Room.LISTING)
WITH_LABELS = (Room.COUNTS, Room.EVENTS, Room.RECORDS)
POOLED_OUTCOMES = (Room.OUTCOMES, Room.RECEIVED, Room.PROCEDURES)  # of all sites
OF_SITES = (Room.LISTING, Room.EVENTS)
NAMED = (Room.LISTING, Room.EVENTS, Room.RECORDS, Room.QUALITY)
# In a listing the arm is a column of adsl, which keeps codes away from what breaks them; groups by code do not.
BY_ARM_NEEDS = {
    Room.COUNTS: (Action.SEE_COUNTS_BY_ARM,),
    Room.PROCEDURES: RECEIVED_NEEDS,
    Room.EVENTS: RECEIVED_NEEDS,
}
ACTIONS_OF = {
    Room.COUNTS: (Action.SEE_COUNTS,),
    Room.OUTCOMES: (Action.SEE_POOLED_OUTCOMES,),
    Room.RECEIVED: RECEIVED_NEEDS,
    Room.PROCEDURES: (Action.SEE_OUTCOMES_BY_ARM,),
    Room.EVENTS: (Action.SEE_PATIENTS,),
    Room.LISTING: (Action.SEE_PATIENTS,),
    Room.RECORDS: (Action.SEE_PATIENTS,),
    Room.TOTALS: (Action.SEE_TOTALS,),
    Room.QUALITY: (Action.SEE_QUALITY,),
}
