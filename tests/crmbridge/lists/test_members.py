"""Records are put on static lists and taken off; a list knows how many it has, whatever path they came by."""

import pytest

from companies.models import Company
from contacts.models import Contact
from crmbridge.lists.members import Added, add_named, remove
from crmbridge.lists.models import List, ListMember
from crmbridge.lists.pages.forms import AddNamedForm
from integrations.models import SalesforceRecord
from integrations.salesforce.ids import to_18
from tests.integrations.admin.conftest import make_org

pytestmark = pytest.mark.django_db


@pytest.fixture
def spring() -> List:
    return List.objects.create(name="Spring")


def test_contacts_are_added_by_address_whatever_its_case(spring):
    amy = Contact.objects.create(email="Amy@example.com")
    bob = Contact.objects.create(email="bob@example.com")
    spring.contacts.add(bob)
    result = add_named(to=spring, names=["AMY@EXAMPLE.COM", "bob@example.com", "nobody@example.com"])
    assert result == Added(added=1, already=1, not_found=["nobody@example.com"])
    assert set(spring.contacts.all()) == {amy, bob}


def test_contacts_are_added_by_salesforce_ids_of_either_length(spring):
    org = make_org()
    amy, bob = Contact.objects.create(last_name="Diaz"), Contact.objects.create(last_name="Smith")
    for contact, salesforce_id in ((amy, to_18("0035f00000aBcDe")), (bob, to_18("0035f00000ABcDe"))):
        SalesforceRecord.objects.create(
            connection=org,
            sobject="Contact",
            salesforce_id=salesforce_id,
            system_modstamp="2026-01-01T00:00:00Z",
            fields={},
            shape=1,
            link_state="linked",
            contact_id=contact.pk,
        )
    result = add_named(to=spring, names=["0035f00000aBcDe", "0035f00000zzzzz"])
    assert result == Added(added=1, already=0, not_found=["0035f00000zzzzz"])
    assert list(spring.contacts.all()) == [amy]


def test_companies_are_added_by_web_domain():
    partners = List.objects.create(name="Partners", kind="company")
    acme = Company.objects.create(name="Acme", domain="acme.example")
    assert add_named(to=partners, names=["ACME.example", "no.example"]) == Added(1, 0, ["no.example"])
    assert list(partners.companies.all()) == [acme]


def test_removing_takes_contacts_off_the_list_and_keeps_them(spring):
    amy = Contact.objects.create(email="amy@example.com")
    spring.contacts.add(amy)
    assert remove(from_list=spring, records=Contact.objects.filter(pk__in=[amy.pk, 12345])) == 1
    assert not spring.contacts.exists()
    assert Contact.objects.filter(pk=amy.pk).exists()


def test_a_list_knows_how_many_it_has_by_whatever_path_they_come_and_go(spring):
    people = [Contact.objects.create() for _n in range(3)]
    ListMember.objects.bulk_create(ListMember(list=spring, contact=one) for one in people)
    spring.refresh_from_db()
    assert spring.size == 3
    people[0].delete()
    ListMember.objects.filter(contact=people[1]).delete()
    spring.refresh_from_db()
    assert spring.size == 1


@pytest.mark.parametrize(
    "text",
    [
        "a@example.com\nb@example.com",
        "a@example.com, b@example.com;",
        '"A" <a@example.com>, B <b@example.com>',
    ],
)
def test_addresses_are_found_in_what_people_paste(text):
    form = AddNamedForm({"names": text}, kind="contact")
    assert form.is_valid()
    assert form.cleaned_data["names"] == ["a@example.com", "b@example.com"]


def test_words_that_name_nobody_are_all_told(spring):
    assert add_named(to=spring, names=["nobody@example.com"]) == Added(0, 0, ["nobody@example.com"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("o'brien@example.com", ["o'brien@example.com"]),
        ("'amy@example.com','bob@example.com'", ["amy@example.com", "bob@example.com"]),
        ('Amy Diaz <amy@example.com>; "Bob" <bob@example.com>.', ["amy@example.com", "bob@example.com"]),
        ("(amy@example.com)", ["amy@example.com"]),
        # An ID that lost a letter on its way is told as not found.
        ("0035f00000AbCdEAA 0035f00000AbCdEAAV", ["0035f00000AbCdEAA", "0035f00000AbCdEAAV"]),
        ("Representative Department", []),
    ],
)
def test_names_are_found_in_what_people_paste(text, words):
    form = AddNamedForm({"names": text}, kind="contact")
    assert form.is_valid()
    assert form.cleaned_data["names"] == words
