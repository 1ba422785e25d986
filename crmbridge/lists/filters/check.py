"""What is wrong with filters, in sentences: errors stop a list from being worked out, warnings do not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from crmbridge.errors import Refused
from crmbridge.lists.filters import operators, values
from crmbridge.lists.filters.catalogue import Catalogue, KnownProperty
from crmbridge.lists.filters.definition import About, Definition, Filter, dump, load
from crmbridge.lists.filters.operators import Operator, Takes
from crmbridge.properties.models import RecordKind

# Active lists that filters name are written out in the query: how deep, and how many filters that may make in all.
DEEPEST, MOST_WRITTEN_OUT = 10, 500


@dataclass(frozen=True)
class Finding:
    """One thing to tell; `group` and `place` name the filter, counted from 0, or are None for the whole list."""

    text: str
    is_error: bool = True
    group: int | None = None
    place: int | None = None


class CannotBeWorkedOut(Refused):
    """The filters name something that is not there; the message says what, for people."""


def findings(
    definition: Definition, *, kind: str, catalogue: Catalogue, list_id: int | None = None
) -> list[Finding]:
    """Everything to tell about the filters of a list of such records; `list_id` is the list that they belong to."""
    found = _own(definition, kind=kind, catalogue=catalogue)
    if not any(item.is_error for item in found):
        found += _nesting(definition, catalogue=catalogue, list_id=list_id)
    return found


def refuse_broken(
    definition: Definition, *, kind: str, catalogue: Catalogue, list_id: int | None = None
) -> None:
    """Raises CannotBeWorkedOut with the first errors; a list never matches everything or nothing in silence."""
    errors = [
        item.text
        for item in findings(definition, kind=kind, catalogue=catalogue, list_id=list_id)
        if item.is_error
    ]
    if errors:
        raise CannotBeWorkedOut(" ".join(dict.fromkeys(errors[:3])))


def operator_of(item: Filter, catalogue: Catalogue) -> Operator | None:
    """The operator of a filter, if what it is about has such a one."""
    return operators.named(item.operator, catalogue.operators(item.about, item.property))


def _own(definition: Definition, *, kind: str, catalogue: Catalogue) -> list[Finding]:
    """What is to be told without looking into the lists that the filters name."""
    try:
        load(dump(definition))
    except ValidationError as error:
        return [Finding(error.messages[0])]
    found = [
        replace(finding, group=number, place=place)
        for number, group in enumerate(definition.groups)
        for place, item in enumerate(group)
        for finding in _of_filter(item, kind=kind, catalogue=catalogue)
    ]
    if not any(definition.groups):
        found.append(Finding(_("The list has no filters yet. Add at least one.")))
    elif not all(definition.groups):
        found.append(Finding(_("A group has no filters. Add one to it, or remove the group.")))
    return found


def _of_filter(item: Filter, *, kind: str, catalogue: Catalogue) -> Iterator[Finding]:
    known = catalogue.property(item.about, item.property)
    if item.is_about_property and known is None:
        yield Finding(_no_property(item))
        return
    operator = operator_of(item, catalogue)
    if operator is None:
        yield Finding(_no_operator(item, label=known.label if known else item.about))
        return
    if item.about == About.CAMPAIGN and kind != RecordKind.CONTACT:
        yield Finding(_("Only contacts are members of campaigns."))
        return
    try:
        values.typed(item, operator)
    except ValidationError as error:
        label = known.label if known else operator.label
        yield Finding(f"{label}: {error.messages[0]}")
        return
    if known is not None:
        yield from _of_property(known, operator, item)
    yield from _of_references(operator.takes, item, catalogue)


def _no_property(item: Filter) -> str:
    if not item.property:
        return _("Choose a property.")
    return _("The property “%(name)s” no longer exists.") % {"name": item.property}


def _no_operator(item: Filter, *, label: object) -> str:
    if not item.operator:
        return _("Choose what “%(label)s” shall be.") % {"label": label}
    told = _("“%(label)s” has no operator “%(operator)s”.")
    return told % {"label": label, "operator": item.operator}


def _of_property(known: KnownProperty, operator: Operator, item: Filter) -> Iterator[Finding]:
    if known.is_archived:
        told = _("The property “%(label)s” is archived: its values stay as they are.")
        yield Finding(told % {"label": known.label}, is_error=False)
    if operator.takes == Takes.OPTIONS and known.options:
        gone = [value for value in item.values if value not in dict(known.options)]
        if gone:
            told = _(
                "“%(label)s” no longer has the option %(options)s; only records that still hold it match."
            )
            options = ", ".join(f"“{value}”" for value in gone)
            yield Finding(told % {"label": known.label, "options": options}, is_error=False)


def _of_references(takes: Takes, item: Filter, catalogue: Catalogue) -> Iterator[Finding]:
    if takes == Takes.LISTS:
        for number in item.numbers:
            known = catalogue.lists.get(number)
            if known is None:
                yield Finding(_("There is no list number %(number)s.") % {"number": number})
            elif known.is_archived:
                yield Finding(_("The list “%(name)s” is archived.") % {"name": known.name}, is_error=False)
    if takes == Takes.CAMPAIGNS:
        for value in _missing(item.values, catalogue.campaigns()):
            yield Finding(_("No campaign %(id)s was imported.") % {"id": value})
    if takes == Takes.IMPORTS:
        for value in _missing(item.numbers, catalogue.imports(item.numbers)):
            yield Finding(_("There is no import number %(number)s.") % {"number": value})


def _missing(named: Iterable[object], there: Iterable[object]) -> list[object]:
    known = set(there)
    return [one for one in named if one not in known]


@dataclass(frozen=True)
class _Inside:
    """What a list brings with it when a filter names it: how deep it goes, how many filters it writes out."""

    depth: int = 1
    filters: int = 1
    error: str = ""


def _nesting(definition: Definition, *, catalogue: Catalogue, list_id: int | None) -> list[Finding]:
    """What keeps the lists that the filters name from being worked out: circles, depth, size, their own errors."""
    look = _Look(catalogue)
    path = (list_id,) if list_id else ()
    inside = look.into(definition, path=path)
    if inside.error:
        return [Finding(inside.error)]
    if inside.depth > DEEPEST:
        return [Finding(_("Lists stand more than %(deepest)s deep in one another.") % {"deepest": DEEPEST})]
    if inside.filters > MOST_WRITTEN_OUT:
        told = _("With the filters of the lists that it names, the list has more than %(most)s filters.")
        return [Finding(told % {"most": MOST_WRITTEN_OUT})]
    return []


class _Look:
    """Looks into lists that name lists, into each once however many ways lead to it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._seen: dict[int, _Inside] = {}

    def into(self, definition: Definition, *, path: tuple[int, ...]) -> _Inside:
        """What the lists bring that the filters name; the first error of them."""
        used = {number: self._list(number, path=path) for number in sorted(definition.used_lists())}
        error = next((inside.error for inside in used.values() if inside.error), "")
        weights = (
            sum(used[number].filters for number in item.numbers) if item.about == About.LIST else 1
            for item in definition.filters()
        )
        depth = max((inside.depth for inside in used.values()), default=0)
        return _Inside(depth=depth, filters=sum(weights), error=error)

    def _list(self, number: int, *, path: tuple[int, ...]) -> _Inside:
        known = self.catalogue.lists[number]
        if number in path:
            told = _(
                "The list “%(name)s” is defined by this list itself: lists must not go round in a circle."
            )
            return _Inside(error=told % {"name": known.name})
        if not known.is_active:
            return _Inside()
        if len(path) > 3 * DEEPEST:
            return _Inside(depth=len(path))  # deep enough to be refused, whatever stands below
        if number not in self._seen:
            self._seen[number] = self._active(number, path=(*path, number))
        return self._seen[number]

    def _active(self, number: int, *, path: tuple[int, ...]) -> _Inside:
        known = self.catalogue.lists[number]
        own = _own(known.definition, kind=known.kind, catalogue=self.catalogue)
        errors = [item.text for item in own if item.is_error]
        inside = _Inside(error=errors[0]) if errors else self.into(known.definition, path=path)
        if inside.error:
            told = _("The list “%(name)s” cannot be worked out: %(reason)s")
            return _Inside(error=told % {"name": known.name, "reason": inside.error})
        return replace(inside, depth=inside.depth + 1)
