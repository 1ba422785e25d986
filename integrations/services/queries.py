"""The SOQL of each step of an import."""

from collections.abc import Sequence
from datetime import datetime

from integrations.models import ImportPhase, ImportRun
from integrations.salesforce import soql

_MEMBER_FIELDS = ("Id", "ContactId", "LeadId", "IsDeleted", "SystemModstamp")
_KEY_FIELDS = ("Id", "AccountId", "SystemModstamp")


def select(*, run: ImportRun, phase: ImportPhase, fields: Sequence[str]) -> str:
    """The query that reads the records of a step."""
    names = {"members": _MEMBER_FIELDS, "keys": _KEY_FIELDS}.get(phase.kind, fields)
    return soql.select(fields=names, sobject=phase.sobject, where=_where(run=run, phase=phase))


def select_ids(*, phase: ImportPhase, fields: Sequence[str], ids: Sequence[str]) -> str:
    """The query that reads these records again."""
    return soql.select(fields=fields, sobject=phase.sobject, where=[soql.in_("Id", ids)])


def count(*, run: ImportRun, phase: ImportPhase) -> str:
    """The query that counts the records of a step."""
    conditions = " AND ".join(_where(run=run, phase=phase))
    return f"SELECT COUNT() FROM {phase.sobject} WHERE {conditions}"  # noqa: S608 (quoted by soql)


def _where(*, run: ImportRun, phase: ImportPhase) -> list[str]:
    return [*_up_to(run.cutoff), *_selection(run, phase)]


def _up_to(cutoff: datetime | None) -> list[str]:
    return [] if cutoff is None else [soql.up_to("SystemModstamp", cutoff)]


def _selection(run: ImportRun, phase: ImportPhase) -> list[str]:
    if phase.kind == "members":
        return [soql.equals("CampaignId", run.campaign_id)]
    if phase.kind == "keys":
        return ["AccountId != null", soql.equals("IsDeleted", False)]
    if phase.selection == "associated":
        inner = soql.select(fields=["AccountId"], sobject="Contact", where=[soql.equals("IsDeleted", False)])
        return [soql.semi_join("Id", inner)]
    if phase.selection == "campaign":
        inner = soql.select(
            fields=[f"{phase.sobject}Id"],
            sobject="CampaignMember",
            where=[soql.equals("CampaignId", run.campaign_id), soql.equals("IsDeleted", False)],
        )
        return [soql.semi_join("Id", inner)]
    return []
