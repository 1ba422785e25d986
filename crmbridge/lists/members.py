"""Who is on a static list: adding and removing by hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from companies.models import Company
from contacts.models import Contact
from crmbridge import search
from crmbridge.lists import statements
from crmbridge.lists.models import List, ListMember
from crmbridge.properties.models import RecordKind


@dataclass(frozen=True)
class Added:
    """What became of the words: how many records are new, how many were on the list, which words name nobody."""

    added: int
    already: int
    not_found: list[str]


def add_named(*, to: List, names: Sequence[str]) -> Added:
    """Puts the records that are named on the list: by Salesforce ID, contacts by e-mail, companies by web domain.

    Case does not matter. A domain that several companies have names all of them.
    """
    words = list(dict.fromkeys(names))
    lower = {name.lower() for name in words}
    found = _by_email(lower) if to.kind == RecordKind.CONTACT else _by_domain(lower)
    # A Salesforce ID of 15 characters tells capitals from small letters.
    by_id = search.find_many(to.kind, [name for name in words if name.lower() not in found])
    pks = {pk for several in found.values() for pk in several} | set(by_id.values())
    added = add(to=to, records=to.model.objects.filter(pk__in=pks))
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


def add(*, to: List, records: QuerySet[Any]) -> int:
    """Puts the records on the list; returns how many were not on it."""
    with transaction.atomic():
        count = statements.put_on(to, records)
        _touch(to)
        return count


def remove(*, from_list: List, records: QuerySet[Any]) -> int:
    """Takes records off the list and returns how many were on it; the records themselves stay."""
    column = "contact__in" if from_list.kind == RecordKind.CONTACT else "company__in"
    with transaction.atomic():
        chosen = ListMember.objects.filter(list=from_list, **{column: records.order_by().values("pk")})
        removed, _details = chosen.delete()
        _touch(from_list)
    return removed


def _touch(changed: List) -> None:
    List.objects.filter(pk=changed.pk).update(updated_at=timezone.now())
