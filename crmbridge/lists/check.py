"""What is wrong with filters, in sentences: errors stop a list from being worked out, warnings do not."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from crmbridge.errors import Refused
from crmbridge.lists import operators, values
from crmbridge.lists.catalogue import Catalogue, KnownList, KnownProperty
from crmbridge.lists.definition import About, Definition, Filter
from crmbridge.lists.operators import Operator, Takes
from crmbridge.properties.models import RecordKind

DEEPEST = 10


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
        path = (list_id,) if list_id else ()
        found += [Finding(text) for text in _nesting(definition, catalogue=catalogue, path=path)]
    return found


def _own(definition: Definition, *, kind: str, catalogue: Catalogue) -> list[Finding]:
    """What is to be told without looking into the lists that the filters name."""
    found = [
        Finding(text=text, is_error=is_error, group=number, place=place)
        for number, group in enumerate(definition.groups)
        for place, item in enumerate(group)
        for text, is_error in _about(item, kind=kind, catalogue=catalogue)
    ]
    if not any(definition.groups):
        found.append(Finding(_("The list has no filters yet. Add at least one.")))
    elif not all(definition.groups):
        found.append(Finding(_("A group has no filters. Add one to it, or remove the group.")))
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


def _about(item: Filter, *, kind: str, catalogue: Catalogue) -> Iterator[tuple[str, bool]]:
    known = catalogue.property(item.about, item.property)
    if item.is_about_property and known is None:
        if not item.property:
            yield _("Choose a property."), True
        else:
            yield _("The property “%(name)s” no longer exists.") % {"name": item.property}, True
        return
    operator = operator_of(item, catalogue)
    if operator is None:
        label = known.label if known else item.about
        text = (
            _("Choose what “%(label)s” shall be.")
            if not item.operator
            else _("“%(label)s” has no operator “%(operator)s”.")
        )
        yield text % {"label": label, "operator": item.operator}, True
        return
    if item.about == About.CAMPAIGN and kind != RecordKind.CONTACT:
        yield _("Only contacts are members of campaigns."), True
        return
    try:
        given = values.typed(item, operator)
    except ValidationError as error:
        label = known.label if known else operator.label
        yield f"{label}: {error.messages[0]}", True
        return
    if known is not None:
        yield from _of_property(known, operator, item)
    yield from _of_references(operator.takes, item, given, catalogue)


def _of_property(known: KnownProperty, operator: Operator, item: Filter) -> Iterator[tuple[str, bool]]:
    if known.is_archived:
        yield (
            _("The property “%(label)s” is archived: its values stay as they are.") % {"label": known.label},
            False,
        )
    if operator.takes == Takes.OPTIONS and known.options:
        gone = [value for value in item.values if value not in dict(known.options)]
        if gone:
            told = _(
                "“%(label)s” no longer has the option %(options)s; only records that still hold it match."
            )
            yield told % {"label": known.label, "options": ", ".join(f"“{value}”" for value in gone)}, False


def _of_references(
    takes: Takes, item: Filter, given: list[object], catalogue: Catalogue
) -> Iterator[tuple[str, bool]]:
    if takes == Takes.LISTS:
        for number in given:
            known = catalogue.lists.get(int(str(number)))
            if known is None:
                yield _("There is no list number %(number)s.") % {"number": number}, True
            elif known.is_archived:
                yield _("The list “%(name)s” is archived.") % {"name": known.name}, False
    if takes == Takes.CAMPAIGNS:
        campaigns = catalogue.campaigns()
        for value in item.values:
            if value not in campaigns:
                yield _("No campaign %(id)s was imported.") % {"id": value}, True


def _nesting(definition: Definition, *, catalogue: Catalogue, path: tuple[int, ...]) -> Iterator[str]:
    """What keeps the lists that the filters name from being worked out: circles, depth, their own errors."""
    for number in sorted(definition.used_lists()):
        known = catalogue.lists[number]
        if number in path:
            yield _(
                "The list “%(name)s” is defined by this list itself: lists must not go round in a circle."
            ) % {"name": known.name}
        elif len(path) >= DEEPEST:
            yield _("Lists stand more than %(deepest)s deep in one another.") % {"deepest": DEEPEST}
        elif known.is_active:
            for reason in _below(known, catalogue=catalogue, path=(*path, number)):
                told = _("The list “%(name)s” cannot be worked out: %(reason)s")
                yield told % {"name": known.name, "reason": reason}


def _below(known: KnownList, *, catalogue: Catalogue, path: tuple[int, ...]) -> list[str]:
    """The first error of a list that another one names."""
    found = _own(known.definition, kind=known.kind, catalogue=catalogue)
    errors = [item.text for item in found if item.is_error]
    return errors[:1] or list(_nesting(known.definition, catalogue=catalogue, path=path))[:1]
