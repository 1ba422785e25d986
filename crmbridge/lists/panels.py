"""The lists that a contact or a company is on, on its page."""

from typing import Any

from django.db.models import BooleanField, Case, Q, Value, When
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crmbridge.lists import catalogue
from crmbridge.lists.check import CannotBeWorkedOut, refuse_broken
from crmbridge.lists.compile import Compiler, Scope
from crmbridge.lists.definition import load
from crmbridge.lists.models import List, ListType
from crmbridge.panels import Panel, register
from crmbridge.properties.models import RecordKind

# A query with a condition for each list grows; a record page shall not wait for hundreds.
_AT_ONCE = 50


def lists_of(record: Any) -> list[List]:
    """The lists that the record is on now; those that cannot be worked out are left out."""
    static = List.objects.in_use().filter(members__in=record.memberships.all(), type=ListType.STATIC)
    return sorted([*static, *_active(record)], key=lambda item: item.name)


def _active(record: Any) -> list[List]:
    known = catalogue.read()
    compiler = Compiler(known, timezone.localdate())
    asked: list[tuple[List, Q]] = []
    for item in List.objects.in_use().filter(type=ListType.ACTIVE, kind=record.KIND):
        definition = load(item.filters)
        try:
            refuse_broken(definition, kind=item.kind, catalogue=known, list_id=item.pk)
        except CannotBeWorkedOut:
            continue
        asked.append((item, compiler.condition(definition, Scope(record.KIND))))
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


def _shown(request: HttpRequest, record: Any) -> dict[str, Any] | None:
    """The panel asks for its lists when the page is there, so that nobody waits for them."""
    return {"kind": record.KIND} if request.user.has_perm("lists.view_list") else None


for kind in RecordKind:
    register(kind, Panel("lists", _("Lists"), "lists/panel.html", _shown, order=80))
