"""Lists are built in the browser, in both languages, by mouse and by keyboard."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from companies.models import Company
from contacts.models import Contact
from crmbridge.lists.models import List
from crmbridge.properties.models import Property
from tests.browser.test_accessibility import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = {
    "en": {
        "add": "Add a filter",
        "about": "What the filter is about",
        "property": "Property",
        "operator": "Operator",
        "company": "Associated company",
        "unknown": "is unknown",
        "name": "Name",
        "save": "Save",
        "count": "2 contacts",
        "sentence": (
            "Contacts where the company's Industry is “Energy”, and Country is "
            "“Japan” or “Germany”, and Job title is unknown."
        ),
    },
    "ja": {
        "add": "フィルターを追加",
        "about": "フィルターの対象",
        "property": "プロパティ",
        "operator": "条件",
        "company": "関連付けられた会社",
        "unknown": "値が不明",
        "name": "名前",
        "save": "保存",
        "count": "2件のコンタクト",
        "sentence": (
            "会社の業種が「Energy」である、かつ"
            "国が「Japan」または「Germany」である、かつ役職が不明であるコンタクト。"
        ),
    },
}


@pytest.fixture
def people(transactional_db) -> dict[str, Contact]:
    """Two who belong on the list, and one for each reason not to."""
    energy = Company.objects.create(name="Volt", industry="Energy")
    bank = Company.objects.create(name="Coin", industry="Banking")
    return {
        name: Contact.objects.create(last_name=name, **values)
        for name, values in {
            "Aoki": {"company": energy, "country": "Japan"},
            "Berg": {"company": energy, "country": "germany"},
            "Coin": {"company": bank, "country": "Japan"},
            "Dubois": {"company": energy, "country": "France"},
            "Evans": {"company": energy, "country": "Japan", "job_title": "Buyer"},
            "Fischer": {"country": "Germany"},
            "Garcia": {"company": energy},
        }.items()
    }


def choose(page: Page, place: int, what: str, option: str, words: dict[str, str]) -> None:
    """Chooses in one of the lists of a filter, and waits until the builder has answered."""
    with rebuilt(page):
        page.locator(".filter").nth(place).get_by_label(words[what], exact=True).select_option(option)


@contextmanager
def rebuilt(page: Page) -> Iterator[None]:
    """Waits until the filters on the page are those that the server sent for what was done."""
    page.evaluate("document.getElementById('builder').dataset.old = 'yes'")
    yield
    expect(page.locator("#builder[data-old]")).to_have_count(0)
    expect(page.locator("#builder.htmx-added, #builder .htmx-added, .htmx-settling")).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_list_of_the_article_is_built_and_shows_its_members(open_window, admin_client, people, language):
    words = WORDS[language]
    visitor = open_window(client=admin_client, language=language)
    page = visitor.visit("/lists/list/add/")
    page.get_by_label(words["name"], exact=True).fill("Energy")
    choose(page, 0, "about", "company", words)
    choose(page, 0, "property", "industry", words)
    page.get_by_role("checkbox", name="Energy").check()
    with rebuilt(page):
        page.get_by_role("button", name=words["add"]).click()
    expect(page.locator(".filter")).to_have_count(2)
    choose(page, 1, "property", "country", words)
    page.locator(".filter").nth(1).locator("textarea").fill("Japan\nGermany")
    with rebuilt(page):
        page.get_by_role("button", name=words["add"]).click()
    expect(page.locator(".filter")).to_have_count(3)
    choose(page, 2, "property", "job_title", words)
    choose(page, 2, "operator", "unknown", words)
    expect(page.locator(".count")).to_have_text(words["count"])
    expect(page.locator(".sentence")).to_have_text(words["sentence"])
    expect(page.locator("#preview .sample li")).to_have_count(2)
    assert visitor.overflow() <= 0
    page.get_by_role("button", name=words["save"]).last.click()
    expect(page.locator("#result_list tbody tr")).to_have_count(2)
    expect(page.locator("#result_list")).to_contain_text("Aoki")
    expect(page.locator("#result_list")).to_contain_text("Berg")
    expect(page.locator(".sentence")).to_have_text(words["sentence"])
    expect(page.locator("#size")).to_have_text("2")
    # Save, load: the same filters.
    page.get_by_role("link", name={"en": "Edit the filters", "ja": "フィルターを編集"}[language]).click()
    expect(page.get_by_role("checkbox", name="Energy")).to_be_checked()
    expect(page.locator(".filter").nth(1).locator("textarea")).to_have_value("Japan\nGermany")
    expect(page.locator(".count")).to_have_text(words["count"])


def test_a_list_is_built_without_a_mouse(mika, people):
    page = mika.visit("/lists/list/add/")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("Japan")
    for _step in range(4):
        page.keyboard.press("Tab")
    expect(page.get_by_label("What the filter is about")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Property", exact=True)).to_be_focused()
    with rebuilt(page):
        page.keyboard.type("Country")
    # The part of the form is new; where the person was is not.
    expect(page.get_by_label("Property", exact=True)).to_be_focused()
    expect(page.get_by_label("Operator")).to_be_visible()
    for _step in range(2):
        page.keyboard.press("Tab")
    page.keyboard.type("japan")
    expect(page.locator(".count")).to_have_text("3 contacts")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#result_list tbody tr")).to_have_count(3)
    assert List.objects.get().name == "Japan"


def test_a_filter_on_an_archived_property_says_so_and_finds_the_same(mika, people):
    tier = Property.objects.create(kind="company", name="tier", label="Tier", type="text")
    Company.objects.filter(name="Volt").update(properties={"tier": "Gold"})
    filters = {"groups": [[{"about": "company", "property": "tier", "operator": "is", "values": ["gold"]}]]}
    item = List.objects.create(name="Gold", type="active", filters=filters)
    tier.archived_at = "2026-01-01T00:00:00Z"
    tier.save()
    page = mika.visit(f"/lists/list/{item.pk}/change/")
    expect(page.locator("#content")).to_contain_text("“Tier” is archived")
    expect(page.locator("#result_list tbody tr")).to_have_count(5)
    Property.objects.all().delete()
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("“tier” no longer exists")
    expect(page.locator("#result_list")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_builder_shuts_nobody_out(open_window, admin_client, people, theme):
    visitor = open_window(client=admin_client, viewport={"width": 390, "height": 844})
    visitor.page.emulate_media(color_scheme=theme)
    filters = {
        "groups": [
            [
                {
                    "about": "company",
                    "property": "industry",
                    "operator": "any_of",
                    "values": ["Energy", "Gone"],
                },
                {
                    "about": "contact",
                    "property": "country",
                    "operator": "is_not",
                    "values": ["Japan"],
                    "with_blank": True,
                },
            ],
            [{"about": "contact", "property": "annual_revenue", "operator": "within", "values": ["1", "2"]}],
            [
                {
                    "about": "contact",
                    "property": "record.created_at",
                    "operator": "last_days",
                    "values": ["30"],
                }
            ],
        ]
    }
    item = List.objects.create(name="Energy", type="active", filters=filters)
    for path in (f"/lists/list/{item.pk}/edit/", f"/lists/list/{item.pk}/change/"):
        page = visitor.visit(path)
        expect(page.locator(".count, #size").first).to_contain_text("7")
        assert visitor.overflow() <= 0
        found = violations(page)
        visitor.complaints.clear()
        assert found == []
