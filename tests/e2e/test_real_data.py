"""Acceptance: the records of a real demo org, imported over HTTP by the commands."""

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from companies.models import Company
from contacts.models import Contact
from crmbridge.lists.models import List
from integrations.models import Problem, SalesforceRecord
from integrations.sandbox import DemoOrg
from tests.integrations.services.connected import connect_to, rows

from .conftest import Command

DATA = Path(settings.BASE_DIR).parent / "shared" / "salesforce" / "npsp-1k"
ALL_CONTACTS = "7015f000000000DAAQ"

pytestmark = pytest.mark.skipif(
    not DATA.is_dir() and not os.environ.get("CI"), reason=f"The recorded data is not in {DATA}."
)


@pytest.fixture(scope="module")
def org() -> Iterator[DemoOrg]:
    with DemoOrg(data=DATA) as org:
        yield org


@pytest.fixture(autouse=True)
def connected(org: DemoOrg, transactional_db: None) -> None:
    connect_to(org)


def recorded(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_contacts_come_in_and_each_duplicate_names_its_winner(command: Command, import_folder: Path) -> None:
    told = command("sf_import", "contacts", "--wait")
    assert (told["state"], told["read"], told["created"]) == ("finished", 1024, 1011)
    assert (told["skipped"], told["problems"]) == ({"duplicate_email": 13}, 13)
    assert told["read"] == told["created"] + sum(told["skipped"].values())
    assert Contact.objects.count() == 1011
    emails = {record["Id"]: record["Email"].lower() for record in recorded("Contact")}
    for problem in Problem.objects.filter(code="duplicate_email"):
        winner = SalesforceRecord.objects.get(salesforce_id=problem.other_id)
        assert winner.link_state == "linked"
        assert emails[problem.salesforce_id] == emails[problem.other_id]
        assert winner.contact_id == problem.contact_id
    assert list(import_folder.iterdir()) == []


def test_accounts_become_companies_and_every_contact_is_at_its_own(command: Command) -> None:
    command("sf_import", "contacts", "--wait")
    told = command("sf_import", "accounts", "--wait")
    assert (told["read"], told["created"], told["problems"]) == (882, 882, 0)
    assert Company.objects.count() == 882
    account_of = {record["Id"]: record["AccountId"] for record in recorded("Contact")}
    companies = dict(
        SalesforceRecord.objects.filter(sobject="Account").values_list("company_id", "salesforce_id")
    )
    linked = SalesforceRecord.objects.filter(sobject="Contact", link_state="linked")
    homes = dict(Contact.objects.values_list("id", "company_id"))
    assert {record.salesforce_id: companies[homes[record.contact_id]] for record in linked} == {
        record.salesforce_id: account_of[record.salesforce_id] for record in linked
    }


def test_accounts_before_contacts_give_the_same_rows(command: Command) -> None:
    command("sf_import", "contacts", "--wait")
    command("sf_import", "accounts", "--wait")
    one_way = rows(Contact), rows(Company)
    Contact.objects.all().delete()
    Company.objects.all().delete()
    SalesforceRecord.objects.all().delete()
    told = command("sf_import", "accounts", "--wait")
    assert (told["read"], told["created"]) == (882, 882)
    told = command("sf_import", "contacts", "--wait")
    assert (told["created"], told["problems"]) == (1011, 13)
    assert (rows(Contact), rows(Company)) == one_way
    assert not Contact.objects.filter(company=None).exists()


def test_the_same_again_creates_and_updates_nothing(command: Command) -> None:
    first = {group: command("sf_import", group, "--wait") for group in ("contacts", "accounts")}
    for group, told in first.items():
        again = command("sf_import", group, "--wait")
        assert (again["read"], again["created"], again["updated"]) == (told["read"], 0, 0)
        assert again["unchanged"] == told["created"]
        assert again["skipped"] == told["skipped"]


def test_a_campaign_becomes_a_static_list(command: Command) -> None:
    told = command("sf_import", "campaign", "--campaign", ALL_CONTACTS, "--wait")
    assert (told["created"], told["skipped"]) == (1011, {"duplicate_email": 13})
    filled = List.objects.get()
    assert filled.name == "All Contacts"
    assert filled.members.count() == 1011
    command("sf_import", "campaign", "--campaign", ALL_CONTACTS[:15], "--wait")
    assert filled.members.count() == List.objects.get().members.count() == 1011


def test_every_field_of_an_account_is_kept_mapped_or_not(command: Command, org: DemoOrg) -> None:
    command("sf_import", "accounts", "--wait")
    kept = {item.salesforce_id: item.fields for item in SalesforceRecord.objects.filter(sobject="Account")}
    originals = {record["Id"]: record for record in recorded("Account")}
    assert len(kept) == 882
    for salesforce_id, fields in kept.items():
        original = originals[salesforce_id]
        for name in set(original) & set(org.schema.objects["Account"].fields):
            if original[name] and org.schema.objects["Account"].fields[name].type in (
                "string",
                "picklist",
                "phone",
            ):
                assert fields[name] == original[name], name


def test_the_plan_tells_what_an_import_then_takes(command: Command) -> None:
    plan = command("sf_import", "contacts", "--plan")
    assert (plan["counts"], plan["warnings"]) == ({"Contact": 1024}, [])
    told = command("sf_import", "contacts", "--wait")
    assert told["api_calls"] == {"estimated": plan["api_calls"], "used": plan["api_calls"]}
