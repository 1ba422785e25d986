"""Import Status moves by itself while the import runs."""

import pytest
from playwright.sync_api import expect

from integrations.models import ImportPhase, ImportRun, PhaseState, RunState, WorkerHeartbeat
from tests.integrations.admin.conftest import claimed, make_org, make_run

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def run(transactional_db) -> ImportRun:
    WorkerHeartbeat.beat()
    run = make_run(make_org(), **claimed())
    phase = {"order": 10, "sobject": "Contact", "state": PhaseState.NOW, "expected": 1000, "seconds": 1}
    ImportPhase.objects.create(run=run, **phase)
    return run


def test_the_numbers_move_without_a_reload_and_stop_when_the_import_ends(mika, run):
    page = mika.visit(f"/integrations/importrun/{run.pk}/")
    page.evaluate("document.title = 'not reloaded'")
    run.phases.update(read=610, created=600, skipped=10)
    expect(page.locator(".sum")).to_contain_text("created 600")
    expect(page.locator("#announcement")).to_have_text("Running, 60 %")
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "61")
    expect(page).to_have_title("not reloaded")
    run.phases.update(read=1000, created=990, state=PhaseState.DONE)
    ImportRun.objects.filter(pk=run.pk).update(state=RunState.FINISHED)
    expect(page.locator(".toast")).to_contain_text("Finished")
    expect(page.locator(".sum")).to_contain_text("created 990")
    expect(page.locator("[hx-get]")).to_have_count(0)


def test_the_focus_stays_where_it_is_while_the_numbers_move(mika, run):
    run.phases.update(read=10, created=10)
    page = mika.visit(f"/integrations/importrun/{run.pk}/")
    page.locator("#sum-created").focus()
    run.phases.update(read=20, created=20)
    expect(page.locator("#sum-created")).to_contain_text("20")
    expect(page.locator("#sum-created")).to_be_focused()


def test_an_import_is_cancelled_from_its_page(mika, run):
    page = mika.visit(f"/integrations/importrun/{run.pk}/")
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Cancel import {run.pk}?")
    page.get_by_role("button", name="Cancel the import").click()
    expect(page.locator(".note")).to_contain_text("stops after the page it is on")
    expect(page.get_by_role("link", name="Cancel")).to_have_count(0)
