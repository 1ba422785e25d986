"""How much of the org's allowance is left, and how many records it holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .session import SalesforceSession


@dataclass(frozen=True)
class Limits:
    """The org's API calls in the last 24 hours and bulk query jobs left; `raw` is Salesforce's whole answer.

    Salesforce may tell them with some delay.
    """

    api_used: int
    api_limit: int
    bulk_jobs_left: int
    raw: dict[str, Any]


def fetch_limits(session: SalesforceSession) -> Limits:
    """The org's limits, at the price of one API call."""
    raw = session.get_json("limits")
    calls = raw["DailyApiRequests"]
    return Limits(
        api_used=calls["Max"] - calls["Remaining"],
        api_limit=calls["Max"],
        bulk_jobs_left=raw.get("DailyBulkV2QueryJobs", {}).get("Remaining", 0),
        raw=raw,
    )


def record_counts(session: SalesforceSession, sobjects: Sequence[str]) -> dict[str, int]:
    """Roughly how many records of each object type there are, in one call; the numbers may be old."""
    answer = session.get_json("limits/recordCount", sObjects=",".join(sobjects))
    return {entry["name"]: entry["count"] for entry in answer["sObjects"]}


def count(session: SalesforceSession, soql: str, *, all_rows: bool = False) -> int:
    """Exactly how many records a SELECT COUNT() query finds, deleted ones included with `all_rows`.

    Raises QueryTimedOut on very large objects.
    """
    return int(session.get_json("queryAll" if all_rows else "query", q=soql)["totalSize"])
