"""Contacts are found by what people know of them."""

import pytest

from companies.models import Company
from contacts.models import Contact
from contacts.search import matching
from crmbridge import search

pytestmark = pytest.mark.django_db


@pytest.fixture
def amy() -> Contact:
    acme = Company.objects.create(name="Acme Industries", domain="acme.example")
    Contact.objects.create(first_name="Bob", last_name="Smith", email="bob@example.org")
    return Contact.objects.create(
        first_name="Amy", last_name="Diaz", email="Amy.Diaz@example.com", company=acme
    )


@pytest.mark.parametrize(
    "term",
    [
        "amy.d",
        "AMY.DIAZ@EXAMPLE.COM",
        "amy",
        "dia",
        "amy diaz",
        "Diaz Amy",
        "amy d",
        "acme",
        "ACME IND",
        "acme.ex",
    ],
)
def test_the_start_of_what_is_known_finds_the_contact(amy, term):
    assert list(matching(Contact.objects.all(), term)) == [amy]


@pytest.mark.parametrize("term", ["iaz", "example.com", "amy smith", "%", "_my"])
def test_other_parts_and_wildcards_find_nothing(amy, term):
    assert list(matching(Contact.objects.all(), term)) == []


def test_a_contact_that_matches_in_two_ways_is_found_once(amy):
    both = Contact.objects.create(first_name="Acme", last_name="Acme", company=amy.company)
    assert list(matching(Contact.objects.order_by("id"), "acme")) == [amy, both]


def test_a_finder_that_knows_the_term_has_the_last_word(amy, monkeypatch):
    monkeypatch.setattr(search, "_finders", {"contact": {}})
    search.register("contact", "number", lambda term: [amy.pk] if term == "No. 1" else [])
    assert list(matching(Contact.objects.all(), "No. 1")) == [amy]
    assert next(iter(matching(Contact.objects.all(), "bob"))).first_name == "Bob"
