"""What an active list asks for: groups of filters, and their form as JSON."""

import builtins
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_GROUPS, MOST_FILTERS, MOST_VALUES = 20, 100, 5_000
_LONGEST = 5_000


class About(StrEnum):
    """What a filter is about: a property of a record, or where the record belongs."""

    CONTACT = "contact"
    COMPANY = "company"
    LIST = "list"
    CAMPAIGN = "campaign"
    IMPORT = "import"


@dataclass(frozen=True)
class Filter:
    """One condition. `with_blank`: records that have no value match as well."""

    about: str
    property: str
    operator: str
    values: tuple[str, ...] = ()
    with_blank: bool = False

    @builtins.property
    def is_about_property(self) -> bool:
        """Whether it asks for the value of a property."""
        return self.about in (About.CONTACT, About.COMPANY)

    @builtins.property
    def numbers(self) -> tuple[int, ...]:
        """The values that can be the number of a list or an import."""
        return tuple(int(value) for value in self.values if is_number(value))


@dataclass(frozen=True)
class Definition:
    """Groups of filters: a record is on the list when it meets all filters of any group."""

    groups: tuple[tuple[Filter, ...], ...] = ()

    def filters(self) -> Iterator[Filter]:
        """All filters of all groups."""
        for group in self.groups:
            yield from group

    def used_lists(self) -> set[int]:
        """The numbers of the lists that filters name."""
        return {number for item in self.filters() if item.about == About.LIST for number in item.numbers}

    def used_campaigns(self) -> set[str]:
        """The Salesforce IDs of the campaigns that filters name."""
        return {value for item in self.filters() if item.about == About.CAMPAIGN for value in item.values}


def is_number(text: str) -> bool:
    """Whether the text can be the number of something that is kept here."""
    return text.isdecimal() and len(text) < 19


def dump(definition: Definition) -> dict[str, Any]:
    """The definition as JSON has it; what has its usual value is left out."""
    return {"groups": [[_dump(item) for item in group] for group in definition.groups]}


def _dump(item: Filter) -> dict[str, Any]:
    found: dict[str, Any] = {"about": item.about}
    found |= {"property": item.property} if item.is_about_property else {}
    found["operator"] = item.operator
    found |= {"values": list(item.values)} if item.values else {}
    found |= {"with_blank": True} if item.with_blank else {}
    return found


def load(data: Any) -> Definition:
    """The definition that JSON holds; ValidationError names what has the wrong shape.

    Whether properties and operators exist is not asked here: what was saved must load whatever changed meanwhile.
    """
    if data == {}:
        return Definition()
    groups = _list(_dict(data, {"groups"}, _("filters")).get("groups"), "groups")
    if len(groups) > MOST_GROUPS or sum(len(_list(group, "groups")) for group in groups) > MOST_FILTERS:
        raise ValidationError(
            _("A list has at most %(groups)s groups with %(filters)s filters in all.")
            % {"groups": MOST_GROUPS, "filters": MOST_FILTERS}
        )
    return Definition(tuple(tuple(_load(item) for item in group) for group in groups))


def _load(data: Any) -> Filter:
    found = _dict(data, {"about", "property", "operator", "values", "with_blank"}, _("a filter"))
    if found.get("about") not in list(About):
        raise ValidationError(_("“about” of a filter is one of %(names)s.") % {"names": ", ".join(About)})
    values = _list(found.get("values", []), "values")
    if len(values) > MOST_VALUES:
        raise ValidationError(_("A filter has at most %(most)s values.") % {"most": f"{MOST_VALUES:,}"})
    blank = found.get("with_blank", False)
    if not isinstance(blank, bool):
        raise ValidationError(_("“%(name)s” is true or false.") % {"name": "with_blank"})
    return Filter(
        about=found["about"],
        property=_text(found.get("property", ""), "property"),
        operator=_text(found.get("operator", ""), "operator"),
        values=tuple(_text(value, "values") for value in values),
        with_blank=blank,
    )


def _dict(data: Any, names: set[str], what: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise ValidationError(_("Write %(what)s as a JSON object.") % {"what": what})
    if unknown := sorted(set(data) - names):
        raise ValidationError(
            _("%(names)s: not known in %(what)s.") % {"names": ", ".join(map(str, unknown)), "what": what}
        )
    return data


def _list(data: Any, name: str) -> list[Any]:
    if not isinstance(data, list):
        raise ValidationError(_("“%(name)s” is a JSON array.") % {"name": name})
    return data


def _text(data: Any, name: str) -> str:
    if isinstance(data, bool) or not isinstance(data, str | int | float | Decimal):
        raise ValidationError(_("“%(name)s” holds texts or numbers.") % {"name": name})
    text = str(data)
    if len(text) > _LONGEST or not is_storable(text):
        raise ValidationError(
            _("“%(name)s” holds a text that is too long or cannot be stored.") % {"name": name}
        )
    return text


def is_storable(text: str) -> bool:
    """Whether the database can hold the text: no NUL, no half of a pair of code units."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
