"""What a list shall hold, worked out in plain Python, record by record: what the compiler is compared with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from crmbridge.lists.filters.definition import Definition, Filter

Values = dict[str, Any]


@dataclass
class Person:
    """A record: what it holds and once held, where it belongs."""

    id: int
    values: Values
    once: dict[str, list[Any]] = field(default_factory=dict)
    company: "Person | None" = None
    contacts: list["Person"] = field(default_factory=list)
    static: set[int] = field(default_factory=set)
    campaigns: set[str] = field(default_factory=set)
    created_by: int | None = None
    written_by: set[int] = field(default_factory=set)


@dataclass
class World:
    """Everything that filters ask for: types of properties, lists, the day that it is."""

    types: dict[tuple[str, str], str]
    lists: dict[int, tuple[str, Definition | None]]
    today: date


def matches(definition: Definition, kind: str, record: Person, world: World) -> bool:
    """Whether the record meets all filters of any group."""
    return any(all(_meets(item, kind, record, world) for item in group) for group in definition.groups)


def _meets(item: Filter, kind: str, record: Person, world: World) -> bool:
    if item.about == "list":
        on = any(_is_on(int(number), kind, record, world) for number in item.values)
        return on if item.operator == "member" else not on
    if item.about == "campaign":
        on = bool(record.campaigns & set(item.values))
        return on if item.operator == "in_campaign" else not on
    if item.about == "import":
        numbers = {int(value) for value in item.values}
        created = record.created_by in numbers
        return created or (item.operator == "changed_by" and bool(record.written_by & numbers))
    type = world.types[item.about, item.property]
    if item.about == kind:
        return _holds(item, type, record, world)
    if kind == "contact":
        return _holds(item, type, record.company, world)
    return any(_holds(item, type, contact, world) for contact in record.contacts)


def _is_on(number: int, kind: str, record: Person, world: World) -> bool:
    of, definition = world.lists[number]
    if of != kind:
        others = record.contacts if kind == "company" else [record.company] if record.company else []
        # A filter of an active list of companies asks a contact without a company like one whose company is blank.
        if kind == "contact" and not record.company and definition is not None:
            others = [Person(id=0, values={})]
        return any(_is_on(number, of, other, world) for other in others)
    return number in record.static if definition is None else matches(definition, kind, record, world)


def _holds(item: Filter, type: str, record: Person | None, world: World) -> bool:
    value = record.values.get(item.property) if record else None
    if item.operator in ("known", "unknown"):
        return (value is None) == (item.operator == "unknown")
    if item.operator in ("ever", "never"):
        ever = [*(record.once.get(item.property, []) if record else []), value]
        return any(one is not None and _is_any(type, one, item.values) for one in ever) == (
            item.operator == "ever"
        )
    if value is None:
        return item.with_blank
    return _asks(item.operator, type, value, item.values, world.today)


def _is_any(type: str, value: Any, given: tuple[str, ...]) -> bool:
    if type in ("text", "long_text"):
        return value.lower() in [one.lower() for one in given]
    if type == "number":
        return value in [Decimal(one) for one in given]
    if type == "date":
        return value.isoformat() in given
    if type == "yes_no":
        return ("yes" if value else "no") in given
    if type == "multiple_choice":
        return bool(set(value) & set(given))
    return value in given


def _asks(operator: str, type: str, value: Any, given: tuple[str, ...], today: date) -> bool:
    if operator in ("is", "any_of", "has_any"):
        return _is_any(type, value, given)
    if operator in ("is_not", "none_of", "has_none"):
        return not _is_any(type, value, given)
    if operator in ("yes", "no"):
        return bool(value == (operator == "yes"))
    if operator == "has_all":
        return set(given) <= set(value)
    if type in ("text", "long_text"):
        return _asks_text(operator, value.lower(), [one.lower() for one in given])
    if type == "number":
        return _NUMBERS[operator](value, [Decimal(one) for one in given])
    day = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return _asks_day(operator, day, given, today)


def _asks_text(operator: str, value: str, given: list[str]) -> bool:
    asked: dict[str, Callable[[str], bool]] = {
        "contains": lambda one: one in value,
        "not_contains": lambda one: one in value,
        "starts": value.startswith,
        "ends": value.endswith,
    }
    return any(asked[operator](one) for one in given) != (operator == "not_contains")


def _asks_day(operator: str, day: date, given: tuple[str, ...], today: date) -> bool:
    if operator in ("before", "after", "between"):
        days = [date.fromisoformat(one) for one in given]
        return {"before": day < days[0], "after": day > days[0], "between": days[0] <= day <= days[-1]}[
            operator
        ]
    span = timedelta(days=int(given[0]))
    return {
        "last_days": today - span <= day <= today,
        "next_days": today <= day <= today + span,
        "days_ago": day < today - span,
        "days_ahead": day > today + span,
    }[operator]


_NUMBERS: dict[str, Callable[[Decimal, list[Decimal]], bool]] = {
    "eq": lambda value, given: value == given[0],
    "ne": lambda value, given: value != given[0],
    "lt": lambda value, given: value < given[0],
    "le": lambda value, given: value <= given[0],
    "gt": lambda value, given: value > given[0],
    "ge": lambda value, given: value >= given[0],
    "within": lambda value, given: given[0] <= value <= given[-1],
}
