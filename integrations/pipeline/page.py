"""One page, one transaction: it goes in whole, with its sums, its problems and the run's cursor, or not at all."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from crmbridge.properties.history import change_source
from crmbridge.properties.models import ChangeSource
from integrations.pipeline import associate, load, match, merge, outcome, problems
from integrations.pipeline.outcome import Outcome
from integrations.pipeline.plan import PagePlan
from integrations.pipeline.stage import stage
from integrations.pipeline.statement import execute
from integrations.salesforce.page import Page

# One page merges at a time, whoever works on it: two that cannot see each other's rows could both create one
# e-mail address, or miss each other's link between contact and company. Downloading and preparing go on beside it.
MERGE_LOCK = 7_203_551

# Room to join and sort a page in memory. Temporary tables have no statistics: without them the planner would sort whole
# pages to merge-join them; and at the costs of a turning disk it would read all contacts for each page instead of
# looking up those of the page. A page that waits for its turn is idle for as long as another merges.
_SETTINGS = """SET LOCAL work_mem = '64MB';
    SET LOCAL enable_mergejoin = off;
    SET LOCAL random_page_cost = 1.1;
    SET LOCAL idle_in_transaction_session_timeout = 0"""
# A shorter wait than this is none.
_WAITED = 0.01


def nothing(*_: PagePlan) -> None:
    """For pages that need no preparation, wait for no other and that nobody else may claim."""


@dataclass(frozen=True)
class Steps:
    """What happens to a staged page: `prepare` may go on beside the merge of other pages, `merge` may not."""

    merge: Callable[[PagePlan, int], Outcome]
    prepare: Callable[[PagePlan], None] = nothing


def import_page(
    plan: PagePlan,
    *,
    page: Page,
    steps: Steps,
    before_merge: Callable[[], None] = nothing,
    before_commit: Callable[[], None] = nothing,
) -> Outcome:
    """Takes the page in and returns what became of its rows; on any error nothing has happened.

    `before_merge` waits until the page before is in; `before_commit` is called last inside the transaction.
    What they raise rolls the page back.
    """
    started = time.monotonic()
    plan = plan.with_columns(page.columns)
    with change_source(ChangeSource.IMPORT, source_id=plan.run_id), transaction.atomic():
        execute(_SETTINGS)
        rows = stage(plan, path=page.path, rows=page.rows)
        steps.prepare(plan)
        ready = time.monotonic()
        before_merge()
        if time.monotonic() - ready > _WAITED:
            started = time.monotonic()  # the page before has counted the time until now
        execute("SELECT pg_advisory_xact_lock(%(lock)s)", {"lock": MERGE_LOCK})
        result = steps.merge(plan, rows)
        outcome.save(
            phase_id=plan.phase_id, outcome=result, cursor=page.cursor, seconds=time.monotonic() - started
        )
        before_commit()
    return result


def _merge_people(plan: PagePlan, rows: int) -> Outcome:
    load.renew_delta(plan)
    load.hold_linked(plan)
    load.release_removed(plan)
    match.match_people(plan)
    created, updated = merge.insert_new(plan), merge.update_changed(plan)
    load.mirror(plan)
    if plan.sobject == "Contact":
        match.heal_waiting_leads(plan)
    return _account_for(plan, rows=rows, created=created, updated=updated)


def _merge_companies(plan: PagePlan, rows: int) -> Outcome:
    load.renew_delta(plan)
    load.hold_linked(plan)
    load.release_removed(plan)
    match.match_companies(plan)
    created, updated = merge.insert_new(plan), merge.update_changed(plan)
    load.mirror(plan)
    associate.link_waiting_contacts(plan)
    associate.follow_merged_accounts(plan)
    associate.link_parents(plan)
    return _account_for(plan, rows=rows, created=created, updated=updated)


def _merge_members(plan: PagePlan, rows: int) -> Outcome:
    added = associate.fill_list(plan)
    return Outcome(read=rows, created=added)


def _merge_keys(plan: PagePlan, rows: int) -> Outcome:
    added = associate.note_keys(plan)
    return Outcome(read=rows, created=added)


def _account_for(plan: PagePlan, *, rows: int, created: int, updated: int) -> Outcome:
    problems.save_skipped(plan)
    problems.save_misfits(plan)
    problems.resolve_gone(plan)
    return Outcome(read=rows, created=created, updated=updated, skip_reasons=outcome.skip_reasons())


# Leads or contacts.
people = Steps(prepare=load.delta, merge=_merge_people)
# Accounts; contacts that waited for one of them are linked.
companies = Steps(prepare=load.delta, merge=_merge_companies)
# Members of a campaign, onto its list.
campaign_members = Steps(merge=_merge_members)
# The accounts that contacts belong to, noted for the step that reads all accounts.
account_keys = Steps(merge=_merge_keys)
