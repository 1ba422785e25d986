"""A record knows the lists that it is on."""

import pytest

from companies.models import Company
from contacts.models import Contact
from crmbridge.lists.filters.definition import dump
from crmbridge.lists.models import List
from crmbridge.lists.of_record import lists_of
from tests.crmbridge.lists.making import filters, make, of, on

pytestmark = pytest.mark.django_db


@pytest.fixture
def japan(db: None) -> List:
    return make("Japan", [of("contact", "country", "is", "Japan")])


def test_a_record_knows_its_lists(japan):
    amy = Contact.objects.create(country="Japan")
    fair, other = List.objects.create(name="Fair"), List.objects.create(name="Other")
    fair.contacts.add(amy)
    List.objects.create(name="Broken", type="active", filters=dump(filters([of("contact", "x", "is", "1")])))
    assert lists_of(amy) == [fair, japan]
    assert other not in lists_of(amy)


def test_a_record_is_asked_by_every_kind_of_filter(japan):
    """The panel of a record asks about one record, which is another query than the list's own."""
    acme = Company.objects.create(name="Acme", industry="Energy")
    amy = Contact.objects.create(country="Japan", company=acme)
    static = List.objects.create(name="Static")
    static.contacts.add(amy)
    expected = [
        make("on", [on(static)]),
        make("on active", [on(japan)]),
        make("its company", [of("company", "industry", "any_of", "Energy")]),
    ]
    not_on = make("not on", [on(static, operator="not_member")])
    assert lists_of(amy) == sorted([*expected, japan, static], key=lambda item: item.name)
    assert not_on not in lists_of(amy)
    of_contacts = make("any contact", [on(static), of("contact", "country", "is", "Japan")], kind="company")
    assert lists_of(acme) == [of_contacts]
