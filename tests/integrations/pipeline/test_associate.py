"""Contacts and their companies, companies and their parents, campaigns and their lists: whichever came first."""

import pytest

from companies.models import Company
from contacts.models import Contact
from crmbridge.lists.models import List
from integrations.models import Problem, SalesforceRecord
from integrations.pipeline import associate, missing_accounts
from integrations.pipeline.page import account_keys, campaign_members
from tests.integrations.pipeline.conftest import FIELDS
from tests.integrations.pipeline.rows import (
    account,
    account_id,
    changed,
    contact,
    contact_id,
    deleted,
    lead,
    lead_id,
    merged,
)


def company_of(number):
    """The name of the company of contact `number`, or None."""
    pk = SalesforceRecord.objects.get(salesforce_id=contact_id(number)).contact_id
    company = Contact.objects.get(pk=pk).company
    return company and company.name


def parent_of(number):
    """The name of the parent of company `number`, or None."""
    pk = SalesforceRecord.objects.get(salesforce_id=account_id(number)).company_id
    parent = Company.objects.get(pk=pk).parent
    return parent and parent.name


class TestCompanyOfAContact:
    @pytest.mark.parametrize("order", [("Account", "Contact"), ("Contact", "Account")])
    def test_account_and_contact_find_each_other_in_either_order(self, take_in, order):
        rows = {"Account": account(1), "Contact": contact(1, AccountId=account_id(1))}
        for sobject in order:
            take_in(sobject, rows[sobject])
        assert company_of(1) == "Account 1"

    def test_a_contact_that_is_known_finds_an_account_that_came_meanwhile(self, take_in):
        take_in("Contact", contact(1))
        take_in("Account", account(1))
        take_in("Contact", changed(contact(1, AccountId=account_id(1))))
        assert company_of(1) == "Account 1"

    def test_what_two_pages_could_not_see_of_each_other_is_linked_at_the_end(self, take_in, connection):
        take_in("Account", account(1))
        take_in("Contact", contact(1, AccountId=account_id(1)), contact(2, AccountId=account_id(2)))
        Contact.objects.update(company=None)
        assert associate.link_all_waiting_contacts(connection_id=connection.pk) == 1
        assert (company_of(1), company_of(2)) == ("Account 1", None)

    def test_it_moves_when_account_id_changes(self, take_in):
        take_in("Account", account(1), account(2))
        take_in("Contact", contact(1, AccountId=account_id(1)))
        take_in("Contact", changed(contact(1, AccountId=account_id(2))))
        assert company_of(1) == "Account 2"

    def test_it_waits_when_the_new_account_is_not_here(self, take_in):
        take_in("Account", account(1))
        take_in("Contact", contact(1, AccountId=account_id(1)))
        take_in("Contact", changed(contact(1, AccountId=account_id(2))))
        assert company_of(1) is None
        take_in("Account", account(2))
        assert company_of(1) == "Account 2"

    def test_it_goes_when_account_id_is_cleared(self, take_in):
        take_in("Account", account(1))
        take_in("Contact", contact(1, AccountId=account_id(1)))
        take_in("Contact", changed(contact(1)))
        assert company_of(1) is None

    def test_one_that_a_person_chose_stays_while_account_id_does(self, take_in, connection):
        row = contact(1, AccountId=account_id(1))
        take_in("Account", account(1))
        take_in("Contact", row)
        Contact.objects.update(company=Company.objects.create(name="Chosen"))
        take_in("Contact", changed(row, Phone="1"))
        take_in("Account", changed(account(1)))
        associate.link_all_waiting_contacts(connection_id=connection.pk)
        assert company_of(1) == "Chosen"

    def test_one_that_a_person_chose_stays_at_first_contact_if_the_account_is_not_here(self, take_in):
        Contact.objects.create(email="a@x.org", company=Company.objects.create(name="Chosen"))
        take_in("Contact", contact(1, Email="a@x.org", AccountId=account_id(1)))
        assert company_of(1) == "Chosen"

    def test_it_stays_when_the_field_is_hidden(self, take_in):
        take_in("Account", account(1))
        take_in("Contact", contact(1, AccountId=account_id(1)))
        take_in(
            "Contact", changed(contact(1)), fields=[name for name in FIELDS["Contact"] if name != "AccountId"]
        )
        assert company_of(1) == "Account 1"

    def test_it_is_the_survivors_when_its_account_is_merged_away(self, take_in):
        loser, survivor = account(1), account(2)
        take_in("Account", loser, survivor)
        take_in("Contact", contact(1, AccountId=loser["Id"]), contact(2, AccountId=loser["Id"]))
        chosen = Company.objects.create(name="Chosen")
        Contact.objects.filter(last_name="Contact 2").update(company=chosen)
        take_in("Account", merged(loser, into=survivor))
        assert (company_of(1), company_of(2)) == ("Account 2", "Chosen")

    def test_an_account_that_was_merged_into_a_new_one_hands_its_company_on(self, take_in):
        take_in("Account", account(1))
        take_in("Contact", contact(1, AccountId=account_id(1)))
        take_in("Account", account(2), merged(account(1), into=account(2)))
        assert Company.objects.get().name == company_of(1) == "Account 2"

    def test_an_account_that_is_restored_finds_its_company_again(self, take_in):
        take_in("Account", account(1))
        take_in("Account", deleted(account(1), 1))
        take_in("Account", changed(account(1, Name="Back"), 2))
        assert Company.objects.get().name == "Back"


def test_accounts_are_one_by_id_and_never_by_name_or_domain(take_in):
    Company.objects.create(name="Acme", domain="acme.com")
    rows = [account(number, Name="Acme", Website="acme.com") for number in (1, 2)]
    assert take_in("Account", *rows).created == 2
    assert list(Company.objects.values_list("domain", flat=True)) == ["acme.com"] * 3


class TestParents:
    @pytest.mark.parametrize("pages", ["parent first", "child first", "one page"])
    def test_parent_and_child_find_each_other_in_either_order(self, take_in, pages):
        parent, child = account(1), account(2, ParentId=account_id(1))
        for page in {
            "parent first": [[parent], [child]],
            "child first": [[child], [parent]],
            "one page": [[child, parent]],
        }[pages]:
            take_in("Account", *page)
        assert (parent_of(2), parent_of(1)) == ("Account 1", None)

    def test_it_follows_parent_id(self, take_in):
        take_in("Account", account(1), account(2), account(3, ParentId=account_id(1)))
        take_in("Account", changed(account(3, ParentId=account_id(2)), 1))
        assert parent_of(3) == "Account 2"
        take_in("Account", changed(account(3), 2))
        assert parent_of(3) is None

    def test_one_that_a_person_chose_stays_while_parent_id_does(self, take_in):
        rows = [account(1), account(2, ParentId=account_id(1))]
        take_in("Account", *rows)
        Company.objects.filter(name="Account 2").update(parent=Company.objects.create(name="Chosen"))
        take_in("Account", *(changed(row) for row in rows))
        assert parent_of(2) == "Chosen"


class TestMissingAccount:
    def missing(self):
        return set(Problem.objects.filter(resolved_at=None).values_list("code", "salesforce_id", "other_id"))

    def test_a_contact_whose_account_is_not_here_is_told_and_resolves_when_it_comes(
        self, take_in, connection, run
    ):
        take_in("Contact", contact(1, AccountId=account_id(1)), contact(2))
        assert missing_accounts.save(connection_id=connection.pk, run_id=run.pk) == 1
        assert self.missing() == {("account_missing", contact_id(1), account_id(1))}
        assert Problem.objects.get().occurrences.get().run == run
        assert missing_accounts.resolve(connection_id=connection.pk) == 0
        take_in("Account", account(1))
        assert missing_accounts.resolve(connection_id=connection.pk) == 1
        assert self.missing() == set()

    def test_another_change_of_the_contact_does_not_resolve_it(self, take_in, connection, run):
        take_in("Contact", contact(1, AccountId=account_id(1)))
        missing_accounts.save(connection_id=connection.pk, run_id=run.pk)
        take_in("Contact", changed(contact(1, AccountId=account_id(1), Phone="1")))
        assert self.missing() == {("account_missing", contact_id(1), account_id(1))}

    def test_it_resolves_when_the_contact_leaves_the_account(self, take_in, connection, run):
        take_in("Contact", contact(1, AccountId=account_id(1)))
        missing_accounts.save(connection_id=connection.pk, run_id=run.pk)
        take_in("Contact", changed(contact(1)))
        missing_accounts.resolve(connection_id=connection.pk)
        assert self.missing() == set()


class TestCampaign:
    def members(self, take_in, *rows):
        campaign = List.objects.get_or_create(name="Campaign")[0]
        out = take_in("CampaignMember", *rows, steps=campaign_members, list_id=campaign.pk)
        return out, set(campaign.contacts.values_list("last_name", flat=True))

    def member(self, number, **fields):
        return {"Id": f"00v{number:012}AAA", **fields}

    def test_members_who_are_here_come_on_its_list(self, take_in):
        take_in("Contact", contact(1), contact(2))
        take_in("Lead", lead(1))
        out, names = self.members(
            take_in,
            self.member(1, ContactId=contact_id(1)),
            self.member(2, LeadId=lead_id(1)),
            self.member(3, LeadId=lead_id(9)),
        )
        assert (out.read, out.created, names) == (3, 2, {"Contact 1", "Lead 1"})

    def test_a_second_time_adds_nobody(self, take_in):
        take_in("Contact", contact(1))
        for created in (1, 0):
            out, _ = self.members(take_in, self.member(1, ContactId=contact_id(1)))
            assert out.created == created

    def test_a_duplicate_is_there_as_the_winner_of_its_address_and_only_once(self, take_in):
        take_in("Contact", contact(1, Email="a@x.org"), contact(2, Email="a@x.org"))
        out, names = self.members(
            take_in, self.member(1, ContactId=contact_id(1)), self.member(2, ContactId=contact_id(2))
        )
        assert (out.created, out.unchanged, names) == (1, 1, {"Contact 1"})

    def test_deleted_members_and_deleted_records_are_not_on_it(self, take_in):
        take_in("Contact", contact(1), contact(2))
        take_in("Contact", deleted(contact(2)))
        out, names = self.members(
            take_in,
            self.member(1, ContactId=contact_id(1), IsDeleted="true"),
            self.member(2, ContactId=contact_id(2)),
        )
        assert (out.created, names) == (0, set())


class TestNotedKeys:
    def test_only_the_noted_accounts_are_taken_and_counted(self, take_in, run):
        rows = [contact(number, AccountId=account_id(1 + number % 2)) for number in range(4)]
        assert take_in("Contact", *rows, contact(9), steps=account_keys).created == 2
        assert set(run.keys.values_list("salesforce_id", flat=True)) == {account_id(1), account_id(2)}
        out = take_in("Account", account(1), account(2), account(3), only_noted_keys=True)
        assert (out.read, out.created) == (2, 2)

    def test_a_key_is_noted_once(self, take_in, run):
        for created in (1, 0):
            assert (
                take_in("Contact", contact(1, AccountId=account_id(1)), steps=account_keys).created == created
            )
        assert run.keys.count() == 1
