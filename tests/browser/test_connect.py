"""Connecting in a real browser, through the demo org's own sign-in page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from integrations.models import ConnectionState, SalesforceConnection
from integrations.sandbox import DemoOrg

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HUB = "/integrations/salesforceconnection/"


@pytest.fixture
def demo(transactional_db: None) -> Iterator[DemoOrg]:
    with DemoOrg(contacts=3, accounts=2, leads=1, campaigns=1) as org:
        yield org


def sign_in(page: Page, demo: DemoOrg, decision: str) -> None:
    """From the form to the answer of the org's page."""
    page.locator("select[name=server]").select_option("my-domain")
    page.locator("input[name=my_domain]").fill(demo.url)
    page.locator("input[name=client_id]").fill(demo.client_id)
    page.locator("input[name=client_secret]").fill(demo.client_secret)
    page.get_by_role("button", name="Continue to Salesforce").click()
    page.locator(f"button[value={decision}]").click()


def test_from_an_empty_installation_and_back_to_none(mika, demo):
    page = mika.visit(HUB)
    page.get_by_role("link", name="Connect", exact=True).click()
    sign_in(page, demo, "deny")
    expect(page.get_by_role("heading", level=1)).to_have_text("Signing in to Salesforce did not succeed")
    page.get_by_role("link", name="Try again").click()
    sign_in(page, demo, "allow")
    expect(page.locator("#toasts .toast")).to_contain_text("Connected to")
    expect(page.locator(".badge").first).to_have_text("Connected")

    page.get_by_role("link", name="Reconnect").click()
    expect(page.locator("input[name=client_id]")).to_have_value(demo.client_id)
    page.get_by_role("button", name="Continue to Salesforce").click()
    page.locator("button[value=allow]").click()
    page.wait_for_url(f"**{HUB}")

    page.get_by_role("link", name="Disconnect").click()
    page.get_by_role("button", name="Disconnect").click()
    expect(page.locator(".badge").first).to_have_text("Disconnected")
    assert SalesforceConnection.objects.get().state == ConnectionState.DISCONNECTED
