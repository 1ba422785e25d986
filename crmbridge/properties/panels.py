"""Sections of a record page that need nothing but properties: custom ones and the history."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmbridge.panels import Panel, register
from crmbridge.properties.models import ChangeSource, Property, PropertyChange, RecordKind

CHANGES_SHOWN = 100
# Changes of one form or one page of an import are written within moments of each other.
ONE_EVENT = timedelta(seconds=1)


_RUNS = (ChangeSource.IMPORT, ChangeSource.FILE, ChangeSource.BACKFILL, ChangeSource.UNDO)

# For each property that is a link, the records it may lead to: their names by their numbers.
Links = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Change:
    """One property, before and after, in the reader's words."""

    number: int
    label: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class Event:
    """What one person or process changed at one moment."""

    at: datetime
    source: str
    by: str
    import_id: int | None
    changes: list[Change]


def values_by_group(record: Any) -> dict[str, list[tuple[Property, Any]]]:
    """All properties of a record with their values, by group, blank ones too."""
    groups: dict[str, list[tuple[Property, Any]]] = {}
    labels = {item.name: item.group for item in record.STANDARD_PROPERTIES}
    for item in Property.objects.active(record.KIND):
        group = str(labels.get(item.name) or item.group or _("Custom properties"))
        value = getattr(record, item.name) if item.is_standard else record.properties.get(item.name)
        groups.setdefault(group, []).append((item, value))
    return groups


def events(
    changes: Iterable[PropertyChange], *, labels: dict[str, str], links: Links | None = None
) -> Iterator[Event]:
    """The changes of one record, newest first, gathered by who made them at one moment."""
    names, links = _names(changes), links or {}
    event: Event | None = None
    last: PropertyChange | None = None
    for change in changes:
        if event is None or last is None or not _belong_together(last, change):
            event = _event(change, names)
            yield event
        label, linked = labels.get(change.property, change.property), links.get(change.property, {})
        old, new = (linked.get(value or "", value) for value in (change.old, change.new))
        event.changes.append(Change(number=change.pk, label=label, old=old, new=new))
        last = change


def _belong_together(one: PropertyChange, other: PropertyChange) -> bool:
    same = (one.source, one.source_id, one.actor_id) == (other.source, other.source_id, other.actor_id)
    return same and one.at - other.at < ONE_EVENT


def _event(change: PropertyChange, names: dict[int, str]) -> Event:
    return Event(
        at=change.at,
        source=change.get_source_display(),
        by=names.get(change.actor_id or 0, ""),
        import_id=change.source_id if change.source in _RUNS else None,
        changes=[],
    )


def _names(changes: Iterable[PropertyChange]) -> dict[int, str]:
    """The people behind the changes, by their number."""
    people = get_user_model()._default_manager.in_bulk(
        {change.actor_id for change in changes if change.actor_id}
    )
    return {number: person.get_full_name() or person.get_username() for number, person in people.items()}


def linked_names(record: Any, changes: Iterable[PropertyChange]) -> Links:
    """The names of the records that links led to; a record that is gone keeps its number."""
    found: Links = {}
    for field in record._meta.concrete_fields:
        values = [
            value for item in changes if item.property == field.attname for value in (item.old, item.new)
        ]
        if field.is_relation and values:
            records = field.related_model._default_manager.in_bulk([int(value) for value in values if value])
            found[field.attname] = {str(number): str(linked) for number, linked in records.items()}
    return found


def labels_of(kind: str) -> dict[str, str]:
    """What people read for the names in the history, links to other records too."""
    labels = {item.name: item.display_label for item in Property.objects.filter(kind=kind)}
    return labels | {"company_id": _("Company"), "parent_id": _("Parent company")}


def _activity(request: HttpRequest, record: Any) -> dict[str, Any]:
    """The changes that the filters leave, from the newest or from where the person has read to."""
    name, source = request.GET.get("property", ""), request.GET.get("source", "")
    person, before = request.GET.get("person", ""), request.GET.get("before", "")
    history = PropertyChange.objects.of(record.KIND, record.pk)
    people = _names(PropertyChange.objects.filter(pk__in=_actors(history)))
    if name:
        history = history.filter(property=name)
    if source in ChangeSource.values:
        history = history.filter(source=source)
    if person.isdigit():
        history = history.filter(actor_id=int(person))
    if before.isdigit():
        history = history.filter(pk__lt=int(before))
    changes, labels = list(history[: CHANGES_SHOWN + 1]), labels_of(record.KIND)
    shown = changes[:CHANGES_SHOWN]
    query = QueryDict(mutable=True)
    query.update({"property": name, "source": source, "person": person})
    if shown:
        query["before"] = str(shown[-1].pk)
    return {
        "events": list(events(shown, labels=labels, links=linked_names(record, shown))),
        "older": query.urlencode() if len(changes) > CHANGES_SHOWN else "",
        "labels": sorted(labels.items(), key=lambda item: item[1]),
        "sources": ChangeSource.choices,
        "people": sorted(people.items(), key=lambda item: item[1]),
        "chosen": {"property": name, "source": source, "person": person},
        "is_filtered": any((name, source, person, before)),
    }


def _actors(history: Any) -> list[int]:
    """One change of each person in the history of a record."""
    found = history.filter(actor_id__isnull=False).order_by("actor_id", "pk").distinct("actor_id")
    return list(found.values_list("pk", flat=True))


def _custom(request: HttpRequest, record: Any) -> dict[str, Any] | None:
    if request.user.has_perm(f"{record._meta.app_label}.change_{record._meta.model_name}"):
        return None  # fields of the form
    custom = Property.objects.active(record.KIND).filter(is_standard=False)
    values = [(item, record.properties.get(item.name)) for item in custom]
    return {"values": values} if values else None


for kind in RecordKind:
    register(
        kind,
        Panel("custom", gettext_lazy("Custom properties"), "crm/custom_properties.html", _custom, order=10),
    )
    register(kind, Panel("activity", gettext_lazy("Activity"), "crm/activity.html", _activity, order=90))
