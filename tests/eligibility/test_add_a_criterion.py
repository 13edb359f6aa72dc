"""The example of `docs/add-a-criterion.md`, run as the page says: a protocol file is edited, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from crlm_dash.access import Role, Viewer
from crlm_dash.cli import main
from crlm_dash.errors import ProtocolError
from crlm_dash.protocol import load_protocol, parse_protocol
from crlm_dash.store.shelf import TrialStore
from tests.eligibility.planted import LABS, Change, patient, together, write_folder

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "add-a-criterion.md").read_text(encoding="utf-8")
FACT, CRITERION = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


def ldh(value: float | None, upper: float | None = 250) -> Change:
    row = {"LBDTC": "2024-02-20", "LBORRES": value, "LBSTRESN": value, "LBSTRESU": "U/L", "LBSTNRHI": upper}
    return "LB", "LDH", [row] if value else []


@pytest.fixture(scope="module")
def protocol_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped protocol with the page's two tables added at its end."""
    path = tmp_path_factory.mktemp("protocol") / "my-trial.toml"
    path.write_text("\n".join([load_protocol("CRLM10").to_toml(), FACT, CRITERION]), encoding="utf-8")
    return path


def test_the_new_criterion_is_evaluated_and_shown(
    protocol_file: Path, tmp_path: Path, viewer: Callable[..., Viewer]
) -> None:
    assert "LDH" not in LABS
    people = [
        patient("A", [ldh(625)]),
        patient("B", [ldh(626)]),
        patient("C", [ldh(None)]),
        patient("D", [ldh(9, None)]),
    ]
    source = write_folder(together(people), tmp_path / "source")
    run = CliRunner().invoke(
        main, ["ingest", str(source), "--protocol", str(protocol_file), "--store", str(tmp_path / "store")]
    )
    assert run.exit_code == 0, run.output

    door = TrialStore(tmp_path / "store").open(viewer(Role.STATISTICIAN), "PLANTED")
    assert list(door.ask("patient_criteria", usubjid="A")["criterion"]) == ["I01", "I02", "I03", "I04", "I17"]
    with duckdb.connect(str(door.cut.path), read_only=True) as con:
        sql = "select USUBJID, (RESULT, VALUE, LIMIT_TEXT) from adel where CRITERION = 'I17'"
        found = dict(con.execute(sql).fetchall())
    assert found == {
        "A": ("met", "2.5", "≤ 2.5 × ULN"),
        "B": ("not met", "2.504", "≤ 2.5 × ULN"),
        "C": ("unknown", None, "≤ 2.5 × ULN"),
        "D": ("unknown", "upper limit of normal not known", "≤ 2.5 × ULN"),
    }
    shown = CliRunner().invoke(
        main, ["show", "eligibility", "--trial", "PLANTED", "--store", str(tmp_path / "store"), "--role", "pi"]
    )
    assert shown.exit_code == 0, shown.output
    assert "I17" in shown.output


def test_a_misspelt_fact_is_told_as_the_page_says(protocol_file: Path) -> None:
    text = protocol_file.read_text(encoding="utf-8").replace('rule = "ldh <=', 'rule = "lhd <=')
    with pytest.raises(ProtocolError) as refused:
        parse_protocol(text, "my-trial.toml")
    assert re.findall(r"```\n(my-trial.*?)\n```", PAGE) == [str(refused.value)]
