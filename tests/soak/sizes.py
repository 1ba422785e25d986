"""How large the org and the steps of an import are; the worker and the import in peace must agree on it."""

from typing import TypedDict

# The leads of a campaign come by REST, the others by bulk job.
BULK_ABOVE = 100
PAGE_ROWS = 100
SLICE_SECONDS = 0.5


class Sizes(TypedDict):
    """How many records the org begins with."""

    contacts: int
    accounts: int
    leads: int
    campaigns: int


ORG: Sizes = {"contacts": 3_000, "accounts": 360, "leads": 900, "campaigns": 2}
SMALL_ORG: Sizes = {"contacts": 600, "accounts": 150, "leads": 250, "campaigns": 2}
