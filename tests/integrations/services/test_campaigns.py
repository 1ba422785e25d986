"""Campaigns to choose from."""

from collections.abc import Iterator

import pytest

from integrations.models import SalesforceConnection
from integrations.sandbox import DemoOrg
from integrations.services import campaigns
from tests.integrations.services.connected import connect_to

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def org() -> Iterator[DemoOrg]:
    with DemoOrg(contacts=30, accounts=5, leads=10, campaigns=1) as org:
        org.sql("DELETE FROM Campaign")
        for number in range(60):
            org.insert("Campaign", Name=f"Mail {number:02}", IsActive=number % 2)
        org.insert("Campaign", Name="100%_sure 'x'", IsActive=1, NumberOfContacts=3, NumberOfLeads=4)
        yield org


@pytest.fixture
def connection(org: DemoOrg) -> SalesforceConnection:
    return connect_to(org)


def test_active_ones_come_first_by_name_and_no_more_than_fifty(connection: SalesforceConnection) -> None:
    found, more = campaigns.find(connection=connection)
    assert (len(found), more) == (50, True)
    assert [campaign.is_active for campaign in found] == [True] * 31 + [False] * 19
    names = [campaign.name for campaign in found if campaign.is_active]
    assert names == sorted(names)


def test_members_are_contacts_and_leads(connection: SalesforceConnection) -> None:
    [found], more = campaigns.find(connection=connection, words="sure")
    assert (found.name, found.members, more) == ("100%_sure 'x'", 7, False)


@pytest.mark.parametrize(("words", "number"), [("mail 1", 10), ("%", 1), ("_", 1), ("'", 1), ("\\", 0)])
def test_words_are_found_as_they_are_whatever_their_case(
    connection: SalesforceConnection, words: str, number: int
) -> None:
    assert len(campaigns.find(connection=connection, words=words)[0]) == number


def test_it_takes_one_call(org: DemoOrg, connection: SalesforceConnection) -> None:
    before = org.api_calls
    campaigns.find(connection=connection, words="mail")
    assert org.api_calls == before + 1
