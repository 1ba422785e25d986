"""Whether the connection can do what imports need."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from integrations.models import SalesforceConnection
from integrations.salesforce import limits
from integrations.salesforce.errors import SchemaChanged
from integrations.services import schema, sessions


@dataclass(frozen=True)
class Check:
    """The connection as Salesforce sees it now."""

    org: str
    org_id: str
    username: str
    instance: str
    api_version: str
    api_used: int
    api_limit: int
    bulk_jobs_left: int
    fields: dict[str, int]
    complaints: list[str]


def check(*, connection: SalesforceConnection) -> Check:
    """Signs in, reads the limits and the three objects; what is wrong stands in `complaints`."""
    fields: dict[str, int] = {}
    complaints: list[str] = []
    with sessions.open_session(connection) as session:
        told = limits.fetch_limits(session)
        for sobject in schema.IMPORTED_OBJECTS:
            try:
                schema.refresh_describes(connection=connection, session=session, sobjects=[sobject])
                fields[sobject] = len(schema.readable_fields(connection=connection, sobject=sobject))
            except SchemaChanged:
                complaints.append(_("The Salesforce user cannot read the object %(name)s.") % {"name": sobject})
    return Check(
        org=str(connection),
        org_id=connection.org_id,
        username=connection.username,
        instance=connection.instance_url,
        api_version=connection.api_version,
        api_used=told.api_used,
        api_limit=told.api_limit,
        bulk_jobs_left=told.bulk_jobs_left,
        fields=fields,
        complaints=complaints,
    )
