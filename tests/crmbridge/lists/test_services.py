"""Lists are made, changed, copied, fixed and archived; what filters name may change meanwhile, never in silence."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import translation

from companies.models import Company
from contacts.models import Contact
from crmbridge.lists import catalogue, services
from crmbridge.lists.check import CannotBeWorkedOut, findings
from crmbridge.lists.definition import Definition, dump, load
from crmbridge.lists.models import List
from crmbridge.lists.panels import lists_of
from crmbridge.lists.sentence import sentence
from crmbridge.properties import conversions, uses
from crmbridge.properties.models import Property

pytestmark = pytest.mark.django_db


def of(about: str, property: str, operator: str, *values: str, **more: Any) -> dict[str, Any]:
    return {"about": about, "property": property, "operator": operator, "values": list(values), **more}


def filters(*groups: list[dict[str, Any]]) -> Definition:
    return load({"groups": list(groups)})


def on(*lists: List, operator: str = "member") -> dict[str, Any]:
    return {"about": "list", "operator": operator, "values": [str(item.pk) for item in lists]}


def make(name: str, *groups: list[dict[str, Any]], kind: str = "contact") -> List:
    return services.create(name=name, kind=kind, type="active", definition=filters(*groups))


@pytest.fixture
def japan(db: None) -> List:
    return make("Japan", [of("contact", "country", "is", "Japan")])


def told(item: List, *, is_error: bool) -> str:
    found = findings(load(item.filters), kind=item.kind, catalogue=catalogue.read(), list_id=item.pk)
    return " ".join(one.text for one in found if one.is_error == is_error)


def test_a_list_is_always_current(japan):
    amy = Contact.objects.create(country="japan")
    assert list(services.members_of(japan)) == [amy]
    Contact.objects.update(country="Peru")
    assert not services.members_of(japan).exists()


@pytest.mark.parametrize("blank", [False, True])
def test_whether_is_not_matches_blanks_is_said_and_never_guessed(blank):
    bob, cleo = Contact.objects.create(country="Peru"), Contact.objects.create()
    Contact.objects.create(country="Japan")
    item = make("Abroad", [of("contact", "country", "is_not", "Japan", with_blank=blank)])
    assert set(services.members_of(item)) == ({bob, cleo} if blank else {bob})


def test_a_contact_without_a_company_has_no_value_of_its_company():
    amy = Contact.objects.create()
    item = make("Unknown", [of("company", "industry", "unknown")])
    assert list(services.members_of(item)) == [amy]


def test_companies_are_listed_by_what_any_of_their_contacts_holds():
    acme, globex = Company.objects.create(name="Acme"), Company.objects.create(name="Globex")
    Contact.objects.create(company=acme, job_title="CEO")
    Contact.objects.create(company=globex, job_title="Buyer")
    item = make("Chiefs", [of("contact", "job_title", "is", "ceo")], kind="company")
    assert list(services.members_of(item)) == [acme]


def test_an_unfinished_list_is_refused_with_the_reason():
    with pytest.raises(ValidationError, match="no filters yet"):
        make("Empty")
    with pytest.raises(ValidationError, match="is no number"):
        make("Rich", [of("contact", "annual_revenue", "gt", "much")])
    with pytest.raises(ValidationError, match="no import number 77"):
        make("From it", [{"about": "import", "operator": "created_by", "values": ["77"]}])
    assert not List.objects.exists()


def test_a_circle_is_refused_when_it_is_made_and_told_when_it_came_about(japan):
    both = make("Both", [on(japan)])
    with pytest.raises(ValidationError, match="round in a circle"):
        services.change(japan, definition=filters([on(both)]))
    List.objects.filter(pk=japan.pk).update(filters=dump(filters([on(both)])))
    with pytest.raises(CannotBeWorkedOut, match="circle"):
        services.members_of(List.objects.get(pk=both.pk))


def test_a_list_that_others_name_cannot_be_deleted(japan):
    make("Both", [on(japan)])
    with pytest.raises(ProtectedError), transaction.atomic():
        japan.delete()


def test_an_archived_property_says_so_and_finds_the_same():
    item = Property.objects.create(kind="contact", name="tier", label="Tier", type="choice")
    amy = Contact.objects.create(properties={"tier": "A"})
    best = make("Best", [of("contact", "tier", "any_of", "A")])
    item.archived_at = "2026-01-01T00:00:00Z"
    item.save()
    assert list(services.members_of(best)) == [amy]
    assert "archived" in told(best, is_error=False)


def test_an_option_that_is_gone_says_so_and_finds_who_still_holds_it():
    options = [{"value": "A", "label": "First"}, {"value": "B", "label": "Second"}]
    item = Property.objects.create(kind="contact", name="tier", label="Tier", type="choice", options=options)
    amy = Contact.objects.create(properties={"tier": "A"})
    best = make("Best", [of("contact", "tier", "any_of", "A")])
    Property.objects.filter(pk=item.pk).update(options=options[1:])
    assert list(services.members_of(best)) == [amy]
    assert "no longer has the option “A”" in told(best, is_error=False)


def test_a_property_that_is_gone_stops_the_list_and_never_matches_all_or_nobody():
    item = Property.objects.create(kind="contact", name="tier", label="Tier", type="choice")
    best = make("Best", [of("contact", "tier", "none_of", "A")])
    above = make("Above", [on(best, operator="not_member")])
    item.delete()
    for broken in (best, above):
        with pytest.raises(CannotBeWorkedOut, match="tier"):
            services.members_of(broken)


def test_a_property_that_lists_ask_for_keeps_its_type_and_says_where_it_is_used():
    item = Property.objects.create(kind="contact", name="tier", label="Tier", type="text")
    make("Best", [of("contact", "tier", "is", "A")])
    assert [use.label for use in uses.of([item.pk])[item.pk]] == ["list Best"]
    with pytest.raises(ValidationError, match="list Best"):
        conversions.change_type(item, "number", by=None)


def test_who_is_slower_than_somebody_else_is_told_so(japan):
    seen = japan.updated_at
    services.change(japan, name="Nippon", seen=seen)
    with pytest.raises(ValidationError, match="Somebody changed this list"):
        services.change(japan, name="JP", seen=seen)
    assert List.objects.get(pk=japan.pk).name == "Nippon"
    assert List.objects.get(pk=japan.pk).updated_at - seen < timedelta(minutes=1)


def test_an_active_list_becomes_static_with_the_members_of_that_moment(japan):
    amy = Contact.objects.create(country="Japan")
    fixed = services.make_static(japan)
    Contact.objects.create(country="Japan")
    assert list(services.members_of(fixed)) == [amy]
    assert (fixed.type, fixed.size) == ("static", 1)
    assert services.make_static(fixed).size == 1


def test_copies_have_the_filters_or_the_members(japan):
    fixed = List.objects.create(name="Fair", kind="company")
    fixed.companies.add(Company.objects.create(name="Acme"))
    assert services.copy(japan).filters == japan.filters
    copied = services.copy(fixed)
    copied.refresh_from_db()
    assert (copied.companies.count(), copied.size, copied.name) == (1, 1, "Fair (copy)")


def test_refresh_counts_active_lists_and_says_which_cannot_be_counted(japan):
    Contact.objects.create(country="Japan")
    broken = List.objects.create(
        name="Broken", type="active", filters=dump(filters([of("contact", "x", "is", "1")]))
    )
    found = services.refresh()
    assert found[japan.pk] == 1
    assert "no longer exists" in str(found[broken.pk])
    japan.refresh_from_db()
    assert japan.size == 1
    assert japan.counted_at is not None


def test_refresh_begins_with_what_was_counted_longest_ago_and_ends_in_time(japan):
    services.count(japan)
    peru = make("Peru", [of("contact", "country", "is", "Peru")])
    assert list(services.refresh()) == [peru.pk, japan.pk]
    assert services.refresh(within=timedelta(seconds=-1)) == {}


def test_a_record_knows_its_lists(japan):
    amy = Contact.objects.create(country="Japan")
    fair, other = List.objects.create(name="Fair"), List.objects.create(name="Other")
    fair.contacts.add(amy)
    List.objects.create(name="Broken", type="active", filters=dump(filters([of("contact", "x", "is", "1")])))
    assert lists_of(amy) == [fair, japan]
    assert other not in lists_of(amy)


SENTENCES = [
    (
        [
            [
                of("company", "industry", "any_of", "Energy"),
                of("contact", "country", "is_not", "Japan", with_blank=True),
            ]
        ],
        "Contacts where the company's Industry is “Energy”, and (Country is not “Japan” or is unknown).",
        "会社の業種が「Energy」である、かつ（国が「Japan」ではないまたは不明である）コンタクト。",
    ),
    (
        [
            [of("contact", "annual_revenue", "within", "1", "2000")],
            [of("contact", "birthdate", "last_days", "30")],
        ],
        "Contacts where Annual revenue is between 1 and 2,000, or Date of birth is in the last 30 days.",
        "年間売上が1以上2,000以下である、または生年月日が過去30日以内であるコンタクト。",
    ),
]


@pytest.mark.parametrize(("groups", "english", "japanese"), SENTENCES)
def test_a_list_says_what_it_means_in_both_languages(groups, english, japanese):
    definition = filters(*groups)
    for language, expected in (("en", english), ("ja", japanese)):
        with translation.override(language):
            assert sentence(definition, kind="contact", catalogue=catalogue.read()) == expected
