"""The org's objects and fields as plain values."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

CHOICE_TYPES = frozenset(("picklist", "multipicklist", "combobox"))
TEXT_TYPES = frozenset(("string", "textarea", "email", "phone", "url", "encryptedstring")) | CHOICE_TYPES
ID_TYPES = frozenset(("id", "reference"))
FLOAT_TYPES = frozenset(("double", "currency", "percent"))
LONG_TEXT = 255


@dataclass(frozen=True, slots=True)
class Field:
    """One field; `flags` holds letters, see `FLAGS` in `read.py`."""

    name: str
    label: str
    type: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    flags: frozenset[str] = frozenset()
    compound: str = ""
    references: tuple[str, ...] = ()
    relationship: str = ""
    values: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    default: str = ""
    hint: str = ""

    @property
    def custom(self) -> bool:
        """Whether the org's administrators made the field."""
        return self.name.endswith("__c")

    @property
    def comparable(self) -> bool:
        """Whether the field holds one short value: no long text, no compound."""
        return self.type != "address" and not (self.type == "textarea" and self.length > LONG_TEXT)

    @property
    def filterable(self) -> bool:
        """Whether SOQL takes the field in WHERE."""
        return (self.comparable or self.type == "address") and "no_filter" not in self.flags

    @property
    def sortable(self) -> bool:
        """Whether SOQL takes the field in ORDER BY."""
        return self.comparable and self.filterable and self.type != "multipicklist"

    @property
    def groupable(self) -> bool:
        """Whether SOQL takes the field in GROUP BY."""
        return self.comparable and self.type not in FLOAT_TYPES | {"datetime", "multipicklist"}


@dataclass(frozen=True, slots=True)
class SObject:
    """One object: its names, its key prefix and its fields in the order of describe."""

    name: str
    label: str
    plural: str
    prefix: str
    fields: dict[str, Field] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, *, name: str, label: str, plural: str, prefix: str, fields: list[Field]) -> "SObject":
        """Builds the object with its index of names, which SOQL takes in any case."""
        names = {field.name.lower(): field.name for field in fields}
        return cls(name, label, plural, prefix, {field.name: field for field in fields}, names)

    def find(self, name: str) -> Field | None:
        """The field of that name in any case."""
        return self.fields.get(self.names.get(name.lower(), ""))

    def parts(self, compound: str) -> list[Field]:
        """The fields that make up a compound field."""
        return [f for f in self.fields.values() if f.compound == compound and f.name != compound]

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields.values())


class Schema:
    """All objects, and which fields the connected user cannot see."""

    def __init__(self, objects: Iterable[SObject]) -> None:
        self.objects = {sobject.name: sobject for sobject in objects}
        self._all = dict(self.objects)
        self._hidden: dict[str, set[str]] = {}

    def find(self, name: str) -> SObject | None:
        """The object of that name in any case, without hidden fields."""
        lowered = name.lower()
        return next((sobject for key, sobject in self.objects.items() if key.lower() == lowered), None)

    def by_id(self, record_id: str) -> SObject | None:
        """The object whose records' ids begin like this one."""
        return next((s for s in self.objects.values() if s.prefix == record_id[:3]), None)

    def parent(self, field: Field) -> SObject | None:
        """The object that a reference points to; of several the last that the org has."""
        known = [self.objects[name] for name in field.references if name in self.objects]
        return known[-1] if known else None

    def hide(self, sobject: str, field: str) -> None:
        """Takes a field away from the connected user, as field-level security does."""
        self._hidden.setdefault(sobject, set()).add(field)
        self._rebuild(sobject)

    def show(self, sobject: str, field: str) -> None:
        """Gives a hidden field back."""
        self._hidden.get(sobject, set()).discard(field)
        self._rebuild(sobject)

    def _rebuild(self, name: str) -> None:
        full, hidden = self._all[name], self._hidden.get(name, set())
        self.objects[name] = SObject.of(
            name=full.name,
            label=full.label,
            plural=full.plural,
            prefix=full.prefix,
            fields=[f for f in full if f.name not in hidden],
        )
