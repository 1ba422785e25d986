"""Which record here a Salesforce record is (docs/behaviour.md, section 3)."""

import pytest

from contacts.models import Contact
from integrations.models import Problem, SalesforceRecord
from tests.integrations.pipeline.rows import (
    changed,
    contact,
    contact_id,
    converted,
    deleted,
    lead,
    lead_id,
    merged,
    stamp,
)


def of(row):
    """The contact here that a Salesforce record is linked to."""
    record = SalesforceRecord.objects.get(salesforce_id=row["Id"])
    return Contact.objects.get(pk=record.contact_id) if record.link_state == "linked" else None


def state(row):
    return SalesforceRecord.objects.get(salesforce_id=row["Id"]).link_state


def open_problems():
    return set(Problem.objects.filter(resolved_at=None).values_list("salesforce_id", "code", "other_id"))


class TestIdentity:
    def test_a_linked_id_counts_before_the_email_address(self, take_in):
        one, two = contact(1, Email="one@x.org"), contact(2, Email="two@x.org")
        take_in("Contact", one, two)
        first = of(one)
        take_in("Contact", changed(one, Email="two@x.org"))
        assert of(one) == first

    def test_a_contact_made_here_is_found_by_its_email_address(self, take_in):
        here = Contact.objects.create(email="Ann@X.org")
        assert take_in("Contact", contact(1, Email="aNN@x.ORG")).updated == 1
        assert of(contact(1)) == here

    @pytest.mark.parametrize("address", ["ÉMILE@x.org", "émile@X.ORG"])
    def test_the_case_of_letters_beyond_ascii_does_not_count_either(self, take_in, address):
        take_in("Contact", contact(1, Email="Émile@x.org"))
        take_in("Lead", lead(1, Email=address))
        assert of(lead(1)) == of(contact(1))

    @pytest.mark.parametrize("address", [" ann@x.org", "ann@x.org  ", "\tann@x.org\n"])
    def test_blanks_around_the_address_do_not_count_and_are_not_kept(self, take_in, address):
        here = Contact.objects.create(email="ann@x.org")
        take_in("Contact", contact(1, Email=address))
        assert of(contact(1)) == here
        take_in("Contact", contact(2, Email=" bob@x.org "))
        assert of(contact(2)).email == "bob@x.org"

    def test_an_address_of_blanks_only_is_no_address(self, take_in):
        assert take_in("Contact", contact(1, Email="  "), contact(2, Email=" \t")).created == 2
        assert set(Contact.objects.values_list("email", flat=True)) == {None}

    def test_ids_that_differ_only_in_case_are_two_records(self, take_in):
        rows = [contact(0, Id="003000000000aBcAAA"), contact(0, Id="003000000000AbCAAA")]
        assert take_in("Contact", *rows).created == 2

    def test_the_address_is_that_of_the_field_which_feeds_the_property(self, take_in, connection):
        connection.mappings.filter(property__name="email").update(contact_field="Private__c")
        rows = [
            contact(1, Email="office@x.org", Private__c="ann@x.org"),
            contact(2, Email="office@x.org", Private__c="bob@x.org"),
            contact(3, Email="c@x.org", Private__c="ANN@x.org"),
        ]
        assert take_in("Contact", *rows).created == 2
        assert open_problems() == {(contact_id(3), "duplicate_email", contact_id(1))}

    def test_an_address_that_is_not_synced_identifies_nobody(self, take_in, set_rule):
        set_rule("email", "none")
        assert take_in("Contact", contact(1, Email="ann@x.org"), contact(2, Email="ann@x.org")).created == 2
        assert set(Contact.objects.values_list("email", flat=True)) == {None}


class TestOneWinner:
    def test_in_one_page_the_oldest_wins_and_the_other_is_told_of_it(self, take_in):
        young = contact(1, Email="a@x.org", CreatedDate=stamp(5))
        old = contact(2, Email="A@x.org", CreatedDate=stamp(4))
        out = take_in("Contact", young, old)
        assert (out.created, out.skip_reasons) == (1, {"duplicate_email": 1})
        assert of(old) and state(young) == "duplicate"
        assert open_problems() == {(young["Id"], "duplicate_email", old["Id"])}
        assert Problem.objects.get().contact_id == of(old).pk

    def test_of_one_age_the_smallest_id_wins(self, take_in):
        take_in("Contact", *(contact(number, Email="a@x.org") for number in (3, 1, 2)))
        assert of(contact(1)) and state(contact(2)) == state(contact(3)) == "duplicate"

    def test_the_one_already_linked_stays_though_the_other_is_older(self, take_in):
        linked = contact(2, Email="a@x.org", CreatedDate=stamp(5))
        take_in("Contact", linked)
        take_in("Contact", contact(1, Email="a@x.org", CreatedDate=stamp(1)), changed(linked, Phone="1"))
        assert of(linked).phone == "1"
        assert open_problems() == {(contact_id(1), "duplicate_email", linked["Id"])}

    def test_across_pages_the_first_to_come_wins_and_importing_again_does_not_turn_it_over(self, take_in):
        first, second = (
            contact(2, Email="a@x.org"),
            contact(1, Email="a@x.org", CreatedDate="2020-01-01T00:00:00.000Z"),
        )
        take_in("Contact", first)
        for _ in range(2):
            take_in("Contact", second)
            take_in("Contact", first)
        assert Contact.objects.count() == 1
        assert of(first).last_name == "Contact 2"

    def test_for_a_contact_made_here_the_oldest_record_of_a_page_wins(self, take_in):
        here = Contact.objects.create(email="a@x.org")
        take_in("Contact", contact(1, Email="a@x.org", CreatedDate=stamp(9)), contact(2, Email="a@x.org"))
        assert of(contact(2)) == here
        assert open_problems() == {(contact_id(1), "duplicate_email", contact_id(2))}

    def test_a_linked_record_that_takes_a_new_address_beats_an_older_newcomer_with_it(self, take_in):
        linked = contact(2, Email="old@x.org", CreatedDate=stamp(5))
        take_in("Contact", linked)
        take_in("Contact", contact(1, Email="new@x.org"), changed(linked, Email="new@x.org"))
        assert of(linked).email == "new@x.org"
        assert open_problems() == {(contact_id(1), "duplicate_email", linked["Id"])}

    def test_leads_with_one_address_have_one_winner_among_themselves(self, take_in):
        take_in("Lead", lead(1, Email="a@x.org", CreatedDate=stamp(2)), lead(2, Email="a@x.org"))
        assert of(lead(2)) and state(lead(1)) == "duplicate"

    def test_a_duplicate_heals_when_the_winner_changes_its_address(self, take_in):
        winner, other = contact(1, Email="a@x.org"), contact(2, Email="a@x.org")
        take_in("Contact", winner, other)
        take_in("Contact", changed(winner, Email="b@x.org"), other)
        take_in("Contact", other)
        assert of(winner).email == "b@x.org" and of(other).email == "a@x.org"
        assert open_problems() == set()

    def test_a_duplicate_takes_over_when_the_winner_is_deleted(self, take_in):
        winner, other = contact(1, Email="a@x.org"), contact(2, Email="a@x.org")
        take_in("Contact", winner, other)
        here = of(winner)
        take_in("Contact", deleted(winner), other)
        assert of(other) == here and here.last_name == "Contact 1"
        assert Contact.objects.get().last_name == "Contact 2"

    def test_a_record_that_comes_twice_in_a_page_counts_as_its_newest_form(self, take_in):
        row = contact(1, Email="a@x.org")
        out = take_in("Contact", changed(row, Phone="new"), row)
        assert (out.read, out.created, out.unchanged) == (2, 1, 1)
        assert of(row).phone == "new"


class TestLeadAndContact:
    @pytest.mark.parametrize("order", [("Lead", "Contact"), ("Contact", "Lead")])
    def test_with_one_address_both_are_one_contact_and_the_contact_records_values_win(self, take_in, order):
        rows = {
            "Lead": lead(1, Email="a@x.org", Phone="lead", FirstName="Lead", Company="Acme"),
            "Contact": contact(1, Email="A@x.org", Phone="contact"),
        }
        for sobject in order:
            take_in(sobject, rows[sobject])
        here = Contact.objects.get()
        assert of(rows["Lead"]) == of(rows["Contact"]) == here
        assert (here.phone, here.last_name, here.email) == ("contact", "Contact 1", "A@x.org")
        assert (here.company_name, here.first_name) == ("Acme", "Lead")

    def test_a_lead_that_changes_later_fills_only_what_the_contact_record_lacks(self, take_in):
        one, other = contact(1, Email="a@x.org", Phone="contact"), lead(1, Email="a@x.org", Phone="lead")
        take_in("Contact", one)
        take_in("Lead", other)
        take_in("Lead", changed(other, Phone="new", Title="CEO", Email="b@x.org"))
        here = Contact.objects.get()
        assert (here.phone, here.job_title, here.email) == ("contact", "CEO", "a@x.org")
        assert open_problems() == set()


class TestConvertedLead:
    def test_contact_first_the_lead_follows_it_and_changes_nothing(self, take_in):
        person, source = contact(1, Email="a@x.org", Phone="1"), lead(1, Email="b@x.org", Phone="2")
        take_in("Contact", person)
        out = take_in("Lead", converted(source, to=person))
        assert out.skip_reasons == {"converted": 1}
        assert SalesforceRecord.objects.get(salesforce_id=lead_id(1)).contact_id == of(person).pk
        assert Contact.objects.get().phone == "1"

    def test_lead_first_it_waits_and_is_linked_when_the_contact_comes(self, take_in):
        person, source = contact(1), lead(1)
        assert take_in("Lead", converted(source, to=person)).skip_reasons == {"converted_waiting": 1}
        assert not Contact.objects.exists()
        assert open_problems() == {(lead_id(1), "converted_waiting", contact_id(1))}
        take_in("Contact", person)
        assert state(source) == "converted"
        assert SalesforceRecord.objects.get(salesforce_id=lead_id(1)).contact_id == of(person).pk
        assert open_problems() == set()

    def test_it_is_linked_as_well_when_the_contact_turns_out_to_be_a_duplicate(self, take_in):
        take_in("Contact", contact(1, Email="a@x.org"))
        take_in("Lead", converted(lead(1), to=contact(2)))
        take_in("Contact", contact(2, Email="a@x.org"))
        assert state(lead(1)) == "converted"
        assert SalesforceRecord.objects.get(salesforce_id=lead_id(1)).contact_id == of(contact(1)).pk
        assert not Problem.objects.filter(code="converted_waiting", resolved_at=None).exists()

    def test_linked_before_its_contact_here_becomes_the_new_contact_record(self, take_in):
        source, person = lead(1), contact(1)
        take_in("Lead", source)
        here = of(source)
        take_in("Lead", converted(source, to=person))
        take_in("Contact", person)
        assert of(person) == here
        assert Contact.objects.count() == 1

    def test_linked_before_with_the_same_address_the_order_does_not_matter(self, take_in):
        source, person = lead(1, Email="a@x.org"), contact(1, Email="a@x.org")
        take_in("Lead", source)
        here = of(source)
        take_in("Contact", person)
        take_in("Lead", converted(source, to=person))
        assert of(person) == here and state(source) == "converted"

    def test_its_contact_record_goes_before_an_older_one_with_the_same_address(self, take_in):
        source, person = lead(1, Email="a@x.org"), contact(2, Email="a@x.org", CreatedDate=stamp(5))
        take_in("Lead", source)
        here = of(source)
        take_in("Lead", converted(source, to=person))
        take_in("Contact", contact(1, Email="a@x.org"), person)
        assert of(person) == here
        assert {(contact_id(1), "duplicate_email", contact_id(2))} <= open_problems()

    def test_a_duplicate_lead_does_not_hand_the_winners_contact_to_its_own(self, take_in):
        winner, other = lead(1, Email="a@x.org"), lead(2, Email="a@x.org")
        take_in("Lead", winner, other)
        take_in("Lead", converted(other, to=contact(2)))
        take_in("Contact", contact(2, Email="b@x.org"))
        assert of(contact(2)) != of(winner)
        assert of(winner).email == "a@x.org"


class TestDeletedAndMerged:
    def test_a_deleted_record_that_was_never_here_is_not_created(self, take_in):
        out = take_in("Contact", deleted(contact(1, Email="a@x.org")))
        assert (out.created, out.skip_reasons) == (0, {"deleted": 1})
        assert not Contact.objects.exists()

    def test_a_contact_stays_when_its_record_is_deleted(self, take_in):
        row = contact(1, Phone="1")
        take_in("Contact", row)
        assert take_in("Contact", changed(row, IsDeleted="true", Phone="2")).skip_reasons == {"deleted": 1}
        assert Contact.objects.get().phone == "1"
        assert state(row) == "deleted"

    def test_a_record_that_is_restored_finds_its_contact_again_even_without_an_address(self, take_in):
        row = contact(1)
        take_in("Contact", row)
        here = of(row)
        take_in("Contact", deleted(row, 1))
        take_in("Contact", changed(row, 2, Phone="back"))
        assert of(row) == here
        assert Contact.objects.get().phone == "back"

    def test_restored_after_another_record_took_its_contact_it_is_a_duplicate(self, take_in):
        row, other = contact(1, Email="a@x.org"), contact(2, Email="a@x.org")
        take_in("Contact", row)
        take_in("Contact", deleted(row, 1), other)
        take_in("Contact", changed(row, 2))
        assert of(other) == Contact.objects.get()
        assert state(row) == "duplicate"

    @pytest.mark.parametrize("pages", ["loser first", "one page", "survivor first"])
    def test_a_survivor_that_is_new_takes_the_losers_contact(self, take_in, pages):
        loser, survivor = contact(1, Email="a@x.org"), contact(2, Email="a@x.org")
        take_in("Contact", loser)
        here = of(loser)
        gone = merged(loser, into=survivor)
        for page in {
            "loser first": [[gone], [survivor]],
            "one page": [[survivor, gone]],
            "survivor first": [[survivor], [gone], [survivor]],
        }[pages]:
            take_in("Contact", *page)
        assert of(survivor) == here == Contact.objects.get()
        assert state(loser) == "merged"
        assert SalesforceRecord.objects.get(salesforce_id=loser["Id"]).merged_into == survivor["Id"]

    def test_a_survivor_without_an_address_takes_the_losers_contact_too(self, take_in):
        loser, survivor = contact(1), contact(2)
        take_in("Contact", loser)
        take_in("Contact", merged(loser, into=survivor))
        take_in("Contact", survivor)
        assert Contact.objects.get() == of(survivor)

    def test_a_survivor_that_has_a_contact_keeps_it(self, take_in):
        loser, survivor = contact(1, Email="a@x.org"), contact(2, Email="b@x.org")
        take_in("Contact", loser, survivor)
        here = of(survivor)
        take_in("Contact", merged(loser, into=survivor), changed(survivor))
        assert of(survivor) == here


class TestAddressesThatMove:
    def test_one_that_another_contact_has_is_refused_with_a_problem_that_resolves_itself(self, take_in):
        one, two = contact(1, Email="one@x.org"), contact(2, Email="two@x.org")
        take_in("Contact", one, two)
        one = changed(one, Email="Two@x.org", Phone="1")
        take_in("Contact", one)
        assert (of(one).email, of(one).phone) == ("one@x.org", "1")
        assert open_problems() == {(one["Id"], "email_taken", "")}
        take_in("Contact", changed(two, Email="three@x.org"))
        take_in("Contact", one)
        assert of(one).email == "Two@x.org"
        assert open_problems() == set()

    def test_one_in_other_letters_of_the_alphabet_beyond_ascii_is_the_same_one(self, take_in):
        one, two = contact(1, Email="one@x.org"), contact(2, Email="ç@x.org")
        take_in("Contact", one, two)
        take_in("Contact", changed(one, Email="Ç@x.org"))
        assert open_problems() == {(one["Id"], "email_taken", "")}

    @pytest.mark.parametrize("rule", ["prefer", "always", "two-way"])
    def test_it_is_taken_later_under_every_rule(self, take_in, set_rule, rule):
        set_rule("email", rule)
        one, two = contact(1, Email="one@x.org"), contact(2, Email="two@x.org")
        take_in("Contact", one, two)
        one = changed(one, Email="two@x.org")
        take_in("Contact", one)
        Contact.objects.get(email="two@x.org").delete()
        take_in("Contact", one)
        assert of(one).email == "two@x.org"

    def test_two_records_swap_theirs_in_one_page(self, take_in):
        one, two = contact(1, Email="one@x.org"), contact(2, Email="two@x.org")
        take_in("Contact", one, two)
        assert (
            take_in("Contact", changed(one, Email="two@x.org"), changed(two, Email="one@x.org")).updated == 2
        )
        assert (of(one).email, of(two).email) == ("two@x.org", "one@x.org")
        assert open_problems() == set()

    def test_an_address_moves_on_in_the_page_in_which_its_owner_gives_it_up(self, take_in):
        rows = [contact(1, Email="one@x.org"), contact(2, Email="two@x.org"), contact(3, Email="three@x.org")]
        take_in("Contact", *rows)
        after = ["two@x.org", "three@x.org", ""]
        take_in("Contact", *(changed(row, Email=email) for row, email in zip(rows, after, strict=True)))
        assert [of(row).email for row in rows] == ["two@x.org", "three@x.org", None]

    def test_a_chain_that_ends_at_an_owner_who_keeps_it_moves_nothing(self, take_in):
        rows = [contact(number, Email=f"{number}@x.org") for number in (1, 2, 3)]
        take_in("Contact", *rows)
        take_in("Contact", changed(rows[0], Email="2@x.org"), changed(rows[1], Email="3@x.org"))
        assert [of(row).email for row in rows] == ["1@x.org", "2@x.org", "3@x.org"]
        assert {code for _, code, _ in open_problems()} == {"email_taken"}

    def test_of_two_that_ask_for_one_address_the_older_gets_it(self, take_in):
        rows = [
            contact(1, Email="1@x.org", CreatedDate=stamp(3)),
            contact(2, Email="2@x.org", CreatedDate=stamp(2)),
        ]
        take_in("Contact", *rows)
        take_in("Contact", *(changed(row, Email="new@x.org") for row in rows))
        assert [of(row).email for row in rows] == ["1@x.org", "new@x.org"]
        assert open_problems() == {(contact_id(1), "email_taken", "")}

    def test_of_two_that_ask_for_one_that_its_owner_gives_up_the_older_gets_it(self, take_in):
        rows = [contact(number, Email=f"{number}@x.org") for number in (1, 2, 3)]
        take_in("Contact", *rows)
        after = ["free@x.org", "1@x.org", "1@x.org"]
        take_in("Contact", *(changed(row, Email=email) for row, email in zip(rows, after, strict=True)))
        assert [of(row).email for row in rows] == ["free@x.org", "1@x.org", "3@x.org"]

    def test_a_person_who_changed_the_address_here_later_keeps_it_two_way_and_nobody_is_told(
        self, take_in, set_rule
    ):
        set_rule("email", "two-way")
        one, two = contact(1, Email="one@x.org"), contact(2, Email="two@x.org")
        take_in("Contact", one, two)
        Contact.objects.filter(email="one@x.org").update(email="mine@x.org")
        take_in("Contact", changed(one, Email="two@x.org"))
        assert of(one).email == "mine@x.org"
        assert open_problems() == set()


class TestWithoutAddress:
    def test_it_is_identified_by_its_salesforce_id(self, take_in):
        assert take_in("Contact", contact(1), contact(2)).created == 2
        assert take_in("Contact", changed(contact(1), Phone="1")).updated == 1

    def test_the_setting_skips_it_with_a_note(self, take_in):
        out = take_in("Contact", contact(1), contact(2, Email="a@x.org"), skip_without_email=True)
        assert (out.created, out.skip_reasons) == (1, {"no_email": 1})
        assert open_problems() == {(contact_id(1), "no_email", "")}

    def test_one_that_is_here_already_goes_on_whatever_the_setting(self, take_in):
        take_in("Contact", contact(1, Email="a@x.org"))
        out = take_in("Contact", changed(contact(1), Phone="1"), skip_without_email=True)
        assert out.updated == 1
        assert Contact.objects.get().email is None

    def test_it_comes_in_when_the_setting_changes(self, take_in):
        take_in("Contact", contact(1), skip_without_email=True)
        assert take_in("Contact", contact(1)).created == 1
        assert open_problems() == set()


class TestRemovedHere:
    def test_a_contact_removed_here_is_created_again_by_the_next_import(self, take_in):
        row = contact(1, Phone="1")
        take_in("Contact", row)
        Contact.objects.get().delete()
        assert state(row) == "unlinked"
        assert take_in("Contact", row).created == 1
        assert of(row).phone == "1"
