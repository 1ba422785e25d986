"""Settings of the benchmark: those of production, a demo org on this machine, a database that is removed again."""

import os
from pathlib import Path

from crmbridge.settings import *  # noqa: F403

SALESFORCE_ALLOW_LOOPBACK = True
if "BENCH_DATABASE" in os.environ:
    DATABASES["default"]["NAME"] = os.environ["BENCH_DATABASE"]  # noqa: F405
    IMPORT_FOLDER = Path(os.environ["BENCH_FOLDER"])
LOGGING = {"version": 1, "disable_existing_loggers": True}
