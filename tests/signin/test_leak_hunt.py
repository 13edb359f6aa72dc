"""Every page, by direct address on a cold server, as people who may not see everything: every byte is searched."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from crlm_dash import analyses
from crlm_dash.access import Role, Viewer
from crlm_dash.store.shelf import TrialStore
from crlm_dash.ui.directory import PAGES
from tests.conftest import _free_port, served
from tests.signin.conftest import SECRETS
from tests.signin.hunting import cookie_of, visiting

TRIAL, MINE = "CRLM10", "01"
PEOPLE = f"""
[[grant]]
person = "pi"
role = "pi"
trials = ["{TRIAL}"]
sites = ["{MINE}"]

[[grant]]
person = "mdt"
role = "mdt"
trials = ["{TRIAL}"]
sites = ["02"]

[[grant]]
person = "dsmb"
role = "dsmb"
trials = ["{TRIAL}"]
sites = ["{MINE}"]
"""
ADDRESSES: list[dict[str, str]] = [
    {"where": "SEX = 'F'", "since": "1"},
    {"by": "arm", "role": "statistician", "method": "time-varying", "kind": "Closed"},
]
BLINDED_PAGES = sorted(
    set(PAGES) - {"enrolment", "patient", "patients", "report"}
)  # there the policy shows arms, or none
PLANT = """
import sys
import uvicorn
from crlm_dash.access import POLICY, Action, Role, Rule
from crlm_dash.store.sight import Sight
POLICY[Role.PI, Action.SEE_OUTCOMES_BY_ARM] = Rule.YES
Sight.sites_sql = lambda self, room: ""
sys.path.insert(0, ".")
uvicorn.run("app:app", port=int(sys.argv[1]), log_level="warning")
"""


@pytest.fixture(scope="module")
def store(demo_store: Path, tmp_path_factory: pytest.TempPathFactory) -> TrialStore:
    """A copy of the demonstration store, for there is an audit trail to write."""
    shutil.copytree(demo_store, found := tmp_path_factory.mktemp("hunted") / "store")
    return TrialStore(found)


@pytest.fixture(scope="module")
def everybody(store: TrialStore) -> dict[str, str]:
    """Every patient of the trial → their site."""
    listed = analyses.patients(store.open(Viewer(Role.STATISTICIAN), TRIAL)).tables["subjects"]
    return dict(zip(listed["USUBJID"], listed["SITEID"], strict=True))


@pytest.fixture(scope="module")
def arms(store: TrialStore) -> set[bytes]:
    """What the arms are called, in data and on the screen."""
    door = store.open(Viewer(Role.STATISTICIAN), TRIAL)
    return {word.encode() for arm in door.protocol.arms for word in (arm.name, arm.label)}


def hunted(place: Path, store: TrialStore, command: list[str]) -> Iterator[str]:
    """A server with sign-in whose provider is never asked: visitors bring its cookie."""
    secrets, people, port = place / ".streamlit" / "secrets.toml", place / "people.toml", _free_port()
    secrets.parent.mkdir()
    url = f"http://localhost:{port}"
    secrets.write_text(SECRETS.format(app=url, provider="http://localhost:1"), encoding="utf-8")
    people.write_text(PEOPLE, encoding="utf-8")
    settings = {"CRLM_STORE": str(store.root), "CRLM_PEOPLE": str(people), "HOME": str(place)}
    with served(command, place, port=port, **settings) as found:
        yield found


@pytest.fixture(scope="module")
def server(store: TrialStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app as it is."""
    yield from hunted(tmp_path_factory.mktemp("server"), store, ["-m", "uvicorn", "app:app", "--port"])


@pytest.fixture(scope="module")
def leaking(store: TrialStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app with two leaks planted: a PI gets outcomes by arm, and every site's patients."""
    place = tmp_path_factory.mktemp("leaking")
    (place / "plant.py").write_text(PLANT, encoding="utf-8")
    yield from hunted(place, store, [str(place / "plant.py")])


def strangers(said: bytes, everybody: dict[str, str], site: str) -> list[str]:
    """Patients of other sites in what was sent."""
    return [subject for subject, of in everybody.items() if of != site and subject.encode() in said]


@pytest.mark.parametrize(("person", "site"), [("pi", "01"), ("mdt", "02"), ("dsmb", "01")])
def test_no_page_sends_an_arm_or_another_site_s_patient(
    server: str, everybody: dict[str, str], arms: set[bytes], person: str, site: str
) -> None:
    found, answered = [], 0
    with visiting(server, cookie_of(server, person)) as visitor:
        for page in PAGES:
            for address in ADDRESSES:
                said = visitor.go(page, trial=TRIAL, **address)
                answered += b"Signed in as" in said
                if others := strangers(said, everybody, site):
                    found.append((page, address, others[:3]))
                if person == "dsmb" or page in BLINDED_PAGES:
                    found += [(page, address, arm) for arm in arms if arm in said]
                if person != "dsmb" and (b"Arm A" in said or b"Arm X" in said):
                    found.append((page, address, "a code"))
    assert found == []
    assert answered == len(PAGES) * len(ADDRESSES)


def test_a_patient_of_another_site_cannot_be_opened_by_address(server: str, everybody: dict[str, str]) -> None:
    mine, other = (next(s for s, of in everybody.items() if (of == MINE) is wanted) for wanted in (True, False))
    with visiting(server, cookie_of(server, "pi", nonce="another tab")) as visitor:
        for view in ("Story", "Timeline", "Tables"):
            refused = visitor.go("patient", trial=TRIAL, usubjid=other, view=view)
            assert b"of a site whose records you may not see" in refused.replace(b"\\", b"")
    with visiting(server, cookie_of(server, "pi", nonce="a third tab")) as visitor:
        assert b"of a site whose records" not in visitor.go("patient", trial=TRIAL, usubjid=mine)


def test_the_same_search_finds_leaks_that_were_planted(
    leaking: str, everybody: dict[str, str], arms: set[bytes]
) -> None:
    with visiting(leaking, cookie_of(leaking, "pi")) as visitor:
        by_arm = visitor.go("survival", trial=TRIAL, by="arm")
        listed = visitor.go("patients", trial=TRIAL)
    assert any(arm in by_arm for arm in arms)
    assert strangers(listed, everybody, MINE)


def test_two_people_at_once_see_only_their_own(server: str, everybody: dict[str, str]) -> None:
    found: list[tuple[str, list[str]]] = []
    runs = {"pi": 0, "mdt": 0}

    def rerun(person: str, site: str) -> None:
        with visiting(server, cookie_of(server, person, nonce=f"{person} in parallel")) as visitor:
            for n in range(12):
                said = visitor.go(("patients", "events", "followup")[n % 3], trial=TRIAL)
                runs[person] += f"Signed in as **{person}**".encode() in said
                if others := strangers(said, everybody, site):
                    found.append((person, others[:3]))

    threads = [threading.Thread(target=rerun, args=each) for each in (("pi", "01"), ("mdt", "02"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == []
    assert runs == {"pi": 12, "mdt": 12}


NASTY = ["' or 1=1 --", "<img src=x onerror=alert(1)>", "$(reboot)", "=1+1", "../../etc/passwd", "\x00", "x" * 5000]


def test_nothing_in_an_address_is_taken_for_anything_else(server: str) -> None:
    keys = ("trial", "cut", "by", "where", "endpoint", "usubjid", "search", "population", "view", "since", "test")
    with visiting(server, cookie_of(server, "pi", nonce="nasty")) as visitor:
        for page in ("survival", "patient", "patients"):
            for word in NASTY:
                said = visitor.go(page, **({"trial": TRIAL} | dict.fromkeys(keys[1:], word)))
                for inside in (b"Traceback", b"site-packages", b"duckdb.", b"Binder Error", b"Parser Error", b"root:"):
                    assert inside not in said, (page, word, inside)
    with visiting(server, cookie_of(server, "pi", nonce="afterwards")) as visitor:
        assert b"Signed in as" in visitor.go("survival", trial=TRIAL)  # and the server goes on
