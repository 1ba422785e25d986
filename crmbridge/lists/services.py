"""What people do with lists: make, change, copy, fix, archive, count."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from crmbridge.errors import Refused
from crmbridge.lists import counting, statements
from crmbridge.lists.filters import catalogue, compile
from crmbridge.lists.filters.catalogue import Catalogue, KnownList
from crmbridge.lists.filters.check import CannotBeWorkedOut, findings
from crmbridge.lists.filters.definition import Definition, dump, load
from crmbridge.lists.models import CAMPAIGN_SOURCE, List, ListType, ListUse


@dataclass(frozen=True)
class Counted:
    """What became of counting a list: its size, or why it is not known."""

    item: List
    size: int | None = None
    reason: str = ""


def members_of(item: List, *, known: Catalogue | None = None) -> QuerySet[Any]:
    """The contacts or companies that are on the list now; CannotBeWorkedOut when its filters name what is gone."""
    if not item.is_active:
        found: QuerySet[Any] = item.model.objects.filter(memberships__list=item)
        return found
    return records_of(load(item.filters), kind=item.kind, known=known, list_id=item.pk)


def records_of(
    definition: Definition,
    *,
    kind: str,
    known: Catalogue | None = None,
    list_id: int | None = None,
    today: date | None = None,
) -> QuerySet[Any]:
    """The records that the filters find, today or seen from another day; CannotBeWorkedOut as above."""
    return compile.records(
        definition,
        kind=kind,
        catalogue=known or catalogue.read(),
        today=today or timezone.localdate(),
        list_id=list_id,
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
    """A new list; ValidationError with the reasons when its filters are not complete, or a static one has any."""
    made = List(name=name.strip(), kind=kind, type=type, folder=folder.strip(), created_by=by, changed_by=by)
    made.size = None if type == ListType.ACTIVE else 0
    made.full_clean(exclude=["filters"])
    with transaction.atomic():
        statements.one_at_a_time()
        if made.is_active:
            _define(made, definition or Definition())
        elif definition and definition.groups:
            raise ValidationError(_no_filters())
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

    `seen` is when the list had last changed as the person saw it. A static list that was active keeps the filters that
    it was made from; it takes no others.
    """
    with transaction.atomic():
        statements.one_at_a_time()
        kept = List.objects.select_for_update().get(pk=item.pk)
        if seen is not None and kept.updated_at != seen:
            told = _("Somebody changed this list while you had it open. Open it again, then change it.")
            raise ValidationError(told)
        kept.name = kept.name if name is None else name.strip()
        kept.folder = kept.folder if folder is None else folder.strip()
        kept.changed_by = by
        if definition is not None and kept.is_active:
            _define(kept, definition)
            kept.size = kept.counted_at = kept.tried_at = None
        elif definition is not None and definition != load(kept.filters):
            raise ValidationError(_no_filters())
        kept.full_clean(exclude=["filters"])
        kept.save()
        _note_uses(kept)
    return kept


def _no_filters() -> str:
    return _("A static list has no filters: records are put on it.")


def _define(item: List, definition: Definition) -> None:
    known = catalogue.read()
    found = findings(definition, kind=item.kind, catalogue=known, list_id=item.pk)
    errors = [finding.text for finding in found if finding.is_error]
    errors = errors or _harm(item, definition, known)
    if errors:
        raise ValidationError(errors)
    item.filters = dump(definition)


def _harm(item: List, definition: Definition, known: Catalogue) -> list[str]:
    """The lists that name this one, directly or not, and could not be worked out any more."""
    if item.pk not in known.lists:
        return []
    changed = {item.pk: replace(known.lists[item.pk], filters=dump(definition))}
    after = replace(known, lists={**known.lists, **changed})
    told = _("The list “%(name)s” uses this one: %(reason)s")
    return [
        told % {"name": user.name, "reason": reason}
        for user in _users(item.pk, known)
        if (reason := _first_error(user, after)) and not _first_error(user, known)
    ]


def _users(number: int, known: Catalogue) -> list[KnownList]:
    found: dict[int, KnownList] = {}
    wanted = {number}
    while wanted:
        direct = {one.id: one for one in known.lists.values() if one.definition.used_lists() & wanted}
        wanted = set(direct) - set(found)
        found |= direct
    return [user for user in found.values() if user.id != number]


def _first_error(item: KnownList, known: Catalogue) -> str:
    told = findings(item.definition, kind=item.kind, catalogue=known, list_id=item.id)
    return next((finding.text for finding in told if finding.is_error), "")


def _note_uses(item: List) -> None:
    definition = load(item.filters) if item.is_active else Definition()
    sources = [CAMPAIGN_SOURCE + campaign for campaign in definition.used_campaigns()]
    filled = List.objects.filter(source__in=sources).values_list("pk", flat=True)
    used = definition.used_lists() | set(filled)
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
    with transaction.atomic():
        statements.one_at_a_time()
        refuse_used(item)
        statements.empty(item)
        item.delete()


def refuse_used(item: List) -> None:
    """Refused while filters of other lists name the list."""
    users = ", ".join(f"“{use.user}”" for use in item.used_by.select_related("user"))
    if users:
        raise Refused(
            _("The list is used by %(lists)s.") % {"lists": users}, _("Change their filters first.")
        )


def count(item: List, *, seconds: int = counting.SECONDS, known: Catalogue | None = None) -> int:
    """Counts the members now and keeps the number; CannotBeWorkedOut or TakesTooLong when that cannot be done."""
    List.objects.filter(pk=item.pk).update(tried_at=timezone.now())
    found = counting.exact(members_of(item, known=known), seconds=seconds)
    List.objects.filter(pk=item.pk).update(size=found, counted_at=timezone.now())
    return found


def refresh(
    lists: Iterable[List] | None = None,
    *,
    seconds: int = counting.SECONDS_BEHIND,
    within: timedelta | None = None,
) -> list[Counted]:
    """Counts the lists, or all active ones that are not archived.

    `seconds` is what one list may take. After `within` no other list is begun; those whose turn was longest ago come
    first, so that the next time goes on where this one ended, also behind lists that cannot be counted.
    """
    known, found, began = catalogue.read(), list[Counted](), timezone.now()
    longest_ago = List.objects.in_use().active().order_by(F("tried_at").asc(nulls_first=True), "id")
    for item in lists if lists is not None else longest_ago:
        if within is not None and timezone.now() - began > within:
            break
        try:
            found.append(Counted(item, size=count(item, seconds=seconds, known=known)))
        except (CannotBeWorkedOut, statements.TakesTooLong) as error:
            found.append(Counted(item, reason=str(error)))
    return found


def list_filled_by(*, source: str, name: str, created_by: User | None = None) -> List:
    """The list that a source fills, made under this name the first time; a later renaming by people stays."""
    found, _created = List.objects.get_or_create(
        source=source,
        defaults={"name": name, "created_by": created_by, "changed_by": created_by, "size": 0},
    )
    return found
