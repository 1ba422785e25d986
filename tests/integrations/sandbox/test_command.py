"""`manage.py demo_org`."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import requests

from integrations.sandbox import DemoOrg

ROOT = Path(__file__).parents[3]
LINE = re.compile(r"(http://127\.0\.0\.1:\d+) client_id=(\S+) client_secret=(\S+)")


def start(*options: str) -> "subprocess.Popen[str]":
    command = [
        sys.executable,
        "manage.py",
        "demo_org",
        "--contacts",
        "5",
        "--accounts",
        "2",
        "--leads",
        "0",
        *options,
    ]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_it_says_where_it_listens_and_ends_when_told() -> None:
    with start() as process:
        assert process.stdout is not None
        match = LINE.search(process.stdout.readline())
        assert match is not None
        url, client_id, secret = match.groups()
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        assert requests.post(f"{url}/services/oauth2/token", data=form, timeout=20).ok
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0


def test_a_taken_port_is_told_in_a_sentence(shared_org: DemoOrg) -> None:
    with start("--port", shared_org.url.rpartition(":")[2]) as process:
        _, complaint = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "The demo org cannot start" in complaint
    assert "Traceback" not in complaint


def test_a_missing_folder_is_named() -> None:
    with start("--data", "/no/such/folder") as process:
        _, complaint = process.communicate(timeout=20)
    assert process.returncode != 0
    assert "/no/such/folder" in complaint
