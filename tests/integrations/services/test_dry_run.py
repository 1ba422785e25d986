"""A dry run tells what the real one then does, and leaves nothing behind."""

import random
from typing import Any

import pytest

from companies.models import Company
from contacts.models import Contact
from crmbridge.errors import Refused
from crmbridge.lists.models import List
from crmbridge.properties.models import PropertyChange
from integrations.models import ApiUsage, ImportRun, Problem, RunState, SalesforceRecord
from integrations.sandbox import DemoOrg
from integrations.services import connect, imports, undo
from integrations.services.plans import plan_import
from tests.integrations.services.connected import connect_to, imported, rows, sums, worked

GROUPS = ("contacts", "leads", "accounts", "leads-and-contacts")


def rehearsed(group: str, **options: Any) -> ImportRun:
    plan = plan_import(connection=connect.require_current(), record_group=group, **options)
    run = worked(imports.start(plan=plan, detach=False, is_dry=True))
    assert run.state == RunState.FINISHED, run.error_message + run.traceback
    return run


def everything() -> tuple[Any, ...]:
    counted = (PropertyChange, Problem, SalesforceRecord, List)
    return rows(Contact), rows(Company), [model._default_manager.count() for model in counted]


def reasons(run: ImportRun) -> dict[str, int]:
    total: dict[str, int] = {}
    for phase in run.phases.all():
        for code, count in phase.skip_reasons.items():
            total[code] = total.get(code, 0) + count
    return total


@pytest.mark.parametrize("group", GROUPS)
def test_it_leaves_nothing_behind(connection, group):
    imported("contacts")
    before = everything()

    rehearsed(group)

    assert everything() == before


@pytest.mark.parametrize("group", GROUPS)
def test_it_reports_the_same_sums_as_the_real_run_that_follows(connection, small_pages, group):
    rehearsal = rehearsed(group)
    real = imported(group)

    assert sums(rehearsal) == sums(real)
    assert reasons(rehearsal) == reasons(real)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_also_on_nasty_data_over_records_that_are_here(transactional_db, small_pages, seed):
    with DemoOrg(contacts=150, accounts=20, leads=150, campaigns=1, seed=seed) as org:
        connect_to(org)
        chance = random.Random(seed)
        for number in range(40):
            Contact.objects.create(
                email=f"person{number}@example.com" if chance.random() < 0.8 else None,
                last_name=chance.choice(["Yamada", "O'Brien", "–", "🙂"]),
            )
        imported("leads")
        Contact.objects.filter(pk__in=list(Contact.objects.values_list("pk", flat=True))[::3]).update(
            city="Here"
        )

        rehearsal = rehearsed("leads-and-contacts")
        expected = sums(rehearsal), reasons(rehearsal), problem_counts(rehearsal)
        real = imported("leads-and-contacts")

        codes = Problem.objects.filter(occurrences__run=real).values_list("code", flat=True)
        assert expected == (
            sums(real),
            reasons(real),
            {code: list(codes).count(code) for code in set(codes)},
        )


def problem_counts(run: ImportRun) -> dict[str, int]:
    return {group["code"]: group["count"] for group in run.report["problems"]}


def test_it_shows_samples_of_what_would_be_created_and_updated(connection):
    imported("contacts")
    changed = Contact.objects.filter(city__isnull=False).first()
    SalesforceRecord.objects.filter(contact_id=changed.pk).update(system_modstamp="2000-01-01T00:00:00Z")
    Contact.objects.filter(pk=changed.pk).update(city="Here")

    contacts, leads = rehearsed("contacts"), rehearsed("leads")

    assert [(item["property"], item["old"]) for item in contacts.report["updated"]] == [("city", "Here")]
    assert len(leads.report["created"]) == 5


def test_it_says_what_it_cost_and_the_calls_are_counted(connection):
    before = sum(ApiUsage.objects.values_list("calls", flat=True))

    run = rehearsed("contacts")

    assert run.api_calls_used > 0
    assert sum(ApiUsage.objects.values_list("calls", flat=True)) >= before + run.api_calls_used


def test_a_campaign_makes_no_list(connection):
    from integrations.services import campaigns

    found, _more = campaigns.find(connection=connection, words="")
    rehearsed("campaign", campaign=found[0].id)

    assert not List.objects.exists()


def test_one_that_was_cancelled_begins_anew_when_it_is_resumed(connection, small_pages):
    plan = plan_import(connection=connect.require_current(), record_group="contacts")
    run = imports.start(plan=plan, detach=False, is_dry=True)
    ImportRun.objects.filter(pk=run.pk).update(cancel_requested=True)
    stopped = worked(run)
    assert stopped.state == RunState.CANCELLED

    again = worked(imports.resume(run=stopped, detach=False))

    assert again.state == RunState.FINISHED
    assert sums(again) == sums(imported("contacts"))


def test_there_is_nothing_to_undo_or_retry(connection):
    run = rehearsed("contacts")
    with pytest.raises(Refused, match="changed nothing"):
        undo.start(run=run, detach=False)
    with pytest.raises(Refused):
        imports.retry(run=run, detach=False)


def test_a_real_import_cannot_start_beside_it(connection):
    plan = plan_import(connection=connect.require_current(), record_group="contacts")
    imports.start(plan=plan, detach=False, is_dry=True)
    with pytest.raises(Refused, match="under way"):
        imports.start(
            plan=plan_import(connection=connect.require_current(), record_group="contacts"), detach=False
        )
