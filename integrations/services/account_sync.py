"""What the settings page says about Account Sync."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max

from integrations.models import (
    ImportRun,
    LinkState,
    RecordGroup,
    RunState,
    SalesforceConnection,
    SalesforceRecord,
)

# Salesforce's IDs begin with the prefix of their object: one range of the mirror's key each.
_ACCOUNTS, _CONTACTS = "001", "003"


@dataclass(frozen=True)
class AccountSyncFacts:
    """How many companies come from Salesforce, when one was last received, and whether accounts are due.

    `offers_import`: contacts are here and the accounts that they belong to were never imported.
    """

    linked: int
    last_received: datetime | None
    offers_import: bool


def facts(*, connection: SalesforceConnection) -> AccountSyncFacts:
    """The facts about one connection."""
    mirror = SalesforceRecord.objects.filter(connection=connection)
    accounts = mirror.filter(salesforce_id__startswith=_ACCOUNTS, link_state=LinkState.LINKED)
    seen = accounts.aggregate(number=Count("salesforce_id"), last=Max("received_at"))
    imported = ImportRun.objects.filter(
        connection=connection, record_group=RecordGroup.ACCOUNTS, state=RunState.FINISHED, is_dry=False
    )
    return AccountSyncFacts(
        linked=seen["number"],
        last_received=seen["last"],
        offers_import=connection.settings.account_sync
        and not imported.exists()
        and mirror.filter(salesforce_id__startswith=_CONTACTS).exists(),
    )
