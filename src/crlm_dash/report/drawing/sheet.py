"""The paper that figures are drawn on: a width that fits an upright A4 page, places in inches, vectors and points."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from crlm_dash.palette import FAINT, INK, MUTED, RULE
from crlm_dash.report.document import legible

WIDTH = 7.0  # inches: the text of an upright A4 page
SMALL = 7.0  # points
LINE = 0.165  # inches from line to line of small words
MM_PER_INCH = 25.4
DOTS_PER_INCH = 220

LINE_STYLES: dict[str, Any] = {
    "solid": "-",
    "dash": (0, (5, 2)),
    "dashdot": (0, (6, 2, 1, 2)),
    "dot": (0, (1, 1.5)),
    "longdash": (0, (9, 3)),
    "longdashdot": (0, (9, 2, 1, 2)),
}
MARKS: dict[str, Any] = {
    "circle": "o", "square": "s", "diamond": "D", "triangle-up": "^", "cross": "P", "x": "X", "star": "*",
    "hexagon": "h", "hourglass": ((-1, 1), (1, 1), (-1, -1), (1, -1), (-1, 1)),
}  # fmt: skip
# Words become outlines, so that a figure looks the same wherever it is opened; the font comes with matplotlib.
_SETTINGS: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 8.0,
    "text.color": INK,
    "text.parse_math": False,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "grid.color": FAINT,
    "grid.linewidth": 0.8,
    "hatch.color": "white",
    "hatch.linewidth": 0.9,
    "legend.frameon": False,
    "legend.fontsize": 8.0,
    "svg.fonttype": "path",
    "svg.hashsalt": "crlm-dash",
}
_NO_METADATA = {"Creator": None, "Date": None, "Format": None, "Type": None}
_ONE_AT_A_TIME = threading.RLock()  # matplotlib's settings are global

P = ParamSpec("P")


@dataclass(frozen=True)
class Picture:
    """A drawing as vectors and as points, and its size in millimetres."""

    svg: str
    png: bytes
    width: float
    height: float


class Sheet:
    """A sheet of the report's width; places are in inches from its upper left corner."""

    def __init__(self, height: float) -> None:
        self.height = height
        self.figure = Figure(figsize=(WIDTH, height), dpi=DOTS_PER_INCH)

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """A plot of this size at this place."""
        bottom = self.height - top - height
        return self.figure.add_axes((left / WIDTH, bottom / self.height, width / WIDTH, height / self.height))

    def words(self, left: float, top: float, text: str, **look: Any) -> None:
        """Words at a place, small unless `look` says otherwise."""
        shown: dict[str, Any] = {"fontsize": SMALL, "va": "center"} | look
        self.figure.text(left / WIDTH, 1 - top / self.height, text, **shown)

    def legend(self, handles: Sequence[Any], labels: Sequence[str], *, left: float, top: float, columns: int) -> None:
        """A legend whose upper left corner is at this place."""
        self.figure.legend(
            handles, labels, loc="upper left", bbox_to_anchor=(left / WIDTH, 1 - top / self.height), ncol=columns,
            borderaxespad=0, borderpad=0, handlelength=3.2, columnspacing=2.0, labelspacing=0.45,
        )  # fmt: skip

    def picture(self) -> Picture:
        """The finished drawing."""
        return Picture(_svg(self.figure), _png(self.figure), WIDTH * MM_PER_INCH, self.height * MM_PER_INCH)


def on_paper(draw: Callable[P, Sheet]) -> Callable[P, Picture]:
    """A function that draws on a sheet, as one that gives the picture, in the report's own settings."""

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Picture:
        with _ONE_AT_A_TIME, matplotlib.rc_context():
            matplotlib.rcdefaults()
            matplotlib.rcParams.update(_SETTINGS)
            return draw(*args, **kwargs).picture()

    return drawn


def percent_axis(axes: Axes, top: float = 1.0) -> None:
    """Shares from nothing to `top` on the y-axis, with faint rules."""
    axes.set_ylim(-0.02 * top, 1.02 * top)
    step = 0.25 if top > 0.5 else 0.1
    axes.set_yticks([step * place for place in range(11) if step * place <= top + 1e-9])
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y")


def bare(axes: Axes) -> None:
    """No frame and no ticks: a place for words."""
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(length=0)
    axes.set_xticks([])
    axes.set_yticks([])


def quiet(axes: Axes) -> None:
    """Marks or bars against names at the left: the names alone, faint rules from above to below."""
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_color(RULE)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")


def whole_numbers(most: int = 6) -> MaxNLocator:
    """Ticks at whole numbers, `most` of them."""
    return MaxNLocator(nbins=most, integer=True)


def with_own_names(svg: str, prefix: str) -> str:
    """A drawing whose names (of glyphs, clips …) begin with `prefix`, so that several can stand in one document."""
    named = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}-\1"', svg)
    named = re.sub(r'\bhref="#([^"]+)"', rf'href="#{prefix}-\1"', named)
    return re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}-\1)", named)


def _svg(figure: Figure) -> str:
    """The drawing as an `svg` element without prolog, document type, or a style sheet that would reach beyond it."""
    held = io.StringIO()
    figure.savefig(held, format="svg", metadata=_NO_METADATA)
    text = held.getvalue()
    text = text[text.index("<svg") :]
    text = legible(re.sub(r"<style[^>]*>.*?</style>", "", text, flags=re.DOTALL))
    return text.replace("<svg ", '<svg style="stroke-linejoin: round; stroke-linecap: butt" ', 1).strip()


def _png(figure: Figure) -> bytes:
    held = io.BytesIO()
    figure.savefig(held, format="png")
    return held.getvalue()
