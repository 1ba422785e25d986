"""Who is on a static list: adding and removing by hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from companies.models import Company
from contacts.models import Contact
from crmbridge import search
from crmbridge.errors import Refused
from crmbridge.lists import statements
from crmbridge.lists.models import List, ListMember
from crmbridge.properties.models import RecordKind


@dataclass(frozen=True)
class Added:
    """What became of the words: how many records are new, how many were on the list, which words name nobody."""

    added: int
    already: int
    not_found: list[str]


def add_named(*, to: List, names: Sequence[str], by: User | None = None) -> Added:
    """Puts the records that are named on the list: by Salesforce ID, contacts by e-mail, companies by web domain.

    Case does not matter. A domain that several companies have names all of them. Refused for an active list.
    """
    words = list(dict.fromkeys(names))
    lower = {name.lower() for name in words}
    found = _by_email(lower) if to.kind == RecordKind.CONTACT else _by_domain(lower)
    # A Salesforce ID of 15 characters tells capitals from small letters.
    by_id = search.find_many(to.kind, [name for name in words if name.lower() not in found])
    pks = {pk for several in found.values() for pk in several} | set(by_id.values())
    added = add(to=to, records=to.model.objects.filter(pk__in=pks), by=by)
    return Added(
        added=added,
        already=len(pks) - added,
        not_found=[name for name in words if name.lower() not in found and name not in by_id],
    )


def _by_email(wanted: Iterable[str]) -> dict[str, list[int]]:
    rows = Contact.objects.filter(email__lower__in=list(wanted)).values_list("email__lower", "pk")
    return {email: [pk] for email, pk in rows}


def _by_domain(wanted: Iterable[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for domain, pk in Company.objects.filter(domain__in=list(wanted)).values_list("domain", "pk"):
        found.setdefault(domain, []).append(pk)
    return found


def add(*, to: List, records: QuerySet[Any], by: User | None = None) -> int:
    """Puts the records on the list; returns how many were not on it. Refused for an active list."""
    _refuse_active(to)
    with transaction.atomic():
        count = statements.put_on(to, records)
        if count:
            _note_change(to, by)
        return count


def remove(*, from_list: List, records: QuerySet[Any], by: User | None = None) -> int:
    """Takes records off the list and returns how many were on it; they themselves stay. Refused for an active list."""
    _refuse_active(from_list)
    chosen = {f"{from_list.kind}__in": records.order_by().values("pk")}
    with transaction.atomic():
        removed, _details = ListMember.objects.filter(list=from_list, **chosen).delete()
        if removed:
            _note_change(from_list, by)
    return removed


def _refuse_active(item: List) -> None:
    if item.is_active:
        raise Refused(_("Filters say who is on an active list."), _("Change the filters."))


def _note_change(item: List, by: User | None) -> None:
    List.objects.filter(pk=item.pk).update(updated_at=timezone.now(), changed_by=by)
