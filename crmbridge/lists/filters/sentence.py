"""What the filters of a list mean, in one plain sentence in the reader's language."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from crmbridge.lists.filters import values
from crmbridge.lists.filters.catalogue import Catalogue
from crmbridge.lists.filters.check import operator_of
from crmbridge.lists.filters.definition import About, Definition, Filter
from crmbridge.lists.filters.operators import Takes
from crmbridge.properties.models import RecordKind

# More values than these make a sentence that nobody reads.
NAMED = 5

# One for each operator: %(it)s is what the filter is about, %(v)s the values, %(a)s and %(b)s the first two.
_CLAUSES: dict[str, Any] = {
    "is": gettext_lazy("%(it)s is %(v)s"),
    "any_of": gettext_lazy("%(it)s is %(v)s"),
    "is_not": gettext_lazy("%(it)s is not %(v)s"),
    "none_of": gettext_lazy("%(it)s is not %(v)s"),
    "contains": gettext_lazy("%(it)s contains %(v)s"),
    "has_any": gettext_lazy("%(it)s contains %(v)s"),
    "not_contains": gettext_lazy("%(it)s does not contain %(v)s"),
    "has_none": gettext_lazy("%(it)s does not contain %(v)s"),
    "has_all": gettext_lazy("%(it)s contains %(all)s"),
    "starts": gettext_lazy("%(it)s starts with %(v)s"),
    "ends": gettext_lazy("%(it)s ends with %(v)s"),
    "known": gettext_lazy("%(it)s is known"),
    "unknown": gettext_lazy("%(it)s is unknown"),
    "ever": gettext_lazy("%(it)s is or once was %(v)s"),
    "never": gettext_lazy("%(it)s has never been %(v)s"),
    "eq": gettext_lazy("%(it)s is exactly %(a)s"),
    "ne": gettext_lazy("%(it)s is another number than %(a)s"),
    "lt": gettext_lazy("%(it)s is less than %(a)s"),
    "le": gettext_lazy("%(it)s is at most %(a)s"),
    "gt": gettext_lazy("%(it)s is more than %(a)s"),
    "ge": gettext_lazy("%(it)s is at least %(a)s"),
    "within": gettext_lazy("%(it)s is between %(a)s and %(b)s"),
    "between": gettext_lazy("%(it)s is from %(a)s to %(b)s"),
    "before": gettext_lazy("%(it)s is before %(a)s"),
    "after": gettext_lazy("%(it)s is after %(a)s"),
    "last_days": gettext_lazy("%(it)s is in the last %(a)s days"),
    "next_days": gettext_lazy("%(it)s is in the next %(a)s days"),
    "days_ago": gettext_lazy("%(it)s is more than %(a)s days ago"),
    "days_ahead": gettext_lazy("%(it)s is more than %(a)s days ahead"),
    "yes": gettext_lazy("%(it)s is yes"),
    "no": gettext_lazy("%(it)s is no"),
    "member": gettext_lazy("%(it)s is on the list %(v)s"),
    "not_member": gettext_lazy("%(it)s is not on the list %(v)s"),
    "in_campaign": gettext_lazy("%(it)s is a member of the campaign %(v)s"),
    "not_in_campaign": gettext_lazy("%(it)s is not a member of the campaign %(v)s"),
    "created_by": gettext_lazy("%(it)s was created by %(v)s"),
    "changed_by": gettext_lazy("%(it)s was created or changed by %(v)s"),
}


def sentence(definition: Definition, *, kind: str, catalogue: Catalogue) -> str:
    """The sentence; filters that cannot be worked out appear in it as far as they can be named."""
    groups = [tuple(item for item in group if not _is_blank(item)) for group in definition.groups]
    groups = [group for group in groups if group]
    if not groups:
        return _("No filters yet.")
    told = [_(", and ").join(_clause(item, kind, catalogue) for item in group) for group in groups]
    if len(told) > 1:
        told = [
            _("(%(group)s)") % {"group": group} if len(groups[number]) > 1 else group
            for number, group in enumerate(told)
        ]
    conditions = _(", or ").join(told)
    if kind == RecordKind.COMPANY:
        return _("Companies where %(conditions)s.") % {"conditions": conditions}
    return _("Contacts where %(conditions)s.") % {"conditions": conditions}


def _is_blank(item: Filter) -> bool:
    """Whether nothing was chosen for it yet."""
    return item.is_about_property and not item.property


def _clause(item: Filter, kind: str, catalogue: Catalogue) -> str:
    operator = operator_of(item, catalogue)
    it = _subject(item, kind, catalogue)
    if operator is None:
        return f"{it} …"
    try:
        given = values.typed(item, operator)
    except ValidationError:
        return f"{it} …"
    names = _names(item, operator.takes, given, catalogue)
    told = str(_CLAUSES[operator.name]) % {
        "it": it,
        "v": _joined(names, _(" or ")),
        "all": _joined(names, pgettext("between values", " and ")),
        "a": names[0] if names else "",
        "b": names[-1] if names else "",
    }
    if item.with_blank and not operator.names_blank:
        return _("(%(clause)s or is unknown)") % {"clause": told}
    return told


def _subject(item: Filter, kind: str, catalogue: Catalogue) -> str:
    if not item.is_about_property:
        return _lists_subject(item, kind, catalogue)
    known = catalogue.property(item.about, item.property)
    label = str(known.label) if known else item.property or "…"
    if item.about == kind:
        return label
    if kind == RecordKind.CONTACT:
        return _("the company's %(label)s") % {"label": label}
    return _("any contact's %(label)s") % {"label": label}


def _lists_subject(item: Filter, kind: str, catalogue: Catalogue) -> str:
    numbers = item.numbers if item.about == About.LIST else ()
    kinds = {catalogue.lists[number].kind for number in numbers if number in catalogue.lists} or {kind}
    own = _("the contact") if kind == RecordKind.CONTACT else _("the company")
    if kinds == {kind}:
        return own
    other = _("its company") if kind == RecordKind.CONTACT else _("any of its contacts")
    return other if kind not in kinds else _("%(one)s or %(other)s") % {"one": own, "other": other}


def _names(item: Filter, takes: Takes, given: list[Any], catalogue: Catalogue) -> list[str]:
    if takes == Takes.OPTIONS:
        known = catalogue.property(item.about, item.property)
        labels = dict(known.options) if known else {}
        return [_quoted(labels.get(value, value)) for value in given]
    if takes == Takes.LISTS:
        lists = catalogue.lists
        return [_quoted(lists[one].name if one in lists else str(one)) for one in given]
    if takes == Takes.CAMPAIGNS:
        campaigns = catalogue.campaigns()
        return [_quoted(campaigns[one].name if one in campaigns else one) for one in given]
    if takes == Takes.IMPORTS:
        imports = catalogue.imports(given)
        return [imports[one].name if one in imports else str(one) for one in given]
    if takes in (Takes.DAY, Takes.DAYS, Takes.TWO_DAYS):
        return [date_format(one, "DATE_FORMAT") for one in given]
    if takes in (Takes.NUMBER, Takes.NUMBERS, Takes.TWO_NUMBERS):
        return [number_format(one, force_grouping=True) for one in given]
    if takes == Takes.YES_NO:
        return [pgettext("in a sentence", "yes") if one else pgettext("in a sentence", "no") for one in given]
    return [str(one) if takes == Takes.SPAN else _quoted(str(one)) for one in given]


def _quoted(name: str) -> str:
    return _("“%(name)s”") % {"name": name}


def _joined(names: Sequence[str], word: str) -> str:
    if len(names) <= NAMED:
        return word.join(names)
    rest = len(names) - NAMED
    more = ngettext("%(count)s more", "%(count)s more", rest) % {"count": rest}
    return word.join([*names[:NAMED], more])
