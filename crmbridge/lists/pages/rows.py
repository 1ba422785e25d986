"""The filters of a list as rows of a form: read from what was posted, and made ready to be shown."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import F
from django.db.models.fields.json import KeyTextTransform
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmbridge.lists.filters.catalogue import Catalogue, KnownProperty
from crmbridge.lists.filters.check import Finding, operator_of
from crmbridge.lists.filters.definition import About, Definition, Filter, is_number
from crmbridge.lists.filters.operators import Operator, Takes
from crmbridge.lists.filters.values import HOW_MANY
from crmbridge.lists.models import MODELS
from crmbridge.properties.models import RecordKind
from crmbridge.properties.types import PropertyType

_ROW = re.compile(r"^f([0-9]{1,3})-([0-9]{1,3})-about$")
LINES = (Takes.TEXTS, Takes.NUMBERS, Takes.DAYS)
TICKED = (Takes.OPTIONS, Takes.YES_NO, Takes.LISTS, Takes.CAMPAIGNS, Takes.IMPORTS)
# Values that records hold are offered for choices that list none, from so many of the newest records.
_LOOKED_AT, _OFFERED = 5_000, 40

_ABOUT: dict[str, dict[str, Any]] = {
    RecordKind.CONTACT: {
        About.CONTACT: gettext_lazy("Contact"),
        About.COMPANY: gettext_lazy("Associated company"),
        About.LIST: gettext_lazy("List membership"),
        About.CAMPAIGN: gettext_lazy("Salesforce campaign"),
        About.IMPORT: gettext_lazy("Import"),
    },
    RecordKind.COMPANY: {
        About.COMPANY: gettext_lazy("Company"),
        About.CONTACT: gettext_lazy("Any of its contacts"),
        About.LIST: gettext_lazy("List membership"),
        About.IMPORT: gettext_lazy("Import"),
    },
}


@dataclass(frozen=True)
class Option:
    """One thing to tick."""

    value: str
    label: Any
    is_chosen: bool


@dataclass(frozen=True)
class Row:
    """One filter as the form shows it."""

    item: Filter
    about: Iterable[tuple[str, Any]]
    groups: list[tuple[Any, list[KnownProperty]]]
    operators: tuple[Operator, ...]
    operator: Operator | None
    options: list[Option] = field(default_factory=list)
    lines: str = ""
    # Where it stands, and what is to be told of it.
    name: str = ""
    title: str = ""
    findings: list[Finding] = field(default_factory=list)

    @property
    def takes(self) -> str:
        """The widget that its operator needs."""
        if self.operator is None:
            return ""
        return "lines" if self.operator.takes in LINES else self.operator.takes.name.lower()

    @property
    def first(self) -> str:
        """The first value."""
        return self.item.values[0] if self.item.values else ""

    @property
    def second(self) -> str:
        """The second value."""
        return self.item.values[1] if len(self.item.values) > 1 else ""

    @property
    def may_be_blank(self) -> bool:
        """Whether the form asks if records without a value match."""
        return self.operator is not None and not self.operator.names_blank


def read(data: QueryDict, *, kind: str, catalogue: Catalogue) -> Definition:
    """The filters as they were posted, complete or not."""
    groups: dict[int, dict[int, Filter]] = {}
    for key in data:
        if found := _ROW.match(key):
            group, place = int(found[1]), int(found[2])
            groups.setdefault(group, {})[place] = _filter(data, f"f{group}-{place}", kind, catalogue)
    return Definition(
        tuple(tuple(rows[place] for place in sorted(rows)) for _n, rows in sorted(groups.items()))
    )


def _filter(data: QueryDict, name: str, kind: str, catalogue: Catalogue) -> Filter:
    about = data[f"{name}-about"]
    about = about if about in _ABOUT[kind] else next(iter(_ABOUT[kind]))
    property = data.get(f"{name}-property", "") if about in (About.CONTACT, About.COMPANY) else ""
    was_about, _space, was_property = data.get(f"{name}-was", "").partition(" ")
    if was_about and (was_about, was_property) != (about, property):
        # What was asked of another property means nothing; one that the new object lacks is not taken along.
        data = QueryDict()
        property = property if catalogue.property(about, property) else ""
    offered = catalogue.operators(about, property)
    asked = data.get(f"{name}-operator") or (offered[0].name if offered else "")
    item = Filter(about, property, asked)
    operator = operator_of(item, catalogue)
    if operator is None:
        return item
    return Filter(
        about=about,
        property=property,
        operator=operator.name,
        values=_values(data, name, operator),
        with_blank=f"{name}-blank" in data and not operator.names_blank,
    )


def _values(data: QueryDict, name: str, operator: Operator) -> tuple[str, ...]:
    """What was ticked as it is, what was typed without the space around it; both of two, if only one is there."""
    values = data.getlist(f"{name}-value")
    if HOW_MANY.get(operator.takes) == 0:
        return ()
    if HOW_MANY.get(operator.takes) == 2:
        two = [value.strip() for value in [*values, "", ""][:2]]
        return tuple(two) if any(two) else ()
    typed = data.get(f"{name}-more", "")
    if operator.takes not in TICKED:
        values, typed = [], "\n".join([*values, typed])
    found = [*values, *(line.strip() for line in typed.splitlines())]
    return tuple(dict.fromkeys(value for value in found if value))


def apply(definition: Definition, do: str, *, kind: str) -> Definition:
    """The filters after a button was pressed: add-G, group, remove-G-P; any other changes nothing."""
    groups = [list(group) for group in definition.groups]
    word, *numbers = do.split("-")
    places = [int(number) for number in numbers if is_number(number)]
    new = Filter(next(iter(_ABOUT[kind])), "", "")
    if word == "add" and places and places[0] < len(groups):
        groups[places[0]].append(new)
    elif word == "group":
        groups.append([new])
    elif (
        word == "remove"
        and len(places) == 2
        and places[0] < len(groups)
        and places[1] < len(groups[places[0]])
    ):
        del groups[places[0]][places[1]]
    left = [tuple(group) for group in groups if group]
    return Definition(tuple(left or [(new,)]))


def rows(
    definition: Definition,
    *,
    kind: str,
    catalogue: Catalogue,
    findings: Iterable[Finding],
    of: int | None = None,
) -> list[list[Row]]:
    """The filters as the form shows them; `of` is the list that they belong to, which cannot name itself."""
    told: dict[tuple[int | None, int | None], list[Finding]] = {}
    for finding in findings:
        told.setdefault((finding.group, finding.place), []).append(finding)
    return [
        [
            replace(
                _row(item, kind=kind, catalogue=catalogue, of=of),
                name=f"f{number}-{place}",
                title=_("Group %(group)s, filter %(filter)s") % {"group": number + 1, "filter": place + 1},
                findings=told.get((number, place), []),
            )
            for place, item in enumerate(group)
        ]
        for number, group in enumerate(definition.groups)
    ]


def _row(item: Filter, *, kind: str, catalogue: Catalogue, of: int | None) -> Row:
    operator = operator_of(item, catalogue)
    options = _options(item, operator, catalogue, of) if operator else []
    offered = {option.value for option in options}
    return Row(
        item=item,
        about=list(_ABOUT[kind].items()),
        groups=_grouped(item, catalogue) if item.is_about_property else [],
        operators=catalogue.operators(item.about, item.property),
        operator=operator,
        options=options,
        lines="\n".join(value for value in item.values if value not in offered),
    )


def _grouped(item: Filter, catalogue: Catalogue) -> list[tuple[Any, list[KnownProperty]]]:
    groups: dict[Any, list[KnownProperty]] = {}
    for (about, name), known in catalogue.properties.items():
        if about == item.about and (not known.is_archived or name == item.property):
            # The groups of standard properties are stored by their English names.
            groups.setdefault(_(known.group) if known.group else _("Custom properties"), []).append(known)
    return list(groups.items())


def _options(item: Filter, operator: Operator, catalogue: Catalogue, of: int | None) -> list[Option]:
    chosen = set(item.values)
    if operator.takes == Takes.OPTIONS:
        known = catalogue.property(item.about, item.property)
        found = (known.options or _held(known)) if known else ()
        return [Option(value, label, value in chosen) for value, label in found]
    if operator.takes == Takes.LISTS:
        lists = (one for one in catalogue.lists.values() if one.id != of)
        return [
            Option(str(one.id), one.name, str(one.id) in chosen)
            for one in lists
            if not one.is_archived or str(one.id) in chosen
        ]
    if operator.takes == Takes.CAMPAIGNS:
        return [Option(key, one.name, key in chosen) for key, one in catalogue.campaigns().items()]
    if operator.takes == Takes.IMPORTS:
        named = catalogue.imports() | catalogue.imports(item.numbers)
        return [Option(str(number), one.name, str(number) in chosen) for number, one in named.items()]
    if operator.takes == Takes.YES_NO:
        return [Option("yes", _("Yes"), "yes" in chosen), Option("no", _("No"), "no" in chosen)]
    return []


def _held(known: KnownProperty) -> list[tuple[str, str]]:
    """The values that the newest records hold, for a choice whose options nobody listed."""
    if known.type == PropertyType.MULTIPLE_CHOICE:
        return []
    value = F(known.column) if known.column else KeyTextTransform(known.name, "properties")
    newest = (
        MODELS[RecordKind(known.kind)]
        .objects.order_by("-pk")
        .annotate(held=value)
        .values_list("held", flat=True)
    )
    return [(one, one) for one in sorted({one for one in newest[:_LOOKED_AT] if one})[:_OFFERED]]
