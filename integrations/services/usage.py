"""The API calls of the last hours and days, as pages show them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from integrations.models import ApiUsage, SalesforceConnection

_HOURS, _DAYS = 24, 30


@dataclass(frozen=True)
class Hour:
    """The calls of one hour, and their share of the busiest in percent."""

    begins: datetime
    calls: int
    percent: int


@dataclass(frozen=True)
class Day:
    """The calls of one day, and what the whole org had used of its limit at most."""

    date: date
    calls: int
    org_used: int | None
    org_limit: int | None


@dataclass(frozen=True)
class Usage:
    """The calls of 24 hours against the allotment and the org's limit, as told last."""

    calls: int
    allotted: int | None
    org_used: int | None
    org_limit: int | None
    hours: list[Hour]

    @property
    def most(self) -> int | None:
        """What crmbridge may use in 24 hours, if anything is known."""
        known = [limit for limit in (self.allotted, self.org_limit) if limit is not None]
        return min(known) if known else None


def today(*, connection: SalesforceConnection) -> Usage:
    """The last 24 hours."""
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    begins = [now - timedelta(hours=back) for back in reversed(range(_HOURS))]
    rows = list(ApiUsage.objects.filter(connection=connection, hour__gte=begins[0]).order_by("hour"))
    calls = {row.hour: row.calls for row in rows}
    busiest = max(calls.values(), default=0) or 1
    told = next((row for row in reversed(rows) if row.org_limit is not None), None)
    return Usage(
        calls=sum(calls.values()),
        allotted=connection.settings.allotted_calls,
        org_used=told.org_used if told else None,
        org_limit=told.org_limit if told else None,
        hours=[
            Hour(begins=hour, calls=calls.get(hour, 0), percent=round(100 * calls.get(hour, 0) / busiest))
            for hour in begins
        ],
    )


def days(*, connection: SalesforceConnection) -> list[Day]:
    """The last thirty days with calls, the newest first."""
    since = timezone.now() - timedelta(days=_DAYS)
    rows: Any = (
        ApiUsage.objects.filter(connection=connection, hour__gte=since)
        .annotate(date=TruncDate("hour"))
        .values("date")
        .annotate(calls=Sum("calls"), org_used=Max("org_used"), org_limit=Max("org_limit"))
        .order_by("-date")
    )
    return [Day(**row) for row in rows]
