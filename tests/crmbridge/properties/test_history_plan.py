"""The history of a large update is written in one pass, whatever small updates went before it."""

import pytest
from django.db import connection

from contacts.models import Contact
from crmbridge.properties.models import PropertyChange

ROWS = 20_000


@pytest.mark.django_db
def test_a_plan_made_for_few_rows_is_not_kept_for_many() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO contacts_contact (city) SELECT 'Rome' FROM generate_series(1, %s)", [ROWS]
        )
    first = Contact.objects.order_by("id")[:1].values("id")
    for number in range(8):
        Contact.objects.filter(id__in=first).update(city=f"City {number}")
    with connection.cursor() as cursor:
        # Row by row the join of 20,000 with 20,000 takes a minute; in one pass well under a second.
        cursor.execute("SET LOCAL statement_timeout = '15s'")
        cursor.execute("UPDATE contacts_contact SET city = 'Paris'")
    assert PropertyChange.objects.filter(new="Paris").count() == ROWS
