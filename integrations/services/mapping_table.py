"""Field mappings as a table that people read: labels, types and what is wrong, from the kept describes."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from crmbridge.properties.models import Property, RecordKind
from integrations.models import FieldMapping, SalesforceConnection, SalesforceObject, SyncRule
from integrations.salesforce.describe import Describe, Field, parse_describe
from integrations.services.mapping_checks import ERROR, Finding, Side, of_side

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
    number: int
    group: str
    findings: list[Finding]

    @property
    def is_paused(self) -> bool:
        """Whether nothing comes through one of its fields until somebody acts."""
        return any(finding.level == ERROR for finding in self.findings)

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
    kept = _kept(connection, SOBJECTS[kind])
    described = {name: {field.name: field for field in item.fields} for name, item in kept.items()}
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
            number=mapping.pk,
            group=_group(mapping.property),
            findings=_findings(mapping, kept),
        )
        for mapping in mappings
    ]


def _kept(connection: SalesforceConnection, sobjects: Iterable[str]) -> dict[str, Describe]:
    kept = SalesforceObject.objects.filter(connection=connection, name__in=sobjects)
    return {item.name: parse_describe(item.describe) for item in kept}


def _group(target: Property) -> str:
    if target.is_standard and target.group:
        return _(target.group)
    return target.group or _("Custom properties")


def _findings(mapping: FieldMapping, kept: dict[str, Describe]) -> list[Finding]:
    """What is wrong with the fields of a mapping as they are now; what was accepted when it was made is not told."""
    found = []
    for sobject in SOBJECTS[RecordKind(mapping.property.kind)]:
        if name := _field_of(mapping, sobject):
            describe = kept.get(sobject)
            field = next((item for item in describe.fields if item.name == name), None) if describe else None
            side = Side(sobject=sobject, name=name, field=field, describe=describe)
            found += of_side(mapping.property, side, mapping.rule)
    return [item for item in found if item.level == ERROR and item.code != "unreadable"]


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
