"""How the state of a lesion looks, the same on the map and in its lane, and what is read when it is pointed at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from crlm_dash.figures.style import INK, MUTED
from crlm_dash.terms import LESION_STATES


@dataclass(frozen=True)
class Look:
    """Fill, ink on it, line around it, and the sign beside it."""

    fill: str
    ink: str
    edge: str
    dash: str
    sign: str


# Blue, amber and dark orange differ in lightness too, and each but the commonest has a sign of its own.
LOOKS: dict[str, Look] = {
    "new": Look("#F2B134", INK, INK, "solid", "cross-thin"),
    "progressing": Look("#B8410A", "#FFFFFF", INK, "solid", "triangle-up"),
    "controlled": Look("#2F6DA3", "#FFFFFF", "#1F4F7A", "solid", ""),
    "present": Look("#7B8794", "#FFFFFF", "#52606D", "solid", ""),
    "uncertain": Look("#FFF3D6", INK, MUTED, "dot", ""),
    "not assessed": Look("#FFFFFF", MUTED, MUTED, "dot", ""),
    "gone": Look("rgba(255,255,255,0.55)", MUTED, "#8A6A5C", "dash", ""),
}
LETTERS = {"HEPATECTOMY": "R", "ABLATION": "A", "SBRT": "S", "TACE": "T", "HAIC": "H", "METASTASECTOMY": "R"}
LETTER_NAMES = {
    "HEPATECTOMY": "resected", "ABLATION": "ablated", "SBRT": "SBRT", "TACE": "TACE", "HAIC": "HAIC",
    "METASTASECTOMY": "resected",
}  # fmt: skip


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame, each as column → value."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def name_of(state: str) -> str:
    """A state as a heading."""
    return LESION_STATES[state].capitalize()


def letters(done: pd.DataFrame) -> str:
    """The letters of what was done where a lesion sits, in order of time: "A", "RA"."""
    return "".join(dict.fromkeys(LETTERS.get(str(each).upper(), "•") for each in done["modality"]))


def hover(lesion: dict[str, Any], state: dict[str, Any]) -> str:
    """Everything known about a lesion at a scan."""
    where = _where(lesion)
    size = "" if pd.isna(state["diameter"]) else f" <b>{state['diameter']:g} mm</b>"
    before = ""
    if pd.notna(state["change"]):
        before = f"<br>{state['change']:+g} mm from its smallest before ({state['smallest']:g} mm)".replace("-", "−")
    day = "" if pd.isna(state["day"]) else f", day {int(state['day'])}"
    date = pd.Timestamp(state["date"])
    since = "" if pd.isna(lesion["first_day"]) else f"<br>First seen day {int(lesion['first_day'])}"
    done = f"<br>{lesion['treated']}" if lesion["treated"] else ""
    role = lesion["role"].capitalize() if isinstance(lesion["role"], str) else "Role not recorded"
    return (
        f"<b>{lesion['lesion']}</b> {where}<br>{name_of(state['state'])}{size}<br>"
        f"{date.day} {date:%b %Y}{day}{before}<br>{role}{since}{done}"
    )


def _where(lesion: dict[str, Any]) -> str:
    organ = lesion["organ"].capitalize() if isinstance(lesion["organ"], str) else "Organ not recorded"
    if lesion["place"] == "liver":
        return f"{organ}, segment {lesion['segment']}"
    return f"{organ}, segment not recorded" if lesion["place"] == "liver, segment unknown" else organ
