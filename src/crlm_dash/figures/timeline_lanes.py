"""The lanes of the patient timeline, each with its own way to be drawn."""

from __future__ import annotations

import pandas as pd

from crlm_dash.figures.style import ACCENT, ATTENTION, INK, MUTED
from crlm_dash.figures.timeline_events import packed
from crlm_dash.figures.timeline_marks import (
    Panel,
    arrows,
    bars,
    counted,
    free_heights,
    intervals,
    lengths,
    line,
    points,
    rings,
    same_day,
    text,
    word_width,
)
from crlm_dash.terms import Modality, regimen

_MODALITIES = {
    Modality.HEPATECTOMY: ("square", "Resection"),
    Modality.ABLATION: ("circle", "Ablation"),
    Modality.SBRT: ("star", "SBRT"),
    Modality.TACE: ("diamond", "TACE"),
    Modality.HAIC: ("triangle-up", "HAIC"),
}
RESPONSE_COLOURS = {"CR": "#08306B", "PR": "#3F7FB5", "SD": "#7B8794", "PD": "#C2520A", "NE": "#B8C1C9"}
_VISITS = {
    "missed": ("x", ATTENTION, 12),
    "overdue": ("x-open", ATTENTION, 12),
    "due": ("square-open", ATTENTION, 11),
    "late": ("circle-open", ATTENTION, 11),
    "early": ("circle-open", MUTED, 11),
}
_QUIET = "#9FB3C0"
_DISEASE_MARKS = {"DEATH": ("x", INK), "LAST CONTACT": ("line-ns-open", MUTED)}
_REGIMEN_HEIGHTS = (0.75, 1.5, 2.25)  # names of regimens stand above their bars, where there is room
_HEIGHTS = (0.0, 1.0, -1.0)
_BEFORE, _AFTER = "before the trial", "after the trial treatment"  # the timeline's words for other lines of therapy
_MOST_COURSES = 3
_ENTRY, _ENROLLED = "CONSENT|ENROLLED|RANDOMI", "ENROLLED|RANDOMI"
_SHORT = {"NON-CR/NON-PD": "N/N", "MISSING": "?"}  # what would not fit into a mark


def disease(panel: Panel) -> None:
    """Diagnoses, progressions, death or last contact; one from before the axis begins stands at its left edge."""
    first = panel.end - panel.span
    rows = same_day(panel.records, "label")
    early = rows["start"] < first
    words = rows["label"].str.replace(" diagnosed", "")
    words = counted(words.mask(early, words + rows["start"].dt.strftime(", %b %Y")), rows["n"])
    shown = rows["start"].mask(early, first)
    heights = free_heights(panel, shown, "  " + words, _HEIGHTS)
    for row, y in zip(rows.index, heights, strict=True):
        symbol, colour = _DISEASE_MARKS.get(str(rows["code"][row]), ("diamond", INK))
        if rows["lane"][row] == "Imaging response":
            symbol, colour = "triangle-down", ATTENTION
        late = shown[row] > panel.end - word_width(panel, words[row] + "  ")
        word, side = (f"{words[row]}  ", "middle left") if late else (f"  {words[row]}", "middle right")
        symbol = "triangle-left" if early[row] else symbol
        look = {"symbol": symbol, "color": colour}
        points(panel, rows.loc[[row]], x=shown[[row]], y=y, text=[word], side=side, **look)
    panel.axis(range=[-1.6, 1.6])


def local_treatments(panel: Panel) -> None:
    """A shape a kind of treatment, at the height where its name has room; several on a day are one, with a count."""
    known = {each.value: look for each, look in _MODALITIES.items()}
    rows = same_day(panel.records, "code")
    looks = [known.get(str(code).upper(), ("hexagon", str(code).capitalize())) for code in rows["code"]]
    words = counted(pd.Series([word for _, word in looks], index=rows.index), rows["n"])
    heights = free_heights(panel, rows["start"], "   " + words, _HEIGHTS)
    for row, (symbol, _), y in zip(rows.index, looks, heights, strict=True):
        late = rows["start"][row] > panel.end - word_width(panel, words[row] + "   ")
        side = "middle left" if late else "middle right"
        points(panel, rows.loc[[row]], y=y, text=[words[row]], side=side, symbol=symbol, size=16)
    panel.axis(range=[-1.7, 1.7])


def systemic_therapy(panel: Panel) -> None:
    """A bar a course of one regimen, with line and number of cycles; courses at the same time lie under one another."""
    rows = panel.records
    spans = pd.Series(lengths(panel, rows), index=rows.index)
    courses = [part for _, part in rows.groupby(_courses(rows), sort=False)]
    ends = [(part["start"] + pd.to_timedelta(spans[part.index], unit="ms")).max() for part in courses]
    heads = pd.concat([part.head(1) for part in courses], ignore_index=True)
    whole = [(end - start) / pd.Timedelta(milliseconds=1) for end, start in zip(ends, heads["start"], strict=True)]
    depths = [-float(max(place, 0)) for place in packed(heads, whole, _MOST_COURSES)]
    words = pd.Series([_course_words(part) for part in courses])
    placed = [_above(panel, word, start, end) for word, start, end in zip(words, heads["start"], ends, strict=True)]
    lefts = pd.Series([left for _, _, left in placed])
    heights = free_heights(panel, lefts, "  " + words, _REGIMEN_HEIGHTS)
    panel.add(bars(heads, depths, whole, color="#CFE0EC", width=0.62, hover=False))
    for part, depth in zip(courses, depths, strict=True):
        places = [depth] * len(part)
        panel.add(bars(part, places, spans[part.index].tolist(), color="#5B8DB1", width=0.62))
        intervals(panel, part, places, width=0.25)
        intervals(panel, part, places, width=0.25, end=True)
        rings(panel, part, places)
        arrows(panel, part, places)
    for word, (at, side, _), y in zip(words, placed, heights, strict=True):
        panel.add(text([at], [y], [word], side=side, size=13))
    panel.axis(range=[min(depths) - 0.45, _REGIMEN_HEIGHTS[-1] + 0.45])


def _above(panel: Panel, word: str, start: pd.Timestamp, end: pd.Timestamp) -> tuple[pd.Timestamp, str, pd.Timestamp]:
    """Where the words above a course stand, to which side they run, and their left end: inside the figure."""
    width = word_width(panel, word)
    if start + width <= panel.end:
        return start, "middle right", start
    at = min(end, panel.end)  # they end where the course ends, and so stay above it
    return at, "middle left", at - width


def _courses(rows: pd.DataFrame) -> pd.Series:
    """A name for each course: one regimen in one line of therapy, before, in or after the trial's treatment."""
    detail = rows["detail"].astype(str)
    phase = detail.str.extract(f"({_BEFORE}|{_AFTER})", expand=False).fillna("")
    names: pd.Series = rows["label"] + "|" + phase + "|" + _line(detail)
    return names


def _line(detail: pd.Series) -> pd.Series:
    number: pd.Series = detail.str.extract(r"(?i)\bline (\d+)", expand=False).fillna("")
    return number


def _course_words(part: pd.DataFrame) -> str:
    """Line, regimen and cycles: "L2 FOLFOX + Bevacizumab ×12"."""
    line = _line(part["detail"].astype(str)).iloc[0]
    cycles = f"×{len(part)}" if len(part) > 1 else ""
    return " ".join(word for word in (f"L{line}" if line else "", regimen(str(part["label"].iloc[0])), cycles) if word)


def imaging_response(panel: Panel) -> None:
    """RECIST response overall, in the liver and outside it; new lesions with their number."""
    rows = same_day(panel.records, "code")
    codes = rows["code"].astype(str)
    kinds = [(name, mask) for name, mask in _kinds(codes) if mask.any()]
    for y, (_, mask) in enumerate(kinds):
        of_kind = rows[mask]
        rings(panel, of_kind, [y] * len(of_kind), symbol="square-open")
        marks = [
            _SHORT.get(code.split()[-1], code.split()[-1]) if code != "NEW LESION" else f"+{n}"
            for code, n in of_kind[["code", "n"]].itertuples(index=False)
        ]
        panel.add(
            {
                "type": "scatter",
                "x": of_kind["start"],
                "y": [y] * len(of_kind),
                "mode": "markers+text",
                "marker": {
                    "symbol": "square",
                    "size": 19,
                    "color": [RESPONSE_COLOURS.get(mark, ATTENTION) for mark in marks],
                    "line": {"width": 1, "color": "#FFFFFF"},
                },
                "text": [f"<b>{mark}</b>" for mark in marks],
                "textposition": "middle center",
                "textfont": {"size": 11, "color": "#FFFFFF"},
                "hovertext": of_kind["hover"].tolist(),
                "hoverinfo": "text",
                "cliponaxis": False,
                "showlegend": False,
            }
        )
    names = [word for word, _ in kinds]
    panel.axis(range=[len(names) - 0.45, -0.55], tickvals=list(range(len(names))), ticktext=names)
    panel.axis(side="right", showticklabels=True, tickfont={"size": 13, "color": MUTED})


def response_rows(records: pd.DataFrame) -> int:
    """How many rows the lane of responses needs."""
    return sum(bool(mask.any()) for _, mask in _kinds(records["code"].astype(str)))


def _kinds(codes: pd.Series) -> list[tuple[str, pd.Series]]:
    return [
        ("overall", ~codes.str.contains(" ")),
        ("liver", codes.str.startswith("LIVRRESP")),
        ("outside liver", codes.str.startswith("EXHPRESP")),
        ("new lesions", codes == "NEW LESION"),
    ]


def quality_of_life(panel: Panel) -> None:
    """A mark for each day on which questionnaires were answered; the global health status where it is scored."""
    rows = same_day(panel.records)
    scored = rows["score"].notna()
    if not scored.any():
        points(panel, rows, symbol="circle", color=_QUIET, size=11)
        return
    line(panel, rows[scored], rows.loc[scored, "score"], ACCENT)
    points(panel, rows[~scored], symbol="circle-open", color=_QUIET, size=9)
    panel.axis(range=[-14, 114], side="right", showticklabels=True, tickfont={"size": 13})
    panel.axis(tickvals=[0, 100], ticktext=["0", "100"])


def visits(panel: Panel) -> None:
    """Visits made are quiet, those missed, overdue or due are not."""
    for code, rows in same_day(panel.records, "code").groupby("code", sort=False):
        symbol, colour, size = _VISITS.get(str(code), ("circle", _QUIET, 10))
        points(panel, rows, symbol=symbol, color=colour, size=size)


def trial_status(panel: Panel) -> None:
    """Consent, enrolment, end of participation, deviations; the ECOG score stands in a row of numbers above."""
    ecog = panel.records["code"] == "ECOG"
    if ecog.any():
        rows = same_day(panel.records[ecog])
        points(panel, rows, text=[f"{v:.0f}" for v in rows["value"]], y=1, symbol="circle", color=MUTED, size=5)
    rows = same_day(panel.records[~ecog])
    entries = rows["code"].astype(str).str.contains(_ENTRY)
    is_enrolled = rows["code"].astype(str).str.contains(_ENROLLED).any()  # a line through all lanes says so
    words = rows["label"].mask(entries, "") if is_enrolled else rows["label"]
    words = words.mask(rows["n"] > 1, words + " ×" + rows["n"].astype(str)).str.strip()
    late = rows["start"] > panel.end - words.map(lambda word: word_width(panel, word))
    for is_late, side in ((False, "middle right"), (True, "middle left")):
        there = rows[late == is_late]
        points(panel, there, text=words[late == is_late].tolist(), side=side, symbol="circle", color=INK, size=11)
    panel.axis(range=[-0.7, 1.7 if ecog.any() else 0.7])


def decisions(panel: Panel) -> None:
    """Assessments of the source data, of one day in one mark with their number; decisions of meetings in words."""
    of_source = panel.records["source"].notna()
    assessed = same_day(panel.records[of_source])
    several = [f"×{n}" if n > 1 else "" for n in assessed["n"]]
    points(panel, assessed, text=several, symbol="diamond-wide", color=MUTED, size=13)
    decided = same_day(panel.records[~of_source], "label")
    points(panel, decided, text=decided["label"].tolist(), symbol="diamond-wide", color=ACCENT, size=15)
