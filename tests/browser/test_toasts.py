"""Notices at the bottom right."""

import pytest
from playwright.sync_api import expect

from contacts.models import Contact
from crmbridge.lists.models import List

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(mika):
    """A page with a good notice and an error, on a clock that the test moves."""
    Contact.objects.create(email="amy@example.com")
    spring = List.objects.create(name="Spring")
    mika.page.clock.install()
    page = mika.visit(f"/lists/list/{spring.pk}/change/")
    page.get_by_label("E-mail addresses").fill("amy@example.com nobody@example.com")
    page.get_by_role("button", name="Add to the list").click()
    page.locator("#add-title").wait_for()
    page.clock.run_for(200)
    expect(page.locator(".toast")).to_have_count(2)
    return page


def test_a_notice_leaves_after_six_seconds_and_an_error_stays(page):
    page.clock.run_for(5_000)
    expect(page.locator(".toast.success")).to_be_visible()
    page.clock.run_for(1_500)
    expect(page.locator(".toast.success")).to_have_count(0)
    page.clock.run_for(60_000)
    expect(page.locator(".toast.error")).to_be_visible()


def test_a_notice_that_somebody_points_at_stays(page):
    page.locator(".toast.success").hover()
    page.clock.run_for(20_000)
    expect(page.locator(".toast.success")).to_be_visible()


def test_an_error_is_closed_by_hand(page):
    page.locator(".toast.error").get_by_role("button", name="Close").click()
    expect(page.locator(".toast.error")).to_have_count(0)


def test_notices_come_into_a_live_region(page):
    expect(page.locator("#toasts")).to_have_attribute("aria-live", "polite")
    expect(page.locator(".toast.error")).to_have_attribute("role", "alert")
