"""How many records a list has, about and exactly."""

import pytest
from django.db import connection

from contacts.models import Contact
from crmbridge.lists import counting
from crmbridge.lists.pages.paginator import MembersPaginator

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("nobody", [Contact.objects.none(), Contact.objects.filter(pk__in=[])])
def test_of_nobody_nothing_is_estimated(nobody):
    Contact.objects.create(last_name="Aoki")
    assert counting.estimate(nobody) == 0
    paginator = MembersPaginator(nobody.order_by("-pk"), 50)
    assert list(paginator.page(1)) == []
    assert paginator.count_text == "0"


def test_a_draw_tells_how_many_of_a_large_table_match():
    Contact.objects.bulk_create(
        Contact(last_name=f"P{n}", country="Japan" if n % 4 else "Peru") for n in range(20_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE contacts_contact")
    found = counting.estimate(Contact.objects.filter(country__iexact="japan"))
    # The planner guesses 100. A draw of some hundred pages of the table varies by a tenth.
    assert found == pytest.approx(15_000, rel=0.5)
