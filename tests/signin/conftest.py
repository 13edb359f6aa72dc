"""A real OpenID Connect provider on loopback, and the app that trusts it."""

from __future__ import annotations

import shutil
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import _free_port, _stop, served

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

HERE = Path(__file__).parent / "provider"
PI, DSMB, NOBODY = "pi@example.org", "dsmb@example.org", "nobody@example.org"
PEOPLE = f"""
[[grant]]
person = "{PI}"
role = "pi"
trials = ["CRLM10"]
sites = ["01"]

[[grant]]
group = "crlm10-dsmb"
role = "dsmb"
trials = ["CRLM10", "CRLM-EHD"]
"""
SECRETS = """
[auth]
redirect_uri = "{app}/oauth2callback"
cookie_secret = "a cookie secret of the tests, long enough"
client_id = "crlm-dash"
client_secret = "a secret of the tests, and of nothing else"
server_metadata_url = "{provider}/.well-known/openid-configuration"
client_kwargs = {{ prompt = "login" }}
"""


@dataclass(frozen=True)
class Provider:
    """The identity provider: where it is, and the port at which it expects the app."""

    url: str
    app_port: int

    def misbehave(self, how: str = "", seconds: int = 3600) -> None:
        """From now on: sign tokens wrongly in one way ('' rightly), that hold so many seconds."""
        asked = urllib.parse.urlencode({"how": how, "seconds": seconds})
        urllib.request.urlopen(f"{self.url}/misbehave?{asked}", timeout=5).read()


@dataclass(frozen=True)
class App:
    """The app, its list of people, and its log."""

    url: str
    people: Path
    store: Path
    log: Path


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """The npm package oidc-provider, in a process of its own."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        pytest.skip("Sign-in is tested against the npm package oidc-provider: install node and npm (18 or later).")
    place = tmp_path_factory.mktemp("provider")
    for name in ("package.json", "package-lock.json", "server.mjs"):
        shutil.copy(HERE / name, place / name)
    npm_ci = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(npm_ci, cwd=place, capture_output=True, text=True, timeout=300)
    if done.returncode:
        pytest.skip(f"The npm package oidc-provider could not be installed: {done.stderr[-300:]}")
    port, app_port, log = _free_port(), _free_port(), place / "log.txt"
    with log.open("wb") as out:
        command = [node, "server.mjs", str(port), str(app_port)]
        process = subprocess.Popen(command, cwd=place, stdout=out, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        until = time.monotonic() + 30
        while b"ready" not in log.read_bytes():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.1)
        yield Provider(f"http://localhost:{port}", app_port)
    finally:
        _stop(process)


@pytest.fixture(scope="module")
def app(provider: Provider, demo_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app over a copy of the demonstration store, with sign-in."""
    place = tmp_path_factory.mktemp("signed")
    store, people, secrets = place / "store", place / "people.toml", place / ".streamlit" / "secrets.toml"
    shutil.copytree(demo_store, store)
    secrets.parent.mkdir()
    people.write_text(PEOPLE, encoding="utf-8")
    url = f"http://localhost:{provider.app_port}"
    secrets.write_text(SECRETS.format(app=url, provider=provider.url), encoding="utf-8")
    command = ["-m", "uvicorn", "app:app", "--port"]
    settings = {"CRLM_STORE": str(store), "CRLM_PEOPLE": str(people), "HOME": str(place)}
    with served(command, place, port=provider.app_port, **settings) as found:
        yield App(found, people, store, place / "log.txt")


def sign_in(context: BrowserContext, app: App, name: str) -> Page:
    """A page on which somebody has just signed in by the provider's own form."""
    page = context.new_page()
    page.goto(app.url)
    fill_in(page, name)
    return page


def fill_in(page: Page, name: str) -> None:
    """From the app's own page to the provider's form, and back."""
    page.get_by_role("button", name="Sign in").click()
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill("any")
    page.locator("button[type=submit]").click()
