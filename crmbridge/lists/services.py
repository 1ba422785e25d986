"""What people do with lists: make, change, copy, fix, archive, count."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, ProtectedError, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from crmbridge.errors import Refused
from crmbridge.lists import catalogue, compile, counting, statements
from crmbridge.lists.catalogue import Catalogue
from crmbridge.lists.check import CannotBeWorkedOut, findings
from crmbridge.lists.definition import About, Definition, dump, load
from crmbridge.lists.models import List, ListType, ListUse


def members_of(item: List, *, known: Catalogue | None = None) -> QuerySet[Any]:
    """The contacts or companies that are on the list now; CannotBeWorkedOut when its filters name what is gone."""
    if not item.is_active:
        found: QuerySet[Any] = item.model.objects.filter(memberships__list=item)
        return found
    known = known or catalogue.read()
    return compile.records(
        load(item.filters), kind=item.kind, catalogue=known, today=timezone.localdate(), list_id=item.pk
    )


def create(
    *,
    name: str,
    kind: str,
    type: str,
    folder: str = "",
    definition: Definition | None = None,
    by: User | None = None,
) -> List:
    """A new list; ValidationError with the reasons when its filters are not complete."""
    made = List(name=name.strip(), kind=kind, type=type, folder=folder.strip(), created_by=by, changed_by=by)
    made.size = None if type == ListType.ACTIVE else 0
    made.full_clean(exclude=["filters"])
    with transaction.atomic():
        if made.is_active:
            _define(made, definition or Definition())
        made.save()
        _note_uses(made)
    return made


def change(
    item: List,
    *,
    name: str | None = None,
    folder: str | None = None,
    definition: Definition | None = None,
    by: User | None = None,
    seen: datetime | None = None,
) -> List:
    """Changes what is given; ValidationError when the filters are not complete, or when somebody else was faster.

    `seen` is when the list had last changed as the person saw it.
    """
    with transaction.atomic():
        kept = List.objects.select_for_update().get(pk=item.pk)
        if seen is not None and kept.updated_at != seen:
            told = _("Somebody changed this list while you had it open. Open it again, then change it.")
            raise ValidationError(told)
        kept.name = kept.name if name is None else name.strip()
        kept.folder = kept.folder if folder is None else folder.strip()
        kept.changed_by = by
        if definition is not None and kept.is_active:
            _define(kept, definition)
            kept.size = kept.counted_at = None
        kept.full_clean(exclude=["filters"])
        kept.save()
        _note_uses(kept)
    return kept


def _define(item: List, definition: Definition) -> None:
    errors = problems(definition, kind=item.kind, known=catalogue.read(), list_id=item.pk)
    if errors:
        raise ValidationError(errors)
    item.filters = dump(definition)


def problems(definition: Definition, *, kind: str, known: Catalogue, list_id: int | None = None) -> list[str]:
    """What stands against saving the filters, imports that there are not included."""
    found = findings(definition, kind=kind, catalogue=known, list_id=list_id)
    errors = [item.text for item in found if item.is_error]
    named = {
        int(value)
        for item in definition.filters()
        if item.about == About.IMPORT
        for value in item.values
        if value.isdecimal() and len(value) < 19
    }
    gone = sorted(named - set(catalogue.imports(named))) if named else []
    return errors + [_("There is no import number %(number)s.") % {"number": number} for number in gone]


def _note_uses(item: List) -> None:
    used = load(item.filters).used_lists() if item.is_active else set()
    ListUse.objects.filter(user=item).exclude(used__in=used).delete()
    ListUse.objects.bulk_create(
        [ListUse(user=item, used_id=number) for number in used], ignore_conflicts=True
    )


def copy(item: List, *, by: User | None = None) -> List:
    """A list like this one, with the members of a static one."""
    name = _("%(name)s (copy)") % {"name": item.name[:240]}
    with transaction.atomic():
        made = List.objects.create(
            name=name,
            kind=item.kind,
            type=item.type,
            folder=item.folder,
            filters=item.filters,
            size=None if item.is_active else 0,
            created_by=by,
            changed_by=by,
        )
        _note_uses(made)
        if not made.is_active:
            statements.put_on(made, members_of(item))
    return made


def make_static(item: List, *, by: User | None = None) -> List:
    """Fixes an active list as it is now: its members stay, whatever they become; there is no way back."""
    with transaction.atomic():
        kept = List.objects.select_for_update().get(pk=item.pk)
        if not kept.is_active:
            return kept
        members = members_of(kept)
        kept.type, kept.size, kept.counted_at, kept.changed_by = ListType.STATIC, 0, None, by
        kept.save()
        _note_uses(kept)
        statements.put_on(kept, members)
    kept.refresh_from_db()
    return kept


def archive(item: List, *, by: User | None = None) -> None:
    """Takes the list out of the way; lists that name it go on as before."""
    List.objects.filter(pk=item.pk).update(
        archived_at=timezone.now(), changed_by=by, updated_at=timezone.now()
    )


def restore(item: List, *, by: User | None = None) -> None:
    """Brings an archived list back."""
    List.objects.filter(pk=item.pk).update(archived_at=None, changed_by=by, updated_at=timezone.now())


def delete(item: List) -> None:
    """Removes the list for ever; the records on it stay. Refused while filters of other lists name it."""
    try:
        item.delete()
    except ProtectedError:
        users = ", ".join(f"“{use.user}”" for use in item.used_by.select_related("user"))
        raise Refused(
            _("The list is used by %(lists)s.") % {"lists": users}, _("Change their filters first.")
        ) from None


def count(item: List, *, seconds: int = counting.SECONDS, known: Catalogue | None = None) -> int:
    """Counts the members now and keeps the number; CannotBeWorkedOut or TakesTooLong when that cannot be done."""
    found = counting.exact(members_of(item, known=known), seconds=seconds)
    List.objects.filter(pk=item.pk).update(size=found, counted_at=timezone.now())
    return found


def refresh(
    lists: Iterable[List] | None = None,
    *,
    seconds: int = counting.SECONDS_BEHIND,
    within: timedelta | None = None,
) -> dict[int, int | str]:
    """Counts the lists, or all active ones that are not archived; a sentence where a list cannot be counted.

    `seconds` is what one list may take. After `within` no other list is begun; those that were counted longest ago
    come first, so that the next time goes on where this one ended.
    """
    known, found, began = catalogue.read(), dict[int, int | str](), timezone.now()
    active = (
        List.objects.in_use().filter(type=ListType.ACTIVE).order_by(F("counted_at").asc(nulls_first=True))
    )
    for item in lists if lists is not None else active:
        if within is not None and timezone.now() - began > within:
            break
        try:
            found[item.pk] = count(item, seconds=seconds, known=known)
        except CannotBeWorkedOut as error:
            found[item.pk] = str(error)
        except counting.TakesTooLong:
            found[item.pk] = _("Counting took too long.")
    return found


def list_filled_by(*, source: str, name: str, created_by: User | None = None) -> List:
    """The list that a source fills, made under this name the first time; a later renaming by people stays."""
    found, _created = List.objects.get_or_create(
        source=source, defaults={"name": name, "created_by": created_by, "size": 0}
    )
    return found
