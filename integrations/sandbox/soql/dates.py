"""Date literals: each is a span of days, from its first moment to the first moment after it (UTC)."""

from collections.abc import Callable
from datetime import date, timedelta

Span = tuple[date, date]
DAYS_IN_WEEK = 7


def span(word: str, *, today: date) -> Span | None:
    """The days that a date literal such as `LAST_N_DAYS:30` names; None for any other word."""
    if word in NAMED:
        return NAMED[word](today)
    name, _, number = word.partition(":")
    if number and name in NUMBERED:
        return NUMBERED[name](today, int(number))
    return None


def _days(first: int, past: int) -> Callable[[date], Span]:
    return lambda today: (today + timedelta(first), today + timedelta(past))


def _units(unit: Callable[[date, int], date], first: int, past: int) -> Callable[[date], Span]:
    return lambda today: (unit(today, first), unit(today, past))


def _week(today: date, steps: int) -> date:
    """The Sunday that begins this week, moved by whole weeks."""
    return today - timedelta(today.isoweekday() % DAYS_IN_WEEK) + timedelta(weeks=steps)


def _month(today: date, steps: int) -> date:
    years, month = divmod(today.year * 12 + today.month - 1 + steps, 12)
    return date(years, month + 1, 1)


def _quarter(today: date, steps: int) -> date:
    return _month(today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1), steps * 3)


def _year(today: date, steps: int) -> date:
    return date(today.year + steps, 1, 1)


UNITS = {"WEEK": _week, "MONTH": _month, "QUARTER": _quarter, "YEAR": _year}

NAMED: dict[str, Callable[[date], Span]] = {
    "TODAY": _days(0, 1),
    "YESTERDAY": _days(-1, 0),
    "TOMORROW": _days(1, 2),
    "LAST_90_DAYS": _days(-90, 1),
    "NEXT_90_DAYS": _days(1, 91),
}
NUMBERED: dict[str, Callable[[date, int], Span]] = {
    "LAST_N_DAYS": lambda today, n: _days(-n, 1)(today),
    "NEXT_N_DAYS": lambda today, n: _days(1, n + 1)(today),
    "N_DAYS_AGO": lambda today, n: _days(-n, 1 - n)(today),
}


def _add_unit(name: str, unit: Callable[[date, int], date]) -> None:
    NAMED[f"LAST_{name}"] = _units(unit, -1, 0)
    NAMED[f"THIS_{name}"] = _units(unit, 0, 1)
    NAMED[f"NEXT_{name}"] = _units(unit, 1, 2)
    NUMBERED[f"LAST_N_{name}S"] = lambda today, n: (unit(today, -n), unit(today, 0))
    NUMBERED[f"NEXT_N_{name}S"] = lambda today, n: (unit(today, 1), unit(today, n + 1))
    NUMBERED[f"N_{name}S_AGO"] = lambda today, n: (unit(today, -n), unit(today, 1 - n))


for _name, _unit in UNITS.items():
    _add_unit(_name, _unit)
