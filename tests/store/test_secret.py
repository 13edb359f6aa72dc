"""The secret that fixes the codes: sealed where there is a key for it, always the same, told when it is not read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.errors import StoreError
from crlm_dash.store.secret import FILE, KEY_VARIABLE, secret_of
from crlm_dash.store.shelf import TrialStore

KEY = "k" * 32


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    return monkeypatch


def test_without_a_key_it_stands_in_plain_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    secret = secret_of(tmp_path)
    assert len(secret) == 32
    assert (tmp_path / FILE).read_bytes() == secret == secret_of(tmp_path)
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_with_a_key_it_is_never_written_in_plain(tmp_path: Path, key: pytest.MonkeyPatch) -> None:
    secret = secret_of(tmp_path)
    assert secret not in (tmp_path / FILE).read_bytes()
    assert secret_of(tmp_path) == secret


def test_a_secret_in_plain_is_sealed_once_there_is_a_key_and_stays_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = secret_of(tmp_path)
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    assert secret_of(tmp_path) == secret
    assert secret not in (tmp_path / FILE).read_bytes()
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert secret_of(tmp_path) == secret


def test_a_sealed_secret_is_read_with_its_key_only(tmp_path: Path, key: pytest.MonkeyPatch) -> None:
    secret_of(tmp_path)
    key.setenv(KEY_VARIABLE, "x" * 32)
    with pytest.raises(StoreError, match="another key"):
        secret_of(tmp_path)
    key.setenv(KEY_VARIABLE, "short")
    with pytest.raises(StoreError, match="fewer than 32 characters"):
        secret_of(tmp_path)
    key.delenv(KEY_VARIABLE)
    with pytest.raises(StoreError, match="must hold the key"):
        secret_of(tmp_path)


def test_a_file_that_was_changed_is_told_and_no_new_order_is_made(tmp_path: Path, key: pytest.MonkeyPatch) -> None:
    secret_of(tmp_path)
    sealed = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(sealed[:-9] + b"AAAAAAAA=")
    with pytest.raises(StoreError, match="its file was changed"):
        secret_of(tmp_path)


def test_sealing_changes_no_code_and_names_no_arm_without_its_key(
    demo_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(demo_store, root := tmp_path / "store")

    def coded() -> dict[str, str]:
        return TrialStore(root).open(Viewer(Role.DSMB), "CRLM10")._arm_labels

    before = coded()
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    assert coded() == coded() == before
    monkeypatch.delenv(KEY_VARIABLE)
    with pytest.raises(StoreError):
        coded()
