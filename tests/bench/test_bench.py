"""The benchmark still runs, and tells what it promises."""

import os
import subprocess
import sys

from django.conf import settings

LINES = [
    "floor, contacts",
    "script, contacts",
    "first import, contacts",
    "nothing changed, contacts",
    "1 % changed, contacts",
    "first import, accounts first: contacts",
]


def test_a_small_benchmark_prints_its_table(transactional_db: None) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    words = [sys.executable, "-m", "tests.bench", "--contacts", "300"]
    done = subprocess.run(words, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    rows = {line[:38].strip(): line[38:].split() for line in done.stdout.splitlines()}
    assert [title for title in rows if title in LINES] == LINES
    records, seconds, rate, ratio, calls, memory = rows["first import, contacts"][:6]
    assert (records, memory.isdigit()) == ("300", True)
    assert min(float(value.replace(",", "")) for value in (seconds, rate, ratio, calls)) > 0
