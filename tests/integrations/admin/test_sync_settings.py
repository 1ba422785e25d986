"""Salesforce → Settings."""

import re

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone

from integrations.models import ApiUsage, ImportRun, RunState, SalesforceRecord, SyncSettings

pytestmark = pytest.mark.django_db
PAGE = "/integrations/syncsettings/"


def chosen(page: str) -> str:
    return re.search(r"<option[^>]*selected[^>]*>([^<]+)<", page)[1]


def mirror(org, salesforce_id: str, **fields) -> None:
    SalesforceRecord.objects.create(
        connection=org,
        salesforce_id=salesforce_id,
        system_modstamp=timezone.now(),
        shape=0,
        link_state="linked",
        **fields,
    )


def test_without_a_connection_the_page_leads_to_integrations(admin_client):
    assert admin_client.get(PAGE).headers["Location"] == "/integrations/salesforceconnection/"


@pytest.mark.parametrize(
    ("value", "label", "said", "is_on"),
    [("sync", "Sync Accounts", "on", True), ("off", "Do Not Sync", "off", False)],
)
def test_account_sync_saves_and_says_so(admin_client, org, value, label, said, is_on):
    SyncSettings.objects.update(account_sync=not is_on)
    page = admin_client.post(PAGE, {"section": "account-sync", "account_sync": value}, follow=True)
    assert f"Account sync is now {said}." in page.content.decode()
    assert chosen(page.content.decode()) == label
    assert SyncSettings.objects.get().account_sync is is_on


def test_account_sync_has_exactly_two_choices(admin_client, org):
    page = admin_client.get(PAGE).content.decode()
    assert re.findall(r"<option[^>]*>([^<]+)<", page) == ["Sync Accounts", "Do Not Sync"]


def test_a_live_save_answers_with_the_section_and_its_notice_alone(admin_client, org):
    sent = {"section": "account-sync", "account_sync": "sync"}
    part = admin_client.post(PAGE, sent, headers={"HX-Request": "true"}).content.decode()
    assert part.count("<section") == 1
    assert 'hx-swap-oob="beforeend:#toasts"' in part
    assert "Account sync is now on." in part


def test_switching_on_offers_the_accounts_of_contacts_that_are_here(admin_client, org):
    mirror(org, "003000000000001AAA", sobject="Contact", related_id="001000000000001AAA")
    offer = "Import their accounts"
    assert offer not in admin_client.get(PAGE).content.decode()
    SyncSettings.objects.update(account_sync=True)
    assert offer in admin_client.get(PAGE).content.decode()
    ImportRun.objects.create(connection=org, record_group="accounts", state=RunState.FINISHED)
    assert offer not in admin_client.get(PAGE).content.decode()


def test_switching_off_says_that_companies_stay(admin_client, org):
    mirror(org, "001000000000001AAA", sobject="Account", company_id=1)
    SyncSettings.objects.update(account_sync=False)
    assert (
        "The 1 company that came from Salesforce stays as it is." in admin_client.get(PAGE).content.decode()
    )


def test_records_without_email_and_the_allotment_are_saved(admin_client, org):
    admin_client.post(PAGE, {"section": "no-email", "no_email": "skip"})
    admin_client.post(PAGE, {"section": "api-calls", "allotted_calls": "20000"})
    settings = SyncSettings.objects.get()
    assert (settings.no_email, settings.allotted_calls) == ("skip", 20_000)
    admin_client.post(PAGE, {"section": "api-calls", "allotted_calls": ""})
    assert SyncSettings.objects.get().allotted_calls is None


@pytest.mark.parametrize("value", ["-1", "many", "99999999999"])
def test_an_allotment_that_is_no_number_of_calls_is_refused_in_place(admin_client, org, value):
    response = admin_client.post(PAGE, {"section": "api-calls", "allotted_calls": value})
    assert response.status_code == 422
    assert "errorlist" in response.content.decode()
    assert SyncSettings.objects.get().allotted_calls is None


def test_a_section_that_does_not_exist_is_a_bad_request(admin_client, org):
    assert admin_client.post(PAGE, {"section": "sync-schedule"}).status_code == 400


def test_the_meter_shows_calls_allotment_and_limit(admin_client, org):
    SyncSettings.objects.update(allotted_calls=20_000)
    ApiUsage.objects.create(
        connection=org, hour=timezone.now(), calls=1152, org_used=20_412, org_limit=100_000
    )
    page = " ".join(admin_client.get(PAGE).content.decode().split())
    assert "<b>1,152</b> of 20,000 calls allotted to crmbridge in 24 hours" in page
    assert "20,412 of 100,000 by the whole organization" in page


def test_who_may_only_look_cannot_save(client, org):
    kim = User.objects.create_user("kim", is_staff=True)
    kim.user_permissions.set(Permission.objects.filter(codename="view_syncsettings"))
    client.force_login(kim)
    page = client.get(PAGE).content.decode()
    assert "disabled" in page
    assert ">Save<" not in page
    assert client.post(PAGE, {"section": "account-sync", "account_sync": "sync"}).status_code == 403
