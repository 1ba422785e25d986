"""Whether the connection can do what imports need."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from integrations.models import SalesforceConnection
from integrations.salesforce import limits
from integrations.services import schema, sessions
from integrations.services.mappings import create_defaults


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
    """Signs in, reads the limits and the three objects, maps what may be read now; `complaints` says what is wrong."""
    with sessions.open_session(connection) as session:
        told = limits.fetch_limits(session)
        readable = schema.learn(connection=connection, session=session)
    create_defaults(connection=connection, readable=readable)
    return Check(
        org=str(connection),
        org_id=connection.org_id,
        username=connection.username,
        instance=connection.instance_url,
        api_version=connection.api_version,
        api_used=told.api_used,
        api_limit=told.api_limit,
        bulk_jobs_left=told.bulk_jobs_left,
        fields={sobject: len(names) for sobject, names in readable.items()},
        complaints=[
            _("The Salesforce user cannot read the object %(name)s.") % {"name": name}
            for name in schema.IMPORTED_OBJECTS
            if name not in readable
        ],
    )
