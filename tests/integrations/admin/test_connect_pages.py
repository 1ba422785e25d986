"""Integrations: connecting in the browser, and what each failure says; a person's part is played by requests."""

import re
import time
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from django.test import Client

from integrations.models import ConnectionState, SalesforceConnection
from integrations.sandbox import DemoOrg
from integrations.services import web_sign_in
from tests.integrations.services.connected import connect_to

pytestmark = pytest.mark.django_db
HUB = "/integrations/salesforceconnection/"
CONNECT = f"{HUB}connect/"
CALLBACK = f"{HUB}connect/callback/"


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoOrg]:
    """An org to connect to."""
    with DemoOrg(contacts=3, accounts=2, leads=1, campaigns=1) as org:
        yield org


def begin(client: Client, demo: DemoOrg, **changes: str) -> str:
    """Sends the form; the address that it leads on to."""
    form = {
        "server": "my-domain",
        "my_domain": demo.url,
        "client_id": demo.client_id,
        "client_secret": demo.client_secret,
    }
    page = client.post(CONNECT, form | changes)
    assert page.status_code == 200
    [address] = re.findall(r'http-equiv="refresh" content="0;url=([^"]+)"', page.content.decode())
    return unescape(address)


def decide(address: str, decision: str = "allow") -> str:
    """Presses a button on the org's page; the path that the browser is sent back to."""
    form = dict(parse_qsl(urlsplit(address).query))
    answer = requests.post(
        address.partition("?")[0], data={**form, "decision": decision}, allow_redirects=False, timeout=10
    )
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def said(client: Client, path: str) -> str:
    """What the page says to which the browser is sent back."""
    page = client.get(path)
    assert page.status_code == 200
    text = unescape(page.content.decode())
    assert "Signing in to Salesforce did not succeed" in text
    assert "Try again" in text
    return text


def test_without_a_connection_the_page_offers_to_connect(admin_client):
    assert CONNECT in admin_client.get(HUB).content.decode()


def test_the_form_shows_the_callback_address(admin_client):
    assert f"http://testserver{CALLBACK}" in admin_client.get(CONNECT).content.decode()


def test_an_allowed_sign_in_connects(admin_client, admin_user, demo):
    back = decide(begin(admin_client, demo))
    assert admin_client.get(back).headers["Location"] == HUB
    connection = SalesforceConnection.objects.get()
    assert (connection.flow, connection.is_connected) == ("web", True)
    assert connection.connected_by == admin_user
    assert f"as {demo.username}" in admin_client.get(HUB).content.decode()


def test_the_session_never_holds_the_secret_in_the_clear(admin_client, demo):
    begin(admin_client, demo)
    kept = str(dict(admin_client.session.items()))
    assert "salesforce_sign_in" in kept
    assert demo.client_secret not in kept


def test_a_denied_access_says_so(admin_client, demo):
    text = said(admin_client, decide(begin(admin_client, demo), "deny"))
    assert "end-user denied authorization" in text
    assert not SalesforceConnection.objects.exists()


@pytest.mark.parametrize("query", ["", "?code=stolen&state=forged", "?error=access_denied&state="])
def test_an_answer_to_another_sign_in_is_refused(admin_client, demo, query):
    begin(admin_client, demo)
    assert "was begun in another browser" in said(admin_client, CALLBACK + query)


def test_an_answer_works_once(admin_client, demo):
    back = decide(begin(admin_client, demo))
    admin_client.get(back)
    assert "was used already" in said(admin_client, back)


def test_a_late_answer_is_refused(admin_client, demo, monkeypatch):
    back, now = decide(begin(admin_client, demo)), time.time()
    monkeypatch.setattr(web_sign_in.time, "time", lambda: now + 601)
    assert "within ten minutes" in said(admin_client, back)
    assert not SalesforceConnection.objects.exists()


def test_a_wrong_secret_says_so(admin_client, demo):
    text = said(admin_client, decide(begin(admin_client, demo, client_secret="wrong")))
    assert "invalid client credentials" in text
    assert "wrong" not in re.sub(r"<[^>]+>", "", text)


def test_another_org_is_refused(admin_client, org, demo):
    text = said(admin_client, decide(begin(admin_client, demo)))
    assert "the records here belong to Acme Industries" in text
    assert SalesforceConnection.objects.get().org_id == org.org_id


def test_an_org_that_cannot_be_reached_says_so(admin_client):
    with DemoOrg(contacts=1, accounts=1, leads=0, campaigns=0) as gone:
        back = decide(begin(admin_client, gone))
    said(admin_client, back)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("API_DISABLED_FOR_ORG", "its edition has no API"),
        ("API_CURRENTLY_DISABLED", "Give the user the permission “API Enabled”"),
    ],
)
def test_a_user_or_an_edition_without_api_says_so(admin_client, code, told):
    with DemoOrg(contacts=1, accounts=1, leads=0, campaigns=0) as org:
        back = decide(begin(admin_client, org))
        org.fail_next("/services/data", times=9, status=403, body=[{"errorCode": code, "message": "No."}])
        assert told in said(admin_client, back)


@pytest.mark.parametrize(
    "address", ["https://evil.example", "https://salesforce.com.evil.example", "ftp://x"]
)
def test_no_other_host_gets_the_secret(admin_client, demo, address):
    form = {"server": "my-domain", "my_domain": address, "client_id": "x", "client_secret": "s"}
    page = admin_client.post(CONNECT, form)
    assert page.status_code == 422
    assert page.context["form"].errors["my_domain"]
    assert "salesforce_sign_in" not in admin_client.session


def test_my_domain_needs_an_address(admin_client):
    page = admin_client.post(CONNECT, {"server": "my-domain", "client_id": "x"})
    assert page.context["form"].errors["my_domain"] == ["Enter your org's My Domain address."]


def test_a_sandbox_signs_in_at_the_common_address(admin_client):
    page = admin_client.post(CONNECT, {"server": "sandbox", "client_id": "x"}).content.decode()
    assert "url=https://test.salesforce.com/services/oauth2/authorize?" in page


def test_connecting_again_needs_no_secret(admin_client, demo):
    admin_client.get(decide(begin(admin_client, demo)))
    SalesforceConnection.objects.update(state=ConnectionState.RECONNECT)
    assert demo.client_id in admin_client.get(CONNECT).content.decode()
    admin_client.get(decide(begin(admin_client, demo, client_secret="")))
    connection = SalesforceConnection.objects.get()
    assert connection.is_connected
    assert connection.client_secret == demo.client_secret


def test_a_server_to_server_connection_connects_again_by_one_button(admin_client, demo):
    connect_to(demo)
    SalesforceConnection.objects.update(state=ConnectionState.RECONNECT)
    admin_client.post(f"{CONNECT}again/")
    assert SalesforceConnection.objects.get().is_connected


def test_disconnecting_says_what_stays_and_asks(admin_client, demo):
    connection = connect_to(demo)
    page = admin_client.get(f"{HUB}disconnect/").content.decode()
    assert "What stays" in page
    assert SalesforceConnection.objects.get().is_connected
    token = str(connection.access_token)
    admin_client.post(f"{HUB}disconnect/")
    assert SalesforceConnection.objects.get().state == ConnectionState.DISCONNECTED
    assert not demo.sessions.is_alive(token)
    assert "Nothing is imported while" in admin_client.get(HUB).content.decode()
