"""Settings of the workers: those of the other tests in processes, without pauses between tries."""

import os

from integrations.salesforce import retries
from tests.e2e.worker_settings import *  # noqa: F403

IMPORT_BULK_ABOVE = int(os.environ.get("IMPORT_BULK_ABOVE", "0"))
retries.MAX_PAUSE = 0.02
