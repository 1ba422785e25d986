"""What Salesforce's answers say about the org by the way: API calls used, and its clock."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

# Only the start is fixed: newer orgs append "; api-bursts=1/750" and more may follow.
_USAGE = re.compile(r"api-usage=(\d+)/(\d+)")
# The list of versions at /services/data/ itself is not counted.
_COUNTED_PATH = re.compile(r"/services/data/v\d+\.\d+/")


@dataclass(frozen=True)
class ApiUsage:
    """API calls of the whole org in the last 24 hours, by every application, and how many it may make."""

    used: int
    limit: int


def api_usage(headers: Mapping[str, str]) -> ApiUsage | None:
    """The usage in an answer's headers; None where Salesforce tells none."""
    found = _USAGE.match(headers.get("Sforce-Limit-Info", ""))
    return ApiUsage(used=int(found[1]), limit=int(found[2])) if found else None


def is_counted(path: str) -> bool:
    """Whether Salesforce counts a request to this path against the org's limit."""
    return _COUNTED_PATH.match(path) is not None


def server_time(headers: Mapping[str, str]) -> datetime | None:
    """The moment in the Date header; None where there is none that can be read."""
    try:
        return parsedate_to_datetime(headers["Date"])
    except (KeyError, ValueError):
        return None
