"""The lists that one contact or company is on."""

from typing import Any

from django.db.models import BooleanField, Case, Q, Value, When
from django.utils import timezone

from crmbridge.lists.counting import SECONDS
from crmbridge.lists.filters import catalogue
from crmbridge.lists.filters.check import CannotBeWorkedOut, refuse_broken
from crmbridge.lists.filters.compile import Compiler, Scope
from crmbridge.lists.filters.definition import load
from crmbridge.lists.models import List, ListType
from crmbridge.lists.statements import limited

# A query with a condition for each list grows; a record page shall not wait for hundreds.
_AT_ONCE = 50


def lists_of(record: Any, *, seconds: int = SECONDS) -> list[List]:
    """The lists that the record is on now, by name; those that cannot be worked out are left out.

    TakesTooLong when that many of the active ones are not asked within the time.
    """
    static = List.objects.in_use().filter(members__in=record.memberships.all(), type=ListType.STATIC)
    with limited(seconds):
        return sorted([*static, *_active(record)], key=lambda item: item.name)


def _active(record: Any) -> list[List]:
    asked = _conditions(record.KIND)
    found: list[List] = []
    for start in range(0, len(asked), _AT_ONCE):
        part = asked[start : start + _AT_ONCE]
        columns = {
            f"on_{number}": Case(
                When(condition, then=Value(True)), default=Value(False), output_field=BooleanField()
            )
            for number, (_item, condition) in enumerate(part)
        }
        row = type(record).objects.filter(pk=record.pk).annotate(**columns).values(*columns).first() or {}
        found += [item for number, (item, _condition) in enumerate(part) if row.get(f"on_{number}")]
    return found


def _conditions(kind: str) -> list[tuple[List, Q]]:
    """What each active list asks of such a record."""
    known = catalogue.read()
    compiler, scope = Compiler(known, timezone.localdate()), Scope(kind, is_one=True)
    asked: list[tuple[List, Q]] = []
    for item in List.objects.in_use().active().filter(kind=kind):
        definition = load(item.filters)
        try:
            refuse_broken(definition, kind=item.kind, catalogue=known, list_id=item.pk)
        except CannotBeWorkedOut:
            continue
        asked.append((item, compiler.condition(definition, scope)))
    return asked
