"""A curve of steps as it is drawn, on screen and paper: no more points than are seen, thin where few are left."""

from __future__ import annotations

import pandas as pd

FEW = 10  # below this many at risk a curve is drawn thin
PIXELS = 1200  # a curve is thinned to what a screen can show


def thinned(curve: pd.DataFrame) -> pd.DataFrame:
    """The last row of each screen pixel, besides the first and last rows: what a screen can show and no more."""
    if len(curve) <= PIXELS:
        return curve.reset_index(drop=True)
    pixel = (curve["time"] / curve["time"].max() * PIXELS).round()
    kept = ~pixel.duplicated(keep="last")
    kept.iloc[0] = True
    shown: pd.DataFrame = curve[kept]
    return shown.reset_index(drop=True)


def parts(curve: pd.DataFrame) -> list[tuple[pd.DataFrame, bool, bool]]:
    """
    The curve in parts, each with whether ten are at risk and whether it is the one that is named: before ten are at
    risk (late entry), while they are, and after.
    """
    enough = curve.index[curve["n_risk"] >= FEW]
    if not len(enough):
        return [(curve, False, True)]
    first, last = enough[0], enough[-1]
    found = [(curve.loc[:first], False, False), (curve.loc[first:last], True, True), (curve.loc[last:], False, False)]
    return [part for part in found if len(part[0]) > 1 or part[2]]
