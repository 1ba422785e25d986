"""Sessions to the connected org, and what they cost."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from crmbridge.errors import Refused
from integrations.models import ApiUsage, ImportRun, SalesforceConnection
from integrations.salesforce.session import SalesforceSession
from integrations.services.tokens import StoredTokens


@contextmanager
def open_session(connection: SalesforceConnection) -> Iterator[SalesforceSession]:
    """A session to the org; its calls are counted when it closes, whatever happens."""
    if not connection.is_connected:
        raise Refused(_("crmbridge is not connected to Salesforce."), _("Connect again, then repeat this."))
    session = SalesforceSession(
        tokens=StoredTokens(connection),
        api_version=connection.api_version,
        allow_loopback=settings.SALESFORCE_ALLOW_LOOPBACK,
    )
    with session:
        try:
            yield session
        finally:
            count_calls(connection=connection, session=session)


def count_calls(
    *, connection: SalesforceConnection, session: SalesforceSession, run: ImportRun | None = None
) -> None:
    """Adds the session's calls since the last count to the hour's usage and to the import's."""
    if not (calls := session.take_api_calls()):
        return
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    usage, _created = ApiUsage.objects.get_or_create(connection=connection, hour=hour)
    told = {"org_used": session.usage.used, "org_limit": session.usage.limit} if session.usage else {}
    ApiUsage.objects.filter(pk=usage.pk).update(calls=F("calls") + calls, **told)
    if run is not None:
        ImportRun.objects.filter(pk=run.pk).update(api_calls_used=F("api_calls_used") + calls)


def calls_today(connection: SalesforceConnection) -> int:
    """The calls that crmbridge made in the last 24 hours."""
    since = timezone.now() - timedelta(hours=24)
    recent = ApiUsage.objects.filter(connection=connection, hour__gte=since)
    return int(recent.aggregate(sum=Sum("calls"))["sum"] or 0)


def calls_left(connection: SalesforceConnection) -> int | None:
    """The calls that may still be made today: what the org has left as told last, within our allotment."""
    told = ApiUsage.objects.filter(connection=connection, org_limit__isnull=False).order_by("-hour").first()
    if told is None or told.org_limit is None or told.org_used is None:
        return None
    return within_allotment(connection, told.org_limit - told.org_used)


def within_allotment(connection: SalesforceConnection, left: int) -> int:
    """How many of the calls that the org has left the settings let crmbridge make today."""
    if (allotted := connection.settings.allotted_calls) is not None:
        left = min(left, allotted - calls_today(connection))
    return max(0, left)


def server_now(session: SalesforceSession) -> datetime:
    """The time by Salesforce's clock, which is the one that stamps records."""
    return session.server_time or timezone.now()
