"""What the org's objects have, kept in the database."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from crmbridge.errors import Refused
from integrations.models import SalesforceConnection, SalesforceObject
from integrations.salesforce.describe import Describe, fetch_describe, importable_fields, parse_describe
from integrations.salesforce.errors import SchemaChanged
from integrations.salesforce.session import SalesforceSession
from integrations.services import sessions

IMPORTED_OBJECTS = ("Lead", "Contact", "Account")


def refresh_describes(
    *,
    connection: SalesforceConnection,
    session: SalesforceSession,
    sobjects: Sequence[str] = IMPORTED_OBJECTS,
) -> None:
    """Fetches the describes that changed since they were kept; one API call an object."""
    for sobject in sobjects:
        kept = SalesforceObject.objects.filter(connection=connection, name=sobject).first()
        since = kept.last_modified if kept and kept.last_modified else None
        if (fetched := fetch_describe(session, sobject, if_modified_since=since)) is None:
            continue
        raw, last_modified = fetched
        changed = _changed(kept, raw) if kept else {}
        SalesforceObject.objects.update_or_create(
            connection=connection,
            name=sobject,
            defaults={"describe": raw, "last_modified": last_modified or "", **changed},
        )


def _changed(kept: SalesforceObject, raw: dict[str, Any]) -> dict[str, Any]:
    """What differs from the describe before, added to what nobody has seen yet."""
    before = {field.name: field.type for field in parse_describe(kept.describe).fields}
    now = {field.name: field.type for field in parse_describe(raw).fields}
    both = [name for name in now if name in before and before[name] != now[name]]
    found: dict[str, list[Any]] = {
        "new": [name for name in now if name not in before],
        "gone": [name for name in before if name not in now],
        "retyped": [{"name": name, "before": before[name], "now": now[name]} for name in both],
    }
    if not any(found.values()):
        return {}
    # A field that came back is neither new nor gone.
    back = set(found["new"]) & set(kept.changes.get("gone", []))
    merged = {key: [*kept.changes.get(key, []), *values] for key, values in found.items()}
    for key in ("new", "gone"):
        merged[key] = [name for name in dict.fromkeys(merged[key]) if name not in back]
    return {"changes": merged, "changed_at": timezone.now()}


def changes(*, connection: SalesforceConnection, sobjects: Sequence[str]) -> list[SalesforceObject]:
    """The objects whose fields have changed since somebody looked."""
    kept = SalesforceObject.objects.filter(connection=connection, name__in=sobjects).order_by("name")
    return [item for item in kept if any(item.changes.values())]


def seen(*, connection: SalesforceConnection) -> None:
    """Forgets what changed: somebody has seen it."""
    SalesforceObject.objects.filter(connection=connection).update(changes={})


def refresh(*, connection: SalesforceConnection) -> None:
    """Asks Salesforce what fields there are now, one call an object, whatever it says of its last change."""
    SalesforceObject.objects.filter(connection=connection).update(last_modified="")
    with sessions.open_session(connection) as session:
        try:
            learn(connection=connection, session=session)
        finally:
            sessions.count_calls(connection=connection, session=session)


def learn(*, connection: SalesforceConnection, session: SalesforceSession) -> dict[str, list[str]]:
    """Fetches the describes of all imported objects; returns the fields of those that the user can see."""
    readable = {}
    for sobject in IMPORTED_OBJECTS:
        with suppress(SchemaChanged):
            refresh_describes(connection=connection, session=session, sobjects=[sobject])
            readable[sobject] = readable_fields(connection=connection, sobject=sobject)
    return readable


def refetch(*, connection: SalesforceConnection, session: SalesforceSession, sobject: str) -> bool:
    """Fetches a describe even if it is called unchanged; returns whether other fields can be read now."""
    before = readable_fields(connection=connection, sobject=sobject)
    SalesforceObject.objects.filter(connection=connection, name=sobject).update(last_modified="")
    refresh_describes(connection=connection, session=session, sobjects=[sobject])
    return readable_fields(connection=connection, sobject=sobject) != before


def describe(*, connection: SalesforceConnection, sobject: str) -> Describe:
    """The kept describe of an object."""
    kept = SalesforceObject.objects.filter(connection=connection, name=sobject).first()
    if kept is None:
        raise Refused(
            _("The Salesforce user cannot see the object %(name)s.") % {"name": sobject},
            _("Give the user read permission on it in Salesforce, then run sf_check."),
        )
    return parse_describe(kept.describe)


def readable_fields(*, connection: SalesforceConnection, sobject: str) -> list[str]:
    """The fields of an object that an import reads, by API name."""
    return [field.name for field in importable_fields(describe(connection=connection, sobject=sobject))]
