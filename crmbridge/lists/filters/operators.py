"""The operators of filters: what each is called, what it takes, and which properties have it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from crmbridge.properties.types import PropertyType


class Takes(StrEnum):
    """The values that an operator is given."""

    NOTHING = "nothing"
    TEXTS = "texts"
    OPTIONS = "options"
    NUMBER = "number"
    NUMBERS = "numbers"
    TWO_NUMBERS = "two numbers"
    DAY = "day"
    DAYS = "days"
    TWO_DAYS = "two days"
    SPAN = "span"
    YES_NO = "yes or no"
    LISTS = "lists"
    CAMPAIGNS = "campaigns"
    IMPORTS = "imports"


@dataclass(frozen=True)
class Operator:
    """One operator; `names_blank` when what it asks is itself whether there is a value."""

    name: str
    label: Any
    takes: Takes
    names_blank: bool = False


KNOWN = Operator("known", _("is known"), Takes.NOTHING, names_blank=True)
UNKNOWN = Operator("unknown", _("is unknown"), Takes.NOTHING, names_blank=True)


def _ever(takes: Takes) -> tuple[Operator, Operator]:
    """Asks what a property holds or ever held; a record without any value never held one."""
    return (
        Operator("ever", _("has ever been any of"), takes, names_blank=True),
        Operator("never", _("has never been any of"), takes, names_blank=True),
    )


_TEXT = (
    Operator("is", _("is any of"), Takes.TEXTS),
    Operator("is_not", _("is none of"), Takes.TEXTS),
    Operator("contains", _("contains any of"), Takes.TEXTS),
    Operator("not_contains", _("contains none of"), Takes.TEXTS),
    Operator("starts", _("starts with any of"), Takes.TEXTS),
    Operator("ends", _("ends with any of"), Takes.TEXTS),
    KNOWN,
    UNKNOWN,
    *_ever(Takes.TEXTS),
)
_CHOICE = (
    Operator("any_of", _("is any of"), Takes.OPTIONS),
    Operator("none_of", _("is none of"), Takes.OPTIONS),
    KNOWN,
    UNKNOWN,
    *_ever(Takes.OPTIONS),
)
_MULTIPLE = (
    Operator("has_any", _("contains any of"), Takes.OPTIONS),
    Operator("has_all", _("contains all of"), Takes.OPTIONS),
    Operator("has_none", _("contains none of"), Takes.OPTIONS),
    KNOWN,
    UNKNOWN,
    *_ever(Takes.OPTIONS),
)
_NUMBER = (
    Operator("eq", _("is ="), Takes.NUMBER),
    Operator("ne", _("is ≠"), Takes.NUMBER),
    Operator("lt", _("is <"), Takes.NUMBER),
    Operator("le", _("is ≤"), Takes.NUMBER),
    Operator("gt", _("is >"), Takes.NUMBER),
    Operator("ge", _("is ≥"), Takes.NUMBER),
    Operator("within", _("is between"), Takes.TWO_NUMBERS),
    KNOWN,
    UNKNOWN,
    *_ever(Takes.NUMBERS),
)
_DAYS = (
    Operator("before", _("is before"), Takes.DAY),
    Operator("after", _("is after"), Takes.DAY),
    Operator("between", _("is between"), Takes.TWO_DAYS),
    Operator("last_days", _("is in the last … days"), Takes.SPAN),
    Operator("next_days", _("is in the next … days"), Takes.SPAN),
    Operator("days_ago", _("is more than … days ago"), Takes.SPAN),
    Operator("days_ahead", _("is more than … days ahead"), Takes.SPAN),
    KNOWN,
    UNKNOWN,
)
_YES_NO = (
    Operator("yes", _("is yes"), Takes.NOTHING),
    Operator("no", _("is no"), Takes.NOTHING),
    KNOWN,
    UNKNOWN,
    *_ever(Takes.YES_NO),
)

BY_TYPE: dict[str, tuple[Operator, ...]] = {
    PropertyType.TEXT: _TEXT,
    PropertyType.LONG_TEXT: _TEXT,
    PropertyType.NUMBER: _NUMBER,
    PropertyType.DATE: (*_DAYS, *_ever(Takes.DAYS)),
    # The history holds moments as the database writes them: which day one was on depends on who reads it.
    PropertyType.DATETIME: _DAYS,
    PropertyType.YES_NO: _YES_NO,
    PropertyType.CHOICE: _CHOICE,
    PropertyType.MULTIPLE_CHOICE: _MULTIPLE,
}
# Of filters that are about no property.
LIST = (
    Operator("member", _("is on any of"), Takes.LISTS, names_blank=True),
    Operator("not_member", _("is on none of"), Takes.LISTS, names_blank=True),
)
CAMPAIGN = (
    Operator("in_campaign", _("is a member of any of"), Takes.CAMPAIGNS, names_blank=True),
    Operator("not_in_campaign", _("is a member of none of"), Takes.CAMPAIGNS, names_blank=True),
)
IMPORT = (
    Operator("created_by", _("was created by any of"), Takes.IMPORTS, names_blank=True),
    Operator("changed_by", _("was created or changed by any of"), Takes.IMPORTS, names_blank=True),
)


def named(name: str, among: Iterable[Operator]) -> Operator | None:
    """The operator of this name, if it is among them."""
    return next((operator for operator in among if operator.name == name), None)
