"""What filters can name: properties of both kinds of record, other lists, campaigns, imports."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from crmbridge.lists.filters import operators
from crmbridge.lists.filters.definition import About, Definition, load
from crmbridge.lists.filters.operators import Operator
from crmbridge.lists.models import CAMPAIGN_SOURCE, List, ListType
from crmbridge.properties.models import Property, RecordKind
from crmbridge.properties.types import PropertyType

# Moments that every record has; no property can have a name with a point.
_MOMENTS = {"record.created_at": _("Created"), "record.updated_at": _("Last changed")}


@dataclass(frozen=True)
class KnownProperty:
    """A property as filters see it."""

    kind: str
    name: str
    label: Any
    type: str
    group: Any = ""
    # The column that holds it; "" for a key of the bag.
    column: str = ""
    # What is stored, and what people read.
    options: tuple[tuple[str, str], ...] = ()
    is_archived: bool = False

    @property
    def operators(self) -> tuple[Operator, ...]:
        """The operators that its type has; a moment that records have of themselves is always known."""
        found = operators.BY_TYPE[self.type]
        return tuple(item for item in found if not item.names_blank) if self.name in _MOMENTS else found


@dataclass(frozen=True)
class KnownList:
    """A list as filters of other lists see it."""

    id: int
    name: str
    kind: str
    is_active: bool
    filters: Any = field(default_factory=dict)
    source: str = ""
    is_archived: bool = False

    @cached_property
    def definition(self) -> Definition:
        """What an active list asks for; read only of those that something names."""
        return load(self.filters) if self.is_active else Definition()


@dataclass(frozen=True)
class KnownImport:
    """An import as filters see it; it wrote between two moments, if they are known."""

    name: str
    since: datetime | None = None
    until: datetime | None = None


# Gets the numbers of imports, or None for those that may be chosen; returns those that there are.
FindImports = Callable[[Iterable[int] | None], dict[int, KnownImport]]


@dataclass(frozen=True)
class Catalogue:
    """Everything that filters can name: read once, but for imports, of which there may be very many."""

    properties: dict[tuple[str, str], KnownProperty] = field(default_factory=dict)
    lists: dict[int, KnownList] = field(default_factory=dict)
    find_imports: FindImports = lambda numbers: {}
    _looked_up: dict[int, KnownImport | None] = field(default_factory=dict)

    def imports(self, numbers: Iterable[int] | None = None) -> dict[int, KnownImport]:
        """These imports without those that there are not, or the last ones."""
        if numbers is None:
            return self.find_imports(None)
        wanted = set(numbers)
        if missing := wanted - self._looked_up.keys():
            self._looked_up.update(dict.fromkeys(missing))
            self._looked_up.update(self.find_imports(missing))
        return {number: found for number in wanted if (found := self._looked_up[number])}

    def property(self, about: str, name: str) -> KnownProperty | None:
        """The property of this name."""
        return self.properties.get((about, name))

    def operators(self, about: str, property: str) -> tuple[Operator, ...]:
        """The operators that such a filter can have; none when the property is not there."""
        others = {
            About.LIST: operators.LIST,
            About.CAMPAIGN: operators.CAMPAIGN,
            About.IMPORT: operators.IMPORT,
        }
        if about in others:
            return others[About(about)]
        item = self.property(about, property)
        return item.operators if item else ()

    def campaigns(self) -> dict[str, KnownList]:
        """The lists that campaigns fill, by the campaign's Salesforce ID."""
        found = (item for item in self.lists.values() if item.source.startswith(CAMPAIGN_SOURCE))
        return {item.source.removeprefix(CAMPAIGN_SOURCE): item for item in found}


def read() -> Catalogue:
    """What filters can name now, by two queries; a third when imports are asked for."""
    known = [_property(item) for item in Property.objects.order_by("order", "id")]
    known += [_moment(kind, name) for kind in RecordKind for name in _MOMENTS]
    lists = List.objects.order_by("name", "id").only(
        "name", "kind", "type", "filters", "source", "archived_at"
    )
    return Catalogue(
        properties={(item.kind, item.name): item for item in known},
        lists={item.pk: _list(item) for item in lists},
        find_imports=_find_imports[0] if _find_imports else lambda numbers: {},
    )


def _property(item: Property) -> KnownProperty:
    options = tuple((str(one["value"]), str(one.get("label") or one["value"])) for one in item.options)
    return KnownProperty(
        kind=item.kind,
        name=item.name,
        label=item.display_label,
        type=item.type,
        group=item.group,
        column=item.name if item.is_standard else "",
        options=options,
        is_archived=item.archived_at is not None,
    )


def _moment(kind: str, name: str) -> KnownProperty:
    column = name.removeprefix("record.")
    label, group = _MOMENTS[name], _("Record")
    return KnownProperty(kind, name, label, PropertyType.DATETIME, group=group, column=column)


def _list(item: List) -> KnownList:
    return KnownList(
        id=item.pk,
        name=item.name,
        kind=item.kind,
        is_active=item.type == ListType.ACTIVE,
        filters=item.filters,
        source=item.source,
        is_archived=item.archived_at is not None,
    )


_find_imports: list[FindImports] = []


def register_imports(find: FindImports) -> None:
    """Tells lists about imports, which they do not know."""
    _find_imports[:] = [find]
