"""Field mappings: the defaults of a new connection, and the plan of one object for the pipeline."""

from collections.abc import Collection, Mapping

from crmbridge.properties.models import Property, RecordKind
from integrations.mapping.defaults import DEFAULT_MAPPINGS, DefaultMapping
from integrations.mapping.mapped_field import MappedField
from integrations.models import FieldMapping, SalesforceConnection

_FIELD_OF = {"Lead": "lead_field", "Contact": "contact_field", "Account": "account_field"}


def create_defaults(*, connection: SalesforceConnection, readable: Mapping[str, Collection[str]]) -> int:
    """Creates the default mappings that are missing, of fields that the user may read; returns how many."""
    properties = {(item.kind, item.name): item for item in Property.objects.filter(is_standard=True)}
    rows = [
        mapping
        for item in DEFAULT_MAPPINGS
        if (mapping := _default(connection, properties[item.kind, item.property], item, readable))
    ]
    return len(FieldMapping.objects.bulk_create(rows, ignore_conflicts=True))


def _default(
    connection: SalesforceConnection,
    target: Property,
    item: DefaultMapping,
    readable: Mapping[str, Collection[str]],
) -> FieldMapping | None:
    """The mapping without the fields that the org does not have; None when nothing is left."""
    fields = {
        name: getattr(item, name) if getattr(item, name) in readable.get(sobject, ()) else ""
        for sobject, name in _FIELD_OF.items()
    }
    if not any(fields.values()):
        return None
    return FieldMapping(connection=connection, property=target, is_default=True, **fields)


def mapped_fields(*, connection: SalesforceConnection, sobject: str) -> tuple[MappedField, ...]:
    """The mappings that feed from one object, as the pipeline takes them."""
    field = _FIELD_OF[sobject]
    mappings = (
        FieldMapping.objects.filter(connection=connection, property__archived_at=None)
        .exclude(**{field: ""})
        .select_related("property")
        .order_by("property__order", "id")
    )
    return tuple(_mapped(mapping, getattr(mapping, field), sobject) for mapping in mappings)


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
