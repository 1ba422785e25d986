"""Field mappings as a table that people read: labels, types and what is wrong, from the kept describes."""

from collections.abc import Iterable
from dataclasses import dataclass

from crmbridge.properties.models import Property, RecordKind
from integrations.models import FieldMapping, SalesforceConnection, SalesforceObject, SyncRule
from integrations.salesforce.describe import Field, parse_describe

# The Salesforce objects that feed each kind of record, in the order of the columns.
SOBJECTS = {RecordKind.CONTACT: ("Lead", "Contact"), RecordKind.COMPANY: ("Account",)}


@dataclass(frozen=True)
class MappedSide:
    """The field of one object: its API name, and label and type as the org describes them.

    `is_readable` is False when the connected user cannot see the field, None when nothing is known.
    """

    field: str
    label: str
    type: str
    is_readable: bool | None


@dataclass(frozen=True)
class MappingRow:
    """One property and what feeds it; a side is None where no field does."""

    target: Property
    sides: list[MappedSide | None]
    rule: SyncRule
    is_standard: bool

    @property
    def has_unreadable(self) -> bool:
        """Whether a field of it cannot be read."""
        return any(side is not None and side.is_readable is False for side in self.sides)

    def matches(self, words: str) -> bool:
        """Whether each word occurs in a label or API name, whatever its case."""
        texts = [self.target.display_label, self.target.name]
        texts += [text for side in self.sides if side for text in (side.label, side.field)]
        whole = " ".join(texts).casefold()
        return all(word in whole for word in words.casefold().split())


def rows(*, connection: SalesforceConnection, kind: RecordKind) -> list[MappingRow]:
    """The mappings of one kind of record, in the order of the properties."""
    described = _described(connection, SOBJECTS[kind])
    mappings = (
        FieldMapping.objects.filter(connection=connection, property__kind=kind, property__archived_at=None)
        .select_related("property")
        .order_by("property__order", "id")
    )
    return [
        MappingRow(
            target=mapping.property,
            sides=[_side(_field_of(mapping, sobject), described.get(sobject)) for sobject in SOBJECTS[kind]],
            rule=SyncRule(mapping.rule),
            is_standard=mapping.is_default,
        )
        for mapping in mappings
    ]


def _described(connection: SalesforceConnection, sobjects: Iterable[str]) -> dict[str, dict[str, Field]]:
    kept = SalesforceObject.objects.filter(connection=connection, name__in=sobjects)
    return {item.name: {field.name: field for field in parse_describe(item.describe).fields} for item in kept}


def _field_of(mapping: FieldMapping, sobject: str) -> str:
    return str(getattr(mapping, f"{sobject.lower()}_field"))


def _side(name: str, described: dict[str, Field] | None) -> MappedSide | None:
    if not name:
        return None
    if described is None:
        return MappedSide(field=name, label=name, type="", is_readable=None)
    field = described.get(name)
    return MappedSide(
        field=name,
        label=field.label if field else name,
        type=field.type if field else "",
        is_readable=field is not None,
    )
