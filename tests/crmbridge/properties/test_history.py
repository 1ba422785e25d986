"""History is written by the database, whatever path a change takes, and says who made it."""

from decimal import Decimal

import pytest
from django.db import connection, transaction

from companies.models import Company
from contacts.models import Contact
from crmbridge.properties.history import change_source
from crmbridge.properties.models import ChangeSource, Property, PropertyChange, RecordKind

pytestmark = pytest.mark.django_db


def changes():
    """(property, old, new) of every change so far."""
    return list(PropertyChange.objects.order_by("id").values_list("property", "old", "new"))


def sources():
    """(source, source_id, actor_id) of every change so far."""
    return list(PropertyChange.objects.order_by("id").values_list("source", "source_id", "actor_id"))


@pytest.fixture
def contact():
    return Contact.objects.create(first_name="Ann", annual_revenue=Decimal("1.0"), properties={"size": 42})


class TestEveryPath:
    def test_saving_a_record(self, contact):
        contact.first_name = "Bea"
        contact.save()
        assert changes() == [("first_name", "Ann", "Bea")]

    def test_a_queryset_update_of_many(self, contact):
        Contact.objects.create(first_name="Cat")
        Contact.objects.update(city="Rome")
        assert changes() == [("city", None, "Rome")] * 2

    def test_plain_sql(self, contact):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE contacts_contact SET first_name = NULL")
        assert changes() == [("first_name", "Ann", None)]

    def test_companies_as_well(self):
        company = Company.objects.create(name="A")
        Company.objects.update(name="B")
        change = PropertyChange.objects.of(RecordKind.COMPANY, company.pk).get()
        assert (change.property, change.old, change.new) == ("name", "A", "B")

    def test_links_to_companies(self, contact):
        company = Company.objects.create(name="A")
        Contact.objects.update(company=company)
        assert changes() == [("company_id", None, str(company.pk))]


class TestWhatCounts:
    def test_first_values_are_not_changes(self, contact):
        assert changes() == []

    def test_writing_the_same_values_is_none(self, contact):
        contact.save()
        assert changes() == []

    def test_another_spelling_of_a_number_is_none(self, contact):
        Contact.objects.update(annual_revenue=Decimal("1.00"), properties={"size": 42.0})
        assert changes() == []

    def test_each_changed_property_is_one_row(self, contact):
        Contact.objects.update(first_name="Bea", city="Rome")
        assert sorted(changes()) == [("city", None, "Rome"), ("first_name", "Ann", "Bea")]

    @pytest.mark.parametrize(
        ("bag", "expected"),
        [
            ({"size": 43}, [("size", "42", "43")]),
            ({}, [("size", "42", None)]),
            ({"size": 42, "colours": ["a", "b"]}, [("colours", None, '["a", "b"]')]),
            ({"size": "42"}, [("size", "42", "42")]),
        ],
    )
    def test_each_changed_key_of_the_bag_is_one_row(self, contact, bag, expected):
        Contact.objects.update(properties=bag)
        assert changes() == expected

    def test_every_standard_property_is_watched(self):
        for model in (Contact, Company):
            record = model.objects.create()
            for item in model.STANDARD_PROPERTIES:
                value = {"number": 1, "date": "2000-01-01", "yes_no": True}.get(item.type, "x")
                model.objects.filter(pk=record.pk).update(**{item.name: value})
            recorded = PropertyChange.objects.of(model.KIND, record.pk).values_list("property", flat=True)
            assert set(recorded) == {item.name for item in model.STANDARD_PROPERTIES}


class TestSource:
    def test_without_a_word_it_is_the_database(self, contact):
        Contact.objects.update(city="Rome")
        assert sources() == [(ChangeSource.DATABASE, None, None)]

    def test_the_block_names_who_writes_and_ends_with_it(self, contact):
        with change_source(ChangeSource.IMPORT, source_id=12, actor_id=3):
            Contact.objects.update(city="Rome")
        Contact.objects.update(city="Oslo")
        assert sources() == [("import", 12, 3), ("database", None, None)]

    def test_blocks_nest(self, contact):
        with change_source(ChangeSource.FILE, source_id=1, actor_id=2):
            with change_source(ChangeSource.USER, actor_id=5):
                Contact.objects.update(city="Rome")
            Contact.objects.update(city="Oslo")
        assert sources() == [("user", None, 5), ("file", 1, 2)]

    def test_an_error_inside_takes_the_source_back_with_the_changes(self, contact):
        with pytest.raises(RuntimeError), change_source(ChangeSource.USER):
            Contact.objects.update(city="Rome")
            raise RuntimeError
        Contact.objects.update(city="Oslo")
        assert changes() == [("city", None, "Oslo")]
        assert sources() == [("database", None, None)]


@pytest.mark.django_db(transaction=True)
def test_a_source_never_leaks_into_the_connections_next_transaction():
    record = Contact.objects.create()
    with change_source(ChangeSource.USER, actor_id=1):
        Contact.objects.update(city="Rome")
    with transaction.atomic():
        Contact.objects.filter(pk=record.pk).update(city="Oslo")
    assert sources() == [("user", None, 1), ("database", None, None)]


def test_the_history_of_a_record_is_newest_first(contact):
    for city in ("Rome", "Oslo"):
        Contact.objects.update(city=city)
    history = PropertyChange.objects.of(RecordKind.CONTACT, contact.pk)
    assert [change.new for change in history] == ["Oslo", "Rome"]
    assert history[0].at > history[1].at


def test_custom_properties_with_the_name_of_another_kinds_column_do_not_mix(contact):
    Property.objects.create(kind=RecordKind.CONTACT, name="domain", label="Domain", type="text")
    Contact.objects.update(properties={"size": 42, "domain": "x"})
    assert changes() == [("domain", None, "x")]
