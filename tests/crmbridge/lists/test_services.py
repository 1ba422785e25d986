"""Lists are made, changed, copied, fixed and archived; what filters name may change meanwhile, never in silence."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError

from companies.models import Company
from contacts.models import Contact
from crmbridge.errors import Refused
from crmbridge.lists import counting, members, services
from crmbridge.lists.filters import catalogue
from crmbridge.lists.filters.check import CannotBeWorkedOut, findings
from crmbridge.lists.filters.definition import dump, load
from crmbridge.lists.models import List, ListMember
from crmbridge.lists.statements import TakesTooLong
from crmbridge.properties.models import Property
from tests.crmbridge.lists.making import filters, make, of, on

pytestmark = pytest.mark.django_db


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
    found = {one.item.pk: one for one in services.refresh()}
    assert found[japan.pk].size == 1
    assert found[broken.pk].size is None
    assert "no longer exists" in found[broken.pk].reason
    japan.refresh_from_db()
    assert japan.size == 1
    assert japan.counted_at is not None


def test_refresh_begins_with_what_was_tried_longest_ago_and_ends_in_time(japan):
    services.count(japan)
    peru = make("Peru", [of("contact", "country", "is", "Peru")])
    assert [one.item for one in services.refresh()] == [peru, japan]
    assert services.refresh(within=timedelta(seconds=-1)) == []


def test_lists_that_take_too_long_do_not_keep_others_from_being_counted(japan, monkeypatch):
    peru = make("Peru", [of("contact", "country", "is", "Peru")])
    real = counting.exact

    def exact(records: Any, **more: Any) -> int:
        if "japan" in str(records.query):
            raise TakesTooLong
        return real(records, **more)

    monkeypatch.setattr(counting, "exact", exact)
    (first,) = services.refresh(List.objects.filter(pk=japan.pk))
    assert first.reason == "The database took too long."
    assert services.refresh()[0].item == peru


def test_who_changed_a_list_is_who_did(japan, admin_user, django_user_model):
    bob = django_user_model.objects.create(username="bob")
    spring = services.create(name="Spring", kind="contact", type="static", by=bob)
    amy = Contact.objects.create(email="amy@example.com")
    assert members.add(to=spring, records=Contact.objects.all(), by=admin_user) == 1
    spring.refresh_from_db()
    assert spring.changed_by == admin_user
    assert members.add(to=spring, records=Contact.objects.all(), by=bob) == 0
    spring.refresh_from_db()
    assert spring.changed_by == admin_user
    members.remove(from_list=spring, records=Contact.objects.filter(pk=amy.pk), by=bob)
    services.change(spring, name="Summer", by=None)
    spring.refresh_from_db()
    assert (spring.created_by, spring.changed_by) == (bob, None)


def test_nobody_is_put_on_an_active_list_or_taken_off_it(japan):
    Contact.objects.create(country="Japan")
    for change in (
        lambda: members.add(to=japan, records=Contact.objects.all()),
        lambda: members.add_named(to=japan, names=["amy@example.com"]),
        lambda: members.remove(from_list=japan, records=Contact.objects.all()),
    ):
        with pytest.raises(Refused, match="Filters say who is on an active list"):
            change()


def test_a_static_list_takes_no_filters_but_keeps_those_it_was_made_from(japan):
    fixed = services.make_static(japan)
    services.change(fixed, name="Japan in spring", definition=load(fixed.filters))
    with pytest.raises(ValidationError, match="A static list has no filters"):
        services.change(fixed, definition=filters([of("contact", "country", "is", "Peru")]))
    with pytest.raises(ValidationError, match="A static list has no filters"):
        services.create(name="x", kind="contact", type="static", definition=load(fixed.filters))


def test_a_list_that_a_campaign_fills_stays_while_filters_ask_for_the_campaign():
    camp = List.objects.create(name="Fair", source="salesforce-campaign:701A")
    user = make("On the fair", [{"about": "campaign", "operator": "in_campaign", "values": ["701A"]}])
    with pytest.raises(Refused, match="used by “On the fair”"):
        services.delete(camp)
    services.delete(user)
    services.delete(camp)


def test_a_list_of_thousands_is_removed_without_reading_them(django_assert_max_num_queries):
    item = List.objects.create(name="Many")
    Contact.objects.bulk_create(Contact(last_name=f"P{number}") for number in range(3_000))
    members.add(to=item, records=Contact.objects.all())
    with django_assert_max_num_queries(20):
        services.delete(item)
    assert (List.objects.count(), ListMember.objects.count(), Contact.objects.count()) == (0, 0, 3_000)
