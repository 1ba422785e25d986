"""The values of a filter, as Python has them; a ValidationError says in a sentence what does not fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from crmbridge.lists.filters.definition import Filter, is_number
from crmbridge.lists.filters.operators import Operator, Takes
from crmbridge.properties.fields import validate_digits

# Operators that take another number of values than "one or more".
HOW_MANY = {
    Takes.NOTHING: 0,
    Takes.NUMBER: 1,
    Takes.DAY: 1,
    Takes.SPAN: 1,
    Takes.TWO_NUMBERS: 2,
    Takes.TWO_DAYS: 2,
}
LONGEST_SPAN = 36_500
# The day after the last one can still be reckoned.
_LAST_YEAR = 8_999


@dataclass(frozen=True)
class Span:
    """Days from `first` to `last`, both included; None is open."""

    first: date | None
    last: date | None


def typed(item: Filter, operator: Operator) -> list[Any]:
    """The values: texts, Decimals, days, whole numbers or yes and no, as the operator takes them; each once."""
    takes, count = operator.takes, len(item.values)
    if takes in HOW_MANY and (count != HOW_MANY[takes] or "" in item.values):
        raise ValidationError(_missing(takes, item.values))
    if takes not in HOW_MANY and not count:
        raise ValidationError(_("Give at least one value."))
    values = [_PARSERS[takes](value) for value in item.values]
    if HOW_MANY.get(takes) == 2 and values[0] > values[1]:
        raise ValidationError(_("The first value is greater than the second."))
    return values if takes in HOW_MANY else list(dict.fromkeys(values))


def days(operator: str, values: list[Any], *, today: date) -> Span:
    """The days that an operator of dates means, seen from today (docs/lists.md, Dates)."""
    one = timedelta(days=1)
    if operator == "before":
        return Span(None, values[0] - one)
    if operator == "after":
        return Span(values[0] + one, None)
    if operator == "between":
        return Span(values[0], values[1])
    span = timedelta(days=values[0])
    if operator == "last_days":
        return Span(today - span, today)
    if operator == "next_days":
        return Span(today, today + span)
    if operator == "days_ago":
        return Span(None, today - span - one)
    return Span(today + span + one, None)


def _missing(takes: Takes, values: Sequence[str]) -> str:
    if takes == Takes.NOTHING:
        return _("This operator takes no value.")
    if HOW_MANY[takes] == 2:
        return _("Give both values.")
    return _("Give one value.") if any(values) else _("Give a value.")


def _option(value: str) -> str:
    if not value.strip():
        raise ValidationError(_("A value is empty. Choose “is unknown” for records without a value."))
    return value


def _text(value: str) -> str:
    if len(value.splitlines()) > 1:
        # The builder has one value a line: two would be saved where one was shown.
        raise ValidationError(_("A value stands on one line. Ask for a part of the text by “contains”."))
    return _option(value)


def _number(value: str) -> Decimal:
    try:
        number = Decimal(value.strip())
    except InvalidOperation:
        raise ValidationError(
            _("“%(value)s” is no number. Write it like 1234.5.") % {"value": value}
        ) from None
    validate_digits(number)
    return number


def _day(value: str) -> date:
    try:
        day = parse_date(value.strip())
    except ValueError:
        day = None
    if day is None or not 1 < day.year <= _LAST_YEAR:
        raise ValidationError(_("“%(value)s” is no day. Write it like 2026-01-31.") % {"value": value})
    return day


def _span(value: str) -> int:
    text = value.strip()
    if not (text.isdecimal() and len(text) < 10 and int(text) <= LONGEST_SPAN):
        raise ValidationError(
            _("Give a whole number of days, from 0 to %(most)s.") % {"most": f"{LONGEST_SPAN:,}"}
        )
    return int(text)


def _yes_no(value: str) -> bool:
    if value not in ("yes", "no"):
        raise ValidationError(_("Choose yes or no."))
    return value == "yes"


def _whole(value: str) -> int:
    if not is_number(value):
        raise ValidationError(_("“%(value)s” is no whole number.") % {"value": value})
    return int(value)


_PARSERS: dict[Takes, Any] = {
    Takes.NOTHING: str,
    Takes.TEXTS: _text,
    Takes.OPTIONS: _option,
    Takes.CAMPAIGNS: _option,
    Takes.NUMBER: _number,
    Takes.NUMBERS: _number,
    Takes.TWO_NUMBERS: _number,
    Takes.DAY: _day,
    Takes.DAYS: _day,
    Takes.TWO_DAYS: _day,
    Takes.SPAN: _span,
    Takes.YES_NO: _yes_no,
    Takes.LISTS: _whole,
    Takes.IMPORTS: _whole,
}
