"""The import dialog, step by step, without a browser: how, which records, what it takes, off it goes."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.contrib.auth.models import Group, User
from django.core import signing
from django.test import Client
from django_q.models import OrmQ

from contacts.models import Contact
from crmbridge.roles import MARKETER
from integrations.models import ApiUsage, ConnectionState, ImportRun, RunState, SalesforceConnection
from integrations.sandbox import DemoOrg
from integrations.sandbox.faults import Faults
from integrations.services import sync_settings
from integrations.services.slices import run_slice
from tests.integrations.services.connected import connect_to

pytestmark = pytest.mark.django_db
LIST = "/integrations/importrun/"
HOW, RECORDS, CONFIRM = f"{LIST}start/", f"{LIST}start/records/", f"{LIST}start/confirm/"


@pytest.fixture(scope="module")
def package_org() -> Iterator[DemoOrg]:
    with DemoOrg(contacts=60, accounts=12, leads=20, campaigns=2) as org:
        yield org


@pytest.fixture
def connection(package_org: DemoOrg) -> SalesforceConnection:
    return connect_to(package_org)


def text(response) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split()))


def begun(client: Client, group: str, **more: str):
    """The answer to Begin Import."""
    return client.post(RECORDS, {"group": group, **more})


def test_the_dashboard_leads_to_the_dialog_and_the_dialog_asks_how(admin_client, connection):
    page = admin_client.get(LIST).content.decode()
    assert f'href="{HOW}">Import contacts' in page
    page = admin_client.get(HOW).content.decode()
    assert "Import from Salesforce" in page
    assert "<dialog open" in page


def test_the_five_groups_are_those_of_the_article(admin_client, connection):
    page = admin_client.get(RECORDS).content.decode()
    dialog = page[page.index("<dialog") :]
    assert re.findall(r"<option[^>]*>([^<]+)<", dialog) == [
        "All Leads and Contacts",
        "All Leads",
        "All Contacts",
        "Accounts Associated With Contacts",
        "All Leads and Contacts in a Campaign",
    ]


def test_counts_are_shown_and_ok_starts_exactly_that_import(
    admin_client, admin_user, package_org, connection
):
    response = begun(admin_client, "leads-and-contacts")
    assert response.status_code == 302
    calls = package_org.api_calls
    confirm = response.headers["Location"]
    page = text(admin_client.get(confirm))
    assert "Import All Leads and Contacts from Salesforce?" in page
    assert "Contact 60 Lead 20" in page
    assert "API calls needed about" in page
    started = admin_client.post(confirm)
    run = ImportRun.objects.get()
    assert started.headers["Location"] == f"{LIST}{run.pk}/"
    assert (run.requested_by, run.state, OrmQ.objects.count()) == (admin_user, RunState.QUEUED, 1)
    assert dict(run.phases.filter(kind="records").values_list("sobject", "expected")) == {
        "Contact": 60,
        "Lead": 20,
    }
    assert package_org.api_calls == calls, "Nothing is counted twice."


def test_ok_twice_is_one_import(admin_client, connection):
    confirm = begun(admin_client, "contacts").headers["Location"]
    first, second = admin_client.post(confirm), admin_client.post(confirm)
    assert first.headers["Location"] == second.headers["Location"]
    ImportRun.objects.update(state=RunState.FINISHED)
    assert admin_client.post(confirm).headers["Location"] == first.headers["Location"]
    assert ImportRun.objects.count() == 1


def test_a_second_import_of_the_same_records_is_refused_and_named(admin_client, connection):
    one, other = (begun(admin_client, "contacts").headers["Location"] for _ in range(2))
    admin_client.post(one)
    page = text(admin_client.post(other, follow=True))
    assert f"Import {ImportRun.objects.get().pk} (All Contacts) of the same records is under way." in page


def test_a_campaign_is_searched_and_chosen(admin_client, package_org, connection):
    [(campaign, name)] = package_org.sql("SELECT Id, Name FROM Campaign ORDER BY Id LIMIT 1")
    page = begun(admin_client, "campaign")
    assert "Choose a campaign." in text(page)
    assert str(name) in text(page)
    found = admin_client.post(RECORDS, {"group": "campaign", "find": "1", "words": str(name)})
    assert f'value="{campaign}"' in found.content.decode()
    assert "No campaign has such a name" in text(
        admin_client.post(RECORDS, {"group": "campaign", "find": "1", "words": "no such"})
    )
    confirm = begun(admin_client, "campaign", campaign=str(campaign)).headers["Location"]
    assert f"Campaign: {name}" in text(admin_client.get(confirm))


def test_accounts_need_account_sync(admin_client, connection):
    sync_settings.update(connection=connection, account_sync=False)
    page = begun(admin_client, "accounts")
    assert "Account Sync is off, so no accounts can be imported." in text(page)
    assert "/integrations/syncsettings/#account-sync" in page.content.decode()


def test_without_a_connection_the_dialog_leads_to_integrations(admin_client):
    page = admin_client.get(RECORDS)
    assert "Salesforce is not connected yet" in text(page)
    assert 'href="/integrations/salesforceconnection/">Go to Integrations' in page.content.decode()


def test_a_lost_connection_is_told(admin_client, connection):
    SalesforceConnection.objects.update(state=ConnectionState.RECONNECT)
    assert "does not work any more" in text(admin_client.get(RECORDS))
    assert "does not work any more" in text(begun(admin_client, "contacts"))


def test_a_salesforce_that_is_away_is_told_in_the_dialog(admin_client, package_org, connection, monkeypatch):
    monkeypatch.setattr("integrations.salesforce.retries.MAX_PAUSE", 0.01)
    package_org.fail_next(status=503, body="<html></html>", times=100)
    page = begun(admin_client, "contacts")
    package_org.faults = Faults()
    assert "Salesforce is unavailable at the moment." in text(page)
    assert not ImportRun.objects.exists()


def test_used_up_calls_are_a_warning_before_the_start(admin_client, connection):
    sync_settings.update(connection=connection, allotted_calls=1)
    ApiUsage.objects.update(calls=1)
    page = text(admin_client.get(begun(admin_client, "contacts").headers["Location"]))
    assert "It will wait when they are used up." in page


@pytest.mark.parametrize("plan", ["", "nonsense", signing.dumps({"token": "x"}, salt="other")])
def test_a_plan_that_is_not_ours_starts_nothing(admin_client, connection, plan):
    response = admin_client.post(CONFIRM, query_params={"plan": plan}, follow=True)
    assert "These counts are too old or not from this page." in text(response)
    assert not ImportRun.objects.exists()


def test_a_plan_grows_old(admin_client, connection, monkeypatch):
    confirm = begun(admin_client, "contacts").headers["Location"]
    monkeypatch.setattr("integrations.services.plan_text._SECONDS", -1)
    assert "These counts are too old" in text(admin_client.get(confirm, follow=True))


@pytest.mark.parametrize("step", [RECORDS, CONFIRM])
def test_only_administrators_import_from_salesforce(client, connection, step):
    kim = User.objects.create_user("kim", is_staff=True)
    kim.groups.add(Group.objects.get(name=MARKETER))
    client.force_login(kim)
    assert "Import from Salesforce" not in client.get(HOW).content.decode()
    assert (client.get(step).status_code, client.post(step).status_code) == (403, 403)


def test_the_list_offers_cancel_and_resume_where_they_make_sense(admin_client, connection):
    runs = {
        state: ImportRun.objects.create(connection=connection, record_group="leads", state=state)
        for state in (RunState.FINISHED, RunState.FAILED, RunState.QUEUED)
    }
    page = admin_client.get(LIST).content.decode()
    offered = re.findall(r'(?:formaction|href)="/integrations/importrun/(\d+)/(\w+)/"', page)
    assert set(offered) == {
        (str(runs[RunState.FAILED].pk), "resume"),
        (str(runs[RunState.QUEUED].pk), "cancel"),
    }


@pytest.mark.django_db(transaction=True)
def test_a_preview_is_a_dry_run_whose_page_says_what_would_happen(admin_client, connection):
    confirm = begun(admin_client, "contacts").headers["Location"]
    assert "Preview this import" in text(admin_client.get(confirm))
    started = admin_client.post(confirm, {"preview": "1"})
    run = ImportRun.objects.get()
    assert run.is_dry
    while run_slice(run_id=run.pk):
        pass
    page = text(admin_client.get(started.headers["Location"]))
    assert "Preview, nothing is written" in page
    assert "Would be created" in page
    assert not Contact.objects.exists()
