"""The measurement of pages still runs, and no page takes more queries than promised."""

import os
import subprocess
import sys

from django.conf import settings
from django.db import connection

from tests.bench.pages import QUERIES


def test_a_small_measurement_prints_its_table_and_no_page_asks_too_often(transactional_db: None) -> None:
    name = connection.settings_dict["NAME"]
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    words = [sys.executable, "-m", "tests.bench.pages", "--contacts", "500", "--requests", "2", "--remove"]
    environment |= {"BENCH_DATABASE": str(name), "BENCH_FOLDER": str(settings.IMPORT_FOLDER)}
    done = subprocess.run(words, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
    assert "median" in done.stdout, done.stderr
    lines = [line for line in done.stdout.splitlines() if " ms " in line]
    queries = {line[:36].strip(): int(line[36:].split()[4]) for line in lines}
    assert {"home", "All Contacts", "search: a name", "contact", "company", "Import Status"} <= set(queries)
    assert {title: count for title, count in queries.items() if count > QUERIES} == {}
