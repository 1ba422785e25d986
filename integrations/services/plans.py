"""What an import would read and cost, before anything starts."""

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from crmbridge.errors import Refused
from integrations.models import ImportPhase, ImportRun, PhaseKind, RecordGroup, SalesforceConnection
from integrations.salesforce import limits, soql
from integrations.salesforce.errors import QueryTimedOut
from integrations.salesforce.ids import to_18
from integrations.salesforce.records import estimate_calls
from integrations.salesforce.session import SalesforceSession
from integrations.services import queries, sessions

# Accounts that a semi-join cannot find in time come from reading all and keeping those that were noted.
_ALL, _ASSOCIATED, _CAMPAIGN, _NOTED = "all", "associated", "campaign", "noted"


@dataclass(frozen=True)
class ImportPlan:
    """The steps of an import, not saved yet, with the number of records of each and what it takes."""

    connection: SalesforceConnection
    record_group: str
    campaign_id: str
    campaign_name: str
    cutoff: datetime | None
    phases: list[ImportPhase]
    api_calls: int
    calls_left: int | None
    warnings: list[str] = field(default_factory=list)
    retry_of: ImportRun | None = None

    @property
    def counts(self) -> dict[str, int]:
        """How many records of each Salesforce object will be read."""
        return {phase.sobject: phase.expected for phase in self.phases if phase.kind == PhaseKind.RECORDS}


def plan_import(*, connection: SalesforceConnection, record_group: str, campaign: str = "") -> ImportPlan:
    """Counts the records and the API calls of an import; Refused when it cannot start at all."""
    refuse_without_account_sync(connection=connection, record_group=record_group)
    with sessions.open_session(connection) as session:
        campaign_id, campaign_name = (
            _campaign(session, campaign) if record_group == RecordGroup.CAMPAIGN else ("", "")
        )
        told = limits.fetch_limits(session)
        cutoff = sessions.server_now(session)
        run = ImportRun(record_group=record_group, campaign_id=campaign_id, cutoff=cutoff)
        phases = _counted_phases(session, run)
    calls = calls_of(phases)
    calls_left = sessions.within_allotment(connection, told.api_limit - told.api_used)
    return ImportPlan(
        connection=connection,
        record_group=record_group,
        campaign_id=campaign_id,
        campaign_name=campaign_name,
        cutoff=cutoff,
        phases=phases,
        api_calls=calls,
        calls_left=calls_left,
        warnings=_warnings(calls, calls_left, phases),
    )


def refuse_without_account_sync(*, connection: SalesforceConnection, record_group: str) -> None:
    """Refused when accounts are asked for and the settings say that they are not synced."""
    if record_group == RecordGroup.ACCOUNTS and not connection.settings.account_sync:
        raise Refused(
            _("Account Sync is off, so no accounts can be imported."),
            _("Choose Sync Accounts in the Salesforce settings (sf_settings --account-sync sync)."),
        )


def _campaign(session: SalesforceSession, campaign: str) -> tuple[str, str]:
    """Id and name of the campaign."""
    try:
        campaign_id = to_18(campaign)
    except ValueError:
        raise Refused(
            _("“%(id)s” is not a Salesforce ID.") % {"id": campaign},
            _("Name the campaign by the 15 or 18 characters that end its address in Salesforce."),
        ) from None
    query = soql.select(fields=["Id", "Name"], sobject="Campaign", where=[soql.equals("Id", campaign_id)])
    for record in session.get_json("query", q=query)["records"]:
        return str(record["Id"]), str(record["Name"])
    raise Refused(
        _("Salesforce has no campaign %(id)s that the connected user can see.") % {"id": campaign_id},
        _("Check the ID, and the user's permission on campaigns."),
    )


def _counted_phases(session: SalesforceSession, run: ImportRun) -> list[ImportPhase]:
    """The steps in their order, each with the number of its records."""
    phases = _phases(run.record_group)
    for phase in phases:
        _expect(session, run, phase)
    phases = [*_keys_first(session, run, phases), *phases]
    put_in_order(phases)
    return phases


def _phases(record_group: str) -> list[ImportPhase]:
    """The steps of each group. Contacts come before leads, so that converted leads find theirs."""

    def records(sobject: str, selection: str = _ALL) -> ImportPhase:
        return ImportPhase(kind=PhaseKind.RECORDS, sobject=sobject, selection=selection)

    steps = {
        RecordGroup.LEADS_AND_CONTACTS: [records("Contact"), records("Lead")],
        RecordGroup.LEADS: [records("Lead")],
        RecordGroup.CONTACTS: [records("Contact")],
        RecordGroup.ACCOUNTS: [records("Account", _ASSOCIATED)],
        RecordGroup.CAMPAIGN: [
            records("Contact", _CAMPAIGN),
            records("Lead", _CAMPAIGN),
            ImportPhase(kind=PhaseKind.MEMBERS, sobject="CampaignMember"),
        ],
    }[RecordGroup(record_group)]
    if record_group != RecordGroup.LEADS:
        steps.append(ImportPhase(kind=PhaseKind.LINKING, sobject="Account"))
    return steps


def put_in_order(phases: list[ImportPhase]) -> None:
    """Numbers the steps, with room for one that turns out to be needed before another."""
    for number, phase in enumerate(phases, start=1):
        phase.order = 10 * number


def _expect(session: SalesforceSession, run: ImportRun, phase: ImportPhase) -> None:
    """Counts the records of a step; what a large org cannot count in time is estimated by Salesforce."""
    if phase.kind == PhaseKind.LINKING:
        return
    try:
        phase.expected = limits.count(session, queries.count(run=run, phase=phase), all_rows=True)
    except QueryTimedOut:
        phase.expected = limits.record_counts(session, [phase.sobject])[phase.sobject]
        if phase.selection == _ASSOCIATED:
            phase.selection = _NOTED


def _keys_first(session: SalesforceSession, run: ImportRun, phases: list[ImportPhase]) -> list[ImportPhase]:
    """The step that notes the accounts of contacts, when one of the steps needs it."""
    if not any(phase.selection == _NOTED for phase in phases):
        return []
    keys = keys_phase()
    _expect(session, run, keys)
    return [keys]


def keys_phase() -> ImportPhase:
    """The step that notes the accounts that contacts belong to."""
    return ImportPhase(kind=PhaseKind.KEYS, sobject="Contact")


def calls_of(phases: list[ImportPhase]) -> int:
    """About how many calls the steps take: their pages, and a describe for each object whose records are read."""
    reading = [phase for phase in phases if phase.kind != PhaseKind.LINKING]
    sizes = {"bulk_above": settings.IMPORT_BULK_ABOVE, "page_rows": settings.IMPORT_PAGE_ROWS}
    describes = {phase.sobject for phase in reading if phase.kind == PhaseKind.RECORDS}
    return len(describes) + sum(estimate_calls(phase.expected, **sizes) for phase in reading)


def _warnings(calls: int, calls_left: int, phases: list[ImportPhase]) -> list[str]:
    found = []
    if calls > calls_left:
        found.append(
            _(
                "The import needs about %(calls)s API calls and %(left)s are left today. "
                "It will wait when they are used up."
            )
            % {"calls": calls, "left": calls_left}
        )
    if any(phase.kind == PhaseKind.KEYS for phase in phases):
        found.append(
            _(
                "Salesforce took too long to find the accounts of contacts. "
                "All accounts are read, and those that no contact belongs to are left out."
            )
        )
    return found
