"""Why a property holds what it holds: mapping, rule, Salesforce's value, who changed it last."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crmbridge.properties.explain import Explanation
from crmbridge.properties.models import ChangeSource, PropertyChange, RecordKind
from integrations.mapping.why import NOT_SYNCED, SENTENCES, row_of
from integrations.models import FieldMapping, Problem, SalesforceConnection, SyncRule
from integrations.pipeline import held
from integrations.pipeline.held import Held
from integrations.services import connect
from integrations.services.mapping_edit import column_of, describes
from integrations.services.mapping_table import SOBJECTS
from integrations.services.mappings import mapped_fields

_FROM_SALESFORCE = (ChangeSource.IMPORT, ChangeSource.SYNC, ChangeSource.BACKFILL)


def explain(record: Any, name: str) -> Explanation | None:
    """What is known of one property of a contact or company."""
    last = PropertyChange.objects.of(record.KIND, record.pk).filter(property=name).first()
    connection = connect.current()
    mapping = (
        FieldMapping.objects.filter(
            connection=connection, property__kind=record.KIND, property__name=name
        ).first()
        if connection
        else None
    )
    if connection is None or mapping is None:
        return Explanation(_("No Salesforce field feeds it."), _origin(record, last))
    found = _held(connection, record, name)
    facts: list[tuple[Any, Any]] = [(_("Sync rule"), SyncRule(mapping.rule).label)]
    if found is None:
        facts.append((_("Salesforce field"), _fields(mapping, record.KIND)))
        return Explanation(
            _("A Salesforce field is mapped to it, but the record is not linked to a record that has it."),
            facts + _origin(record, last),
        )
    sobject, value = found
    facts += _salesforce(connection, record, sobject, value)
    if value.raw is not None and value.there is None:
        facts.append((_("Value that does not fit"), value.raw))
        return Explanation(
            _("Salesforce's value does not fit the property, so the value here stayed."),
            facts + _origin(record, last),
        )
    row = row_of(
        rule=mapping.rule,
        sf=value.there,
        here=value.here,
        was_first=last is None or last.old is None,
        came_from_salesforce=(last.source in _FROM_SALESFORCE)
        if last
        else record.created_by_import is not None,
    )
    sentence = str(SENTENCES[row]) if row else str(NOT_SYNCED)
    if row:
        facts.append((_("Row of the table of rules"), row))
    if value.would_write:
        facts.append((_("Would be written to Salesforce"), value.here or _("blank")))
    return Explanation(sentence, facts + _origin(record, last))


def would_write(record: Any, *, sobjects: Iterable[str]) -> list[tuple[str, Held]]:
    """The properties of a record that would be sent to Salesforce if the connection wrote.

    `sobjects` are the objects of the records that it is linked to.
    """
    connection = connect.current()
    if connection is None:
        return []
    return [
        (sobject, value)
        for sobject in sobjects
        for value in held.of_record(
            connection_id=connection.pk,
            sobject=sobject,
            record_id=record.pk,
            mapped=mapped_fields(connection=connection, sobject=sobject),
        )
        if value.would_write
    ]


def count_would_write(*, connection: SalesforceConnection, kind: str) -> dict[str, int]:
    """How many records would send each property; reads all records that came from Salesforce."""
    total: dict[str, int] = {}
    for sobject in SOBJECTS[RecordKind(kind)]:
        mapped = mapped_fields(connection=connection, sobject=sobject)
        for name, number in held.count_would_write(
            connection_id=connection.pk, sobject=sobject, mapped=mapped
        ).items():
            total[name] = total.get(name, 0) + number
    return total


def _held(connection: SalesforceConnection, record: Any, name: str) -> tuple[str, Held] | None:
    """What the record that counts holds: a Salesforce contact's value wins over a lead's."""
    found: tuple[str, Held] | None = None
    for sobject in sorted(SOBJECTS[RecordKind(record.KIND)]):
        mapped = [
            item for item in mapped_fields(connection=connection, sobject=sobject) if item.property == name
        ]
        for value in held.of_record(
            connection_id=connection.pk, sobject=sobject, record_id=record.pk, mapped=mapped
        ):
            if found is None or found[1].raw is None:
                found = (sobject, value)
    return found


def _salesforce(
    connection: SalesforceConnection, record: Any, sobject: str, value: Held
) -> list[tuple[Any, Any]]:
    described = describes(connection, record.KIND).get(sobject)
    fields = described.fields if described else ()
    label = next((field.label for field in fields if field.name == value.item.field), value.item.field)
    before = (
        PropertyChange.objects.of(record.KIND, record.pk)
        .filter(property=value.item.property, source__in=_FROM_SALESFORCE)
        .first()
    )
    received = date_format(timezone.localtime(value.received), "DATETIME_FORMAT")
    facts: list[tuple[Any, Any]] = [
        (_("Salesforce field"), f"{label} ({sobject}.{value.item.field})"),
        (_("In Salesforce now"), value.raw),
        (_("Last received"), received),
    ]
    if before is not None:
        facts.append((_("Before Salesforce's last change"), before.old))
    problem = Problem.objects.open().filter(
        connection=connection, salesforce_id=value.salesforce_id, field=value.item.field
    )
    return facts + [(_("Open problem"), item.raw_value or item.code) for item in problem[:1]]


def _origin(record: Any, last: PropertyChange | None) -> list[tuple[Any, Any]]:
    """Who wrote it last, or how it came with the record."""
    if last is None:
        if record.created_by_import is None:
            return [(_("Last changed by"), _("entered with the record"))]
        return [
            (
                _("Last changed by"),
                _("import %(number)s, with the record") % {"number": record.created_by_import},
            )
        ]
    when = date_format(timezone.localtime(last.at), "DATETIME_FORMAT")
    number = f" {last.source_id}" if last.source_id else ""
    return [(_("Last changed by"), f"{last.get_source_display()}{number}, {when}")]


def _fields(mapping: FieldMapping, kind: str) -> str:
    names = [
        f"{sobject}.{name}"
        for sobject in SOBJECTS[RecordKind(kind)]
        if (name := getattr(mapping, column_of(sobject)))
    ]
    return ", ".join(names)
