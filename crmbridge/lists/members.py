"""Who is on a static list: adding and removing by hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from contacts.models import Contact
from crmbridge.lists.models import List, ListMember


@dataclass(frozen=True)
class Added:
    """What became of the addresses: how many contacts are new, how many were on the list, who is nobody."""

    added: int
    already: int
    not_found: list[str]


def add_by_email(*, to: List, emails: Sequence[str]) -> Added:
    """Puts the contacts with these addresses on the list, whatever their case."""
    wanted = {email.lower(): email for email in emails}
    found = dict(Contact.objects.filter(email__lower__in=wanted).values_list("email__lower", "pk"))
    with transaction.atomic():
        before = ListMember.objects.filter(list=to, contact__in=found.values()).count()
        rows = [ListMember(list=to, contact_id=pk) for pk in found.values()]
        ListMember.objects.bulk_create(rows, ignore_conflicts=True)
        _touch(to)
    return Added(
        added=len(found) - before,
        already=before,
        not_found=[email for key, email in wanted.items() if key not in found],
    )


def add(*, to: List, contacts: QuerySet[Contact]) -> int:
    """Puts the contacts on the list by one statement, however many they are; returns how many were not on it."""
    chosen, values = contacts.order_by().values("pk").query.sql_with_params()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            # The query is the ORM's own, its values are parameters.
            f"INSERT INTO lists_listmember (list_id, contact_id) SELECT %s, chosen.id FROM ({chosen}) AS chosen(id)"  # noqa: S608
            " ON CONFLICT DO NOTHING",
            [to.pk, *values],
        )
        _touch(to)
        return int(cursor.rowcount)


def remove(*, from_list: List, contacts: Iterable[int]) -> int:
    """Takes contacts off the list and returns how many were on it; the contacts themselves stay."""
    with transaction.atomic():
        removed, _details = ListMember.objects.filter(list=from_list, contact__in=contacts).delete()
        _touch(from_list)
    return removed


def _touch(changed: List) -> None:
    List.objects.filter(pk=changed.pk).update(updated_at=timezone.now())
