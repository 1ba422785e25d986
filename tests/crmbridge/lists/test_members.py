"""Contacts are put on lists and taken off."""

import pytest

from contacts.models import Contact
from crmbridge.lists.forms import AddByEmailForm
from crmbridge.lists.members import Added, add_by_email, remove
from crmbridge.lists.models import List

pytestmark = pytest.mark.django_db


@pytest.fixture
def spring() -> List:
    return List.objects.create(name="Spring")


def test_contacts_are_added_by_address_whatever_its_case(spring):
    amy = Contact.objects.create(email="Amy@example.com")
    bob = Contact.objects.create(email="bob@example.com")
    spring.contacts.add(bob)
    result = add_by_email(to=spring, emails=["AMY@EXAMPLE.COM", "bob@example.com", "nobody@example.com"])
    assert result == Added(added=1, already=1, not_found=["nobody@example.com"])
    assert set(spring.contacts.all()) == {amy, bob}


def test_removing_takes_contacts_off_the_list_and_keeps_them(spring):
    amy = Contact.objects.create(email="amy@example.com")
    spring.contacts.add(amy)
    assert remove(from_list=spring, contacts=[amy.pk, 12345]) == 1
    assert not spring.contacts.exists()
    assert Contact.objects.filter(pk=amy.pk).exists()


@pytest.mark.parametrize(
    "text",
    [
        "a@example.com\nb@example.com",
        "a@example.com, b@example.com;",
        '"A" <a@example.com>, B <b@example.com>',
    ],
)
def test_addresses_are_found_in_what_people_paste(text):
    form = AddByEmailForm({"emails": text})
    assert form.is_valid()
    assert form.cleaned_data["emails"] == ["a@example.com", "b@example.com"]
