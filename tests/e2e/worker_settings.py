"""Settings of real workers and commands in processes of their own, on the database of the running tests."""

import os
from pathlib import Path

from tests.settings import *  # noqa: F403

DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]  # noqa: F405
IMPORT_FOLDER = Path(os.environ["TEST_IMPORT_FOLDER"])
IMPORT_BULK_ABOVE = 0
IMPORT_PAGE_ROWS = 100
# The scheduler looks at the clock when it starts and then every 30 s.
Q_CLUSTER = {**Q_CLUSTER, "guard_cycle": 30, "poll": 0.1}  # noqa: F405
