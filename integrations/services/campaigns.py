"""The campaigns that an import can be limited to, as Salesforce tells them."""

from dataclasses import dataclass
from typing import Any

from integrations.models import SalesforceConnection
from integrations.salesforce import soql
from integrations.services import sessions

MOST = 50
_FIELDS = ["Id", "Name", "IsActive", "NumberOfContacts", "NumberOfLeads"]


@dataclass(frozen=True)
class Campaign:
    """One campaign; `members` are its contacts and its leads that were not converted."""

    id: str
    name: str
    is_active: bool
    members: int


def find(*, connection: SalesforceConnection, words: str = "") -> tuple[list[Campaign], bool]:
    """The campaigns whose name contains the words, active ones first, by name; and whether there are more.

    One API call.
    """
    where = [soql.contains("Name", words)] if words else []
    query = soql.select(fields=_FIELDS, sobject="Campaign", where=where)
    with sessions.open_session(connection) as session:
        answer = session.get_json("query", q=f"{query} ORDER BY IsActive DESC, Name LIMIT {MOST + 1}")
    found = [_campaign(record) for record in answer["records"]]
    return found[:MOST], len(found) > MOST


def _campaign(record: dict[str, Any]) -> Campaign:
    return Campaign(
        id=record["Id"],
        name=record["Name"],
        is_active=bool(record["IsActive"]),
        members=int((record["NumberOfContacts"] or 0) + (record["NumberOfLeads"] or 0)),
    )
