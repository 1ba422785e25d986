"""One step of an import: its pages in order, each a transaction."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import partial

from django.conf import settings
from django.db import transaction

from crmbridge.lists.models import CAMPAIGN_SOURCE
from crmbridge.lists.services import list_filled_by
from crmbridge.properties.history import change_source
from crmbridge.properties.models import ChangeSource
from integrations.mapping.mapped_field import MappedField
from integrations.models import ImportPhase, ImportRun, NoEmailPolicy, PhaseKind
from integrations.pipeline import associate, missing_accounts, statistics
from integrations.pipeline.page import Steps, account_keys, campaign_members, companies, import_page, people
from integrations.pipeline.plan import PagePlan
from integrations.salesforce.errors import (
    Cancelled,
    JobFailed,
    JobLost,
    QueryTimedOut,
    RowCountMismatch,
    SchemaChanged,
)
from integrations.salesforce.page import Page
from integrations.salesforce.records import pages, prefetch
from integrations.salesforce.session import SalesforceSession
from integrations.services import folders, phase_state, queries, schema, sessions
from integrations.services.claims import Claim
from integrations.services.errors import AllotmentUsed
from integrations.services.mapping_problems import note_paused
from integrations.services.mappings import complete_mapped_fields
from integrations.services.overlap import overlapped
from integrations.services.retries import problem_pages

_STEPS = {
    (PhaseKind.RECORDS, "Account"): companies,
    (PhaseKind.RECORDS, "Contact"): people,
    (PhaseKind.RECORDS, "Lead"): people,
    (PhaseKind.MEMBERS, "CampaignMember"): campaign_members,
    (PhaseKind.KEYS, "Contact"): account_keys,
}


def run_phase(
    *, run: ImportRun, phase: ImportPhase, session: SalesforceSession, held: Claim, deadline: float
) -> bool:
    """Works on the step until it is done or the deadline has passed; returns whether it is done."""
    phase_state.begin(phase, held)
    if phase.kind == PhaseKind.LINKING:
        link(run, before_commit=held.fence)
    else:
        try:
            if not _import_pages(run=run, phase=phase, session=session, held=held, deadline=deadline):
                return False
        except (JobLost, JobFailed, QueryTimedOut, RowCountMismatch, SchemaChanged) as error:
            if not _goes_on_otherwise(error, run=run, phase=phase, session=session, held=held):
                raise
            return False
    phase_state.finish(phase, held)
    return True


def _goes_on_otherwise(
    error: Exception, *, run: ImportRun, phase: ImportPhase, session: SalesforceSession, held: Claim
) -> bool:
    """Gives up the query, so that the next try asks anew; returns whether that makes sense at once."""
    if isinstance(error, QueryTimedOut) and phase.selection == "associated":
        phase_state.go_round_semi_join(phase, held)
        return True
    phase_state.start_over(phase, held)
    return isinstance(error, SchemaChanged) and schema.refetch(
        connection=run.org, session=session, sobject=phase.sobject
    )


def _import_pages(
    *, run: ImportRun, phase: ImportPhase, session: SalesforceSession, held: Claim, deadline: float
) -> bool:
    _heed_allotment(run)
    plan = plan_of(run, phase, session)
    steps = steps_of(phase)
    again = phase_state.is_again(phase)

    def take_in(page: Page, turn: Callable[[], None]) -> None:
        marked, fence = phase_state.noted(page, again=again), _fence(held, page, again=again)
        try:
            import_page(
                plan,
                page=marked,
                steps=steps,
                before_merge=_unless_cancelled(turn, held),
                before_commit=fence,
            )
            statistics.refresh_grown()  # before the next page has its turn
        except Cancelled:
            _pass_over(page)
        finally:
            page.path.unlink(missing_ok=True)

    done = True
    with (
        closing(prefetch(pages_of(run, phase, session, held.is_cancelled))) as source,
        closing(overlapped(_offered(source, run=run, held=held, deadline=deadline), take_in)) as ended,
    ):
        for page in ended:
            sessions.count_calls(connection=run.org, session=session, run=run)
            done = page.last
        if done:
            next(source, None)  # lets the client tidy up the job in Salesforce
    return done


def _offered(source: Iterable[Page], *, run: ImportRun, held: Claim, deadline: float) -> Iterator[Page]:
    """The pages to take in now: up to the deadline, and none after a cancel."""
    for page in source:
        if held.is_cancelled():
            page.path.unlink(missing_ok=True)
            _pass_over(page)
            continue
        yield page
        if page.last or (time.monotonic() >= deadline and not held.is_cancelled()):
            return
        _heed_allotment(run)


def _unless_cancelled(turn: Callable[[], None], held: Claim) -> Callable[[], None]:
    """Waits for the turn of a page, which never comes after a cancel."""

    def wait() -> None:
        turn()
        if held.is_cancelled():
            raise Cancelled

    return wait


def _fence(held: Claim, page: Page, *, again: bool) -> Callable[[], None]:
    """Rows that go in forgive the faults before them, unless they did so already before the step started over."""
    return partial(held.fence, faults=0) if page.rows and not again else held.fence


def _pass_over(page: Page) -> None:
    """Leaves out a page that came before the cancel; asked for the next, the client ends the job in Salesforce."""
    if page.last:
        raise Cancelled


def steps_of(phase: ImportPhase) -> Steps:
    """What happens to the pages of the step."""
    return _STEPS[PhaseKind(phase.kind), phase.sobject]


def pages_of(
    run: ImportRun, phase: ImportPhase, session: SalesforceSession, is_cancelled: Callable[[], bool]
) -> Iterator[Page]:
    """The pages of the step from its cursor on, as they come from Salesforce."""
    fields = (
        schema.readable_fields(connection=run.org, sobject=phase.sobject) if _reads_records(phase) else []
    )
    if phase.selection == "problems":
        return problem_pages(run=run, phase=phase, session=session, fields=fields, is_cancelled=is_cancelled)
    return pages(
        session,
        soql=queries.select(run=run, phase=phase, fields=fields),
        expected_rows=phase.expected,
        folder=folders.folder_of(run.pk),
        cursor=phase.cursor,
        is_cancelled=is_cancelled,
        bulk_above=settings.IMPORT_BULK_ABOVE,
        page_rows=settings.IMPORT_PAGE_ROWS,
    )


def plan_of(run: ImportRun, phase: ImportPhase, session: SalesforceSession) -> PagePlan:
    """What the pipeline needs to know; the describe is fetched anew, as fields may have been hidden since."""
    mapped: tuple[MappedField, ...] = ()
    if _reads_records(phase):
        schema.refresh_describes(connection=run.org, session=session, sobjects=[phase.sobject])
        readable = schema.readable_fields(connection=run.org, sobject=phase.sobject)
        if not run.is_dry:
            note_paused(connection=run.org, sobject=phase.sobject, run=run)
        mapped = complete_mapped_fields(connection=run.org, sobject=phase.sobject, readable=readable)
    return PagePlan(
        connection_id=run.org.pk,
        run_id=run.pk,
        phase_id=phase.pk,
        sobject=phase.sobject,
        as_of=run.cutoff,
        mapped=mapped,
        skip_without_email=run.org.settings.no_email == NoEmailPolicy.SKIP,
        only_noted_keys=phase.selection == "noted",
        list_id=_list_id(run) if phase.kind == PhaseKind.MEMBERS else None,
    )


def _reads_records(phase: ImportPhase) -> bool:
    return phase.kind == PhaseKind.RECORDS


def _list_id(run: ImportRun) -> int:
    source = CAMPAIGN_SOURCE + run.campaign_id
    return list_filled_by(source=source, name=run.campaign_name, created_by=run.requested_by).pk


def link(run: ImportRun, *, before_commit: Callable[[], object]) -> None:
    """Links what pages could not see of each other, and tells of accounts that should be here and are not."""
    with change_source(ChangeSource.IMPORT, source_id=run.pk), transaction.atomic():
        associate.link_all_waiting_contacts(connection_id=run.org.pk)
        if run.record_group == "accounts":
            missing_accounts.save(connection_id=run.org.pk, run_id=run.pk)
        missing_accounts.resolve(connection_id=run.org.pk)
        before_commit()


def _heed_allotment(run: ImportRun) -> None:
    """Stops for a while when crmbridge has made the calls of the day that it may make."""
    allotted = run.org.settings.allotted_calls
    if allotted is not None and sessions.calls_today(run.org) >= allotted:
        raise AllotmentUsed
