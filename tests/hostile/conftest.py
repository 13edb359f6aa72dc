"""A trial whose every text was written by somebody with bad intentions: script, SQL and spreadsheet formulas."""

from __future__ import annotations

import csv
from collections.abc import Collection
from pathlib import Path

import pytest

from crlm_dash.store.build import build_cut
from crlm_dash.terms import TrialKind

TRIAL = "CRLM10"
BEGIN = "=HYPERLINK(1)+"
END = """<img src=x onerror="window.hit=1"><script>window.hit=1</script><a href="javascript:window.hit=1">go</a>'"; """
END += "drop table cut.main.adsl; -- ${7*7} {{7*7}} [x](javascript:window.hit=1) :red[x]"
KEPT = ("STUDYID", "DOMAIN", "RDOMAIN", "IDVAR", "IDVARVAL", "QNAM")  # what ties records together
# Texts that people write, and names; what is left is codes, by which the analysis tables are made.
WRITTEN = {
    "USUBJID", "SUBJID", "SITEID", "COUNTRY", "RACE", "ETHNIC", "ARM", "ACTARM", "ARMNRS", "AETERM", "AEDECOD",
    "AEBODSYS", "AEOUT", "AEACN", "CMTRT", "CMINDC", "PRLOC", "PRINDC", "DSTERM", "COVAL", "DVTERM", "DVCAT", "VISIT",
    "LBTEST", "LBCAT", "LBREASND", "LBSPEC", "IETEST", "MHTERM", "SVREASOC", "QSREASND", "TULOC", "TUMETHOD",
    "RSEVALID", "DDORRES", "DDSTRESC", "QLABEL", "EXTRT", "TRLOC", "FATEST", "TITLE", "TSVAL", "RSTEST", "VSTEST",
}  # fmt: skip
SUBJECTS = 20


def rewritten(source: Path, target: Path, columns: Collection[str] | None) -> Path:
    """The first patients of a source with BEGIN and END around every text of some columns (None: of all)."""
    target.mkdir(parents=True)
    with (source / "dm.csv").open(encoding="utf-8", newline="") as file:
        kept = {row["USUBJID"] for row in list(csv.DictReader(file))[:SUBJECTS]}
    for path in source.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row.get("USUBJID", "") in kept or "USUBJID" not in row]
        wrong = [row | {name: _nasty(name, word, columns) for name, word in row.items()} for row in rows]
        with (target / path.name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]) if rows else [])
            writer.writeheader()
            writer.writerows(wrong)
    return target


def _nasty(name: str, word: str, columns: Collection[str] | None) -> str:
    if not word or name in KEPT or (columns is not None and name not in columns):
        return word
    is_number = word.replace(".", "", 1).lstrip("-").isdigit()
    return word if columns is None and (is_number or name.endswith("DTC")) else f"{BEGIN}{word}{END}"


@pytest.fixture(scope="session")
def hostile_store(demo_sources: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the hostile trial, loaded as any other."""
    place = tmp_path_factory.mktemp("hostile")
    build_cut(
        rewritten(demo_sources[TRIAL], place / "source", WRITTEN),
        place / "store",
        protocol=TRIAL,
        kind=TrialKind.SIMULATED,
    )
    return place / "store"
