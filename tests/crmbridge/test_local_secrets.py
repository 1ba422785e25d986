"""Secrets that a local installation makes for itself."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from crmbridge import local_secrets


def test_a_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    first = local_secrets.get(folder=tmp_path, name="SECRET_KEY")
    assert len(first) >= 50
    assert local_secrets.get(folder=tmp_path, name="SECRET_KEY") == first


def test_the_credential_key_is_a_fernet_key(tmp_path: Path) -> None:
    Fernet(local_secrets.get(folder=tmp_path, name="CREDENTIAL_KEYS"))


@pytest.mark.parametrize("name", ["SECRET_KEY", "CREDENTIAL_KEYS"])
def test_nobody_else_can_read_it(tmp_path: Path, name: str) -> None:
    local_secrets.get(folder=tmp_path, name=name)
    kept = local_secrets.path(folder=tmp_path, name=name)
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700


def test_those_who_ask_together_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(local_secrets.get, folder=tmp_path, name="SECRET_KEY") for _number in range(8)]
        assert len({answer.result() for answer in asked}) == 1
    assert [path.name for path in (tmp_path / "secrets").iterdir()] == ["SECRET_KEY"]
