"""What is said about the lesions of one patient, in words."""

from __future__ import annotations

import pandas as pd

from crlm_dash.analyses.words import plural
from crlm_dash.terms import LESION_STATES

RESPONSES = {
    "CR": "complete response",
    "PR": "partial response",
    "SD": "stable disease",
    "PD": "progression",
    "NE": "not evaluable",
    "NON-CR/NON-PD": "neither complete response nor progression",
}


def done(lesions: pd.Series, treated: pd.DataFrame, treatments: pd.DataFrame) -> list[str]:
    """What was done where each lesion sits: "Ablation day 34 (segment); HAIC ×3 from day 20 (whole liver)"."""
    if treated.empty:
        return ["" for _ in lesions]
    named = treated.merge(treatments[["treatment", "modality", "day"]], on="treatment")
    spoken = {}
    for lesion, part in named.groupby("lesion", sort=False):
        each = [_spoken(rows, str(key[0]), str(key[1])) for key, rows in part.groupby(["modality", "by"], sort=False)]
        spoken[lesion] = "; ".join(each)
    return [spoken.get(lesion, "") for lesion in lesions]


def _spoken(rows: pd.DataFrame, modality: str, by: str) -> str:
    day = rows["day"].min()
    when = "" if pd.isna(day) else f" day {int(day)}" if len(rows) == 1 else f" ×{len(rows)} from day {int(day)}"
    return f"{modality_word(modality)}{when} ({by})"


def modality_word(modality: str) -> str:
    """A treatment as it is written: "Hepatectomy", but "TACE"."""
    return modality if modality in ("SBRT", "TACE", "HAIC") else modality.capitalize()


def scan_word(scan: pd.Series) -> str:
    """A scan as it is named: "Scan 2, Month 3, 10 April 2024, day 92"."""
    number = f"Scan {scan['scan']}"
    visit = scan["visit"].capitalize() if isinstance(scan["visit"], str) else number
    named = number if visit == number else f"{number}, {visit}"
    date = pd.Timestamp(scan["date"])
    known = {"": f"{date.day} {date:%B %Y}", "D": f"{date:%B %Y}"}
    when = known.get(scan["precision"], f"{date:%Y}")
    day = "" if pd.isna(scan["day"]) else f", day {int(scan['day'])}"
    return f"{named}, {when}{day}"


def headline(scans: pd.DataFrame, shown: int) -> str:
    """The sum of diameters at a scan, its change, and the response; '' without scans."""
    if not shown:
        return ""
    scan = scans[scans["scan"] == shown].iloc[0]
    parts = [_sum(scan)]
    if pd.notna(scan["percent_baseline"]):
        parts.append(f"{_signed(scan['percent_baseline'])} % from baseline")
    if pd.notna(scan["percent_nadir"]) and scan["nadir"] is not None:
        change = f"{_signed(scan['percent_nadir'])} % ({_signed(scan['change_nadir'])} mm)"
        parts.append(f"{change} from the smallest sum before")
    parts += [f"{plural(int(scan['n_new_so_far']), 'new lesion')} so far"] if scan["n_new_so_far"] else []
    return ", ".join(parts) + _responses(scan)


def _sum(scan: pd.Series) -> str:
    if not scan["n_target"]:
        return "No target lesion"
    if pd.isna(scan["sum"]):
        return f"{scan['n_measured']} of {plural(int(scan['n_target']), 'target')} measured: no sum"
    return f"Sum of {plural(int(scan['n_target']), 'target')} {scan['sum']:g} mm"


def _responses(scan: pd.Series) -> str:
    ours, theirs = scan["calculated"], scan["assessed"]
    if scan["is_baseline"]:
        return " at baseline."
    if not isinstance(theirs, str):
        return f". By the measurements: {_response(ours)}." if isinstance(ours, str) else "."
    if not isinstance(ours, str) or ours == theirs:
        return f": {_response(theirs)}."
    return f". The reader says {_response(theirs)}; the measurements alone would give {_response(ours)}."


def _response(code: str) -> str:
    return f"{RESPONSES[code]} ({code})" if code in RESPONSES and code != "NON-CR/NON-PD" else RESPONSES.get(code, code)


def _signed(value: float) -> str:
    return "±0" if abs(value) < 0.5 else f"{value:+.0f}".replace("-", "−")


def sentence(tables: dict[str, pd.DataFrame], shown: int) -> str:
    """How many lesions are in which state at a scan, and where."""
    if not shown:
        return "No lesion is recorded."
    scans, counts = tables["scans"], tables["counts"]
    here = counts[counts["scan"] == shown]
    gone = int(here.loc[here["state"] == "gone", "n"].sum())
    rest = here[here["state"] != "gone"]
    by_state = rest.groupby("state", sort=False)["n"].sum()
    order = [state for state in LESION_STATES if state in by_state]
    told = ", ".join(f"{int(by_state[state])} {LESION_STATES[state]}" for state in order)
    outside = int(rest.loc[rest["place"] == "elsewhere", "n"].sum())
    parts = [f"{plural(int(rest['n'].sum()), 'lesion')}" + (f" ({told})" if told else "")]
    parts += [f"{outside} of them outside the liver"] if outside else []
    parts += [f"{gone} gone"] if gone else []
    return f"{scan_word(scans[scans['scan'] == shown].iloc[0])}: {', '.join(parts)}."


def notes(tables: dict[str, pd.DataFrame], *, coded: bool) -> list[str]:
    """How the states are defined, what could not be placed, whose reading it is."""
    scans, lesions, readers = tables["scans"], tables["lesions"], tables["readers"]
    others = readers[~readers["analysed"].astype(bool)]
    unplaced = int(lesions["place"].isin(["liver, segment unknown", "organ unknown"]).sum())
    disagree = scans.dropna(subset=["calculated", "assessed"])
    differ = int((disagree["calculated"] != disagree["assessed"]).sum())
    no_baseline = len(scans) and not scans["is_baseline"].any()
    partial = int(scans["precision"].ne("").sum())
    return [
        "Locally progressing: 20 % and 5 mm more than the lesion's own smallest diameter before, seen again after it "
        "was gone, or called unequivocal progression. RECIST knows this for sums only; for one lesion it is assumed.",
        "Gone: 0 mm, absent, removed or destroyed; it stays gone until it is seen again.",
        "A lesion counts as treated where the procedure names its segment or organ and it was there by then: the "
        "source does not say which lesions of a segment were treated."
        if len(tables["treatments"])
        else "",
        "Local treatments are withheld because they would show the arm." if coded else "",
        f"{plural(unplaced, 'lesion')} could not be placed: the segment or organ is not recorded." if unplaced else "",
        "There is no scan before treatment: changes from baseline cannot be computed." if no_baseline else "",
        f"At {plural(differ, 'scan')} the reader's response is not what follows from the diameters: the reader's "
        "stands."
        if differ
        else "",
        f"Date of {plural(partial, 'scan')} recorded without day: taken as the first." if partial else "",
        f"Shown is the reading used for analysis. Not shown: {'; '.join(others['reader'].str.capitalize())}."
        if len(others)
        else "",
    ]
