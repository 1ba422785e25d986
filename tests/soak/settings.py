"""Settings of the worker that the soak disturbs: small pages, short slices, one process for the whole stay."""

from tests.e2e.worker_settings import *  # noqa: F403
from tests.soak.sizes import BULK_ABOVE, PAGE_ROWS, SLICE_SECONDS

IMPORT_BULK_ABOVE = BULK_ABOVE
IMPORT_PAGE_ROWS = PAGE_ROWS
IMPORT_SLICE_SECONDS = SLICE_SECONDS
# Memory that grows shows only in a process that stays.
Q_CLUSTER = {**Q_CLUSTER, "recycle": 10_000, "poll": 0.05}  # noqa: F405
