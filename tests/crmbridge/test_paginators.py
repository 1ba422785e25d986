"""Long lists have pages without every row being counted."""

import pytest
from django.db import connection

from contacts.models import Contact
from crmbridge import paginators
from crmbridge.paginators import EstimatingPaginator

pytestmark = pytest.mark.django_db


@pytest.fixture
def thirty_contacts(monkeypatch):
    monkeypatch.setattr(paginators, "EXACT_UP_TO", 20)
    Contact.objects.bulk_create(Contact(last_name="A" if number % 2 else "B") for number in range(30))


def test_a_short_list_is_counted_exactly(thirty_contacts):
    paginator = EstimatingPaginator(Contact.objects.filter(last_name="A").order_by("-id"), 10)
    assert (paginator.count, paginator.num_pages, paginator.count_text) == (15, 2, "15")


def test_a_whole_table_is_estimated_by_the_planner(thirty_contacts):
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE contacts_contact")
    paginator = EstimatingPaginator(Contact.objects.order_by("-id"), 10)
    assert (paginator.count, paginator.count_text) == (30, "about 30")


def test_a_table_that_the_planner_does_not_know_has_at_least_what_was_counted(thirty_contacts):
    assert EstimatingPaginator(Contact.objects.order_by("-id"), 10).count >= 21


def test_a_long_filtered_list_says_more_than(thirty_contacts):
    paginator = EstimatingPaginator(Contact.objects.filter(pk__gt=0).order_by("-id"), 10)
    assert (paginator.count, paginator.count_text) == (20, "more than 20")


def test_the_count_reads_no_more_rows_than_it_needs(thirty_contacts, django_assert_num_queries):
    with django_assert_num_queries(1) as queries:
        assert EstimatingPaginator(Contact.objects.filter(pk__gt=0).order_by("-id"), 10).count == 20
    assert "LIMIT 21" in queries[0]["sql"]
