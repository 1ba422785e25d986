"""Field mappings: the defaults of a new connection, and the plan of one object for the pipeline."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from crmbridge.errors import Refused
from crmbridge.properties.models import Property, RecordKind
from integrations.mapping.defaults import DEFAULT_MAPPINGS, DefaultMapping
from integrations.mapping.mapped_field import MappedField
from integrations.models import FieldMapping, SalesforceConnection
from integrations.services.mapping_pauses import GONE, described, pause_reason

_FIELD_OF = {"Lead": "lead_field", "Contact": "contact_field", "Account": "account_field"}


def create_defaults(*, connection: SalesforceConnection, readable: Mapping[str, Collection[str]]) -> int:
    """Creates missing default mappings and fills empty fields of those that are here; returns how many changed.

    Only fields that the user may read are mapped, so that what is permitted later is added when this is called
    again. What is mapped already stays, and so does a mapping that is not a default.
    """
    kept = {
        (mapping.property.kind, mapping.property.name): mapping
        for mapping in FieldMapping.objects.filter(connection=connection).select_related("property")
    }
    fields = {(item.kind, item.property): _readable(item, readable) for item in DEFAULT_MAPPINGS}
    lacking = {key: found for key, found in fields.items() if _adds_to(kept.get(key), found)}
    if not lacking:
        return 0
    rows = [
        _filled(connection, target, kept.get((target.kind, target.name)), lacking[target.kind, target.name])
        for target in Property.objects.filter(is_standard=True)
        if (target.kind, target.name) in lacking
    ]
    # Two imports may do this at once; each writes only the fields of the objects that it has looked at.
    FieldMapping.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["connection", "property"],
        update_fields=[field for sobject, field in _FIELD_OF.items() if sobject in readable],
    )
    return len(rows)


def _readable(item: DefaultMapping, readable: Mapping[str, Collection[str]]) -> dict[str, str]:
    """The fields of a default mapping that the org has and the user may read."""
    fields = {name: (sobject, getattr(item, name)) for sobject, name in _FIELD_OF.items()}
    return {name: field for name, (sobject, field) in fields.items() if field in readable.get(sobject, ())}


def _adds_to(kept: FieldMapping | None, fields: Mapping[str, str]) -> bool:
    if kept is None:
        return bool(fields)
    return kept.is_default and kept.edited_at is None and any(not getattr(kept, name) for name in fields)


def _filled(
    connection: SalesforceConnection, target: Property, kept: FieldMapping | None, fields: Mapping[str, str]
) -> FieldMapping:
    names = {name: getattr(kept, name, "") or fields.get(name, "") for name in _FIELD_OF.values()}
    return FieldMapping(connection=connection, property=target, is_default=True, **names)


def complete_mapped_fields(
    *, connection: SalesforceConnection, sobject: str, readable: Collection[str]
) -> tuple[MappedField, ...]:
    """The mappings that feed from one object, its defaults completed; Refused when none could bring a value."""
    create_defaults(connection=connection, readable={sobject: readable})
    mapped = mapped_fields(connection=connection, sobject=sobject)
    if not any(item.field in readable for item in mapped):
        raise Refused(
            _("No field of the Salesforce object %(name)s is mapped that the user can read.")
            % {"name": sobject},
            _("Give the user read permission on its fields in Salesforce, then resume the import."),
        )
    return mapped


def mapped_fields(*, connection: SalesforceConnection, sobject: str) -> tuple[MappedField, ...]:
    """The mappings that feed from one object, as the pipeline takes them; without those that are paused.

    A field that cannot be read any more is left to the page: one that was asked for before still brings it.
    """
    field = _FIELD_OF[sobject]
    mappings = (
        FieldMapping.objects.filter(connection=connection, property__archived_at=None)
        .exclude(**{field: ""})
        .select_related("property")
        .order_by("property__order", "id")
    )
    known = described(connection, sobject)
    return tuple(
        _mapped(mapping, getattr(mapping, field), sobject)
        for mapping in mappings
        if pause_reason(mapping, sobject, known) in ("", GONE)
    )


def _mapped(mapping: FieldMapping, field: str, sobject: str) -> MappedField:
    target = mapping.property
    derived = target.is_standard and (target.kind, target.name) == (RecordKind.COMPANY, "domain")
    return MappedField(
        property=target.name,
        type=target.type,
        field=field,
        rule=mapping.rule,
        is_column=target.is_standard,
        prevailing_field=mapping.contact_field if sobject == "Lead" else "",
        max_length=target.max_length,
        derive="domain" if derived else "",
    )
