"""The measurement of lists still runs and prints a line for every list."""

import os
import subprocess
import sys

from django.conf import settings
from django.db import connection

from tests.bench.lists import LISTS


def test_a_small_measurement_prints_its_table(transactional_db: None) -> None:
    name = connection.settings_dict["NAME"]
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    words = [sys.executable, "-m", "tests.bench.lists", "--contacts", "500", "--rounds", "1", "--remove"]
    environment |= {"BENCH_DATABASE": str(name), "BENCH_FOLDER": str(settings.IMPORT_FOLDER)}
    done = subprocess.run(words, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
    titles = {line[:36].strip() for line in done.stdout.splitlines() if " ms " in line}
    assert titles == set(LISTS), done.stderr
