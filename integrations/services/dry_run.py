"""The dry run of an import: all of it is done in one transaction, counted, and rolled back.

The transaction lives on a thread and connection of its own. Everything that must stay - renewed tokens, counted
API calls, what the page of the import shows meanwhile - is written by the thread that asks Salesforce.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any, TypeVar, cast
from uuid import uuid4

from django.db import connection as database
from django.db import transaction

from integrations.models import ImportPhase, ImportRun, PhaseKind, PhaseState, RunState
from integrations.pipeline import dry_report, statistics
from integrations.pipeline.page import import_page
from integrations.pipeline.plan import PagePlan
from integrations.pipeline.statement import execute
from integrations.salesforce.errors import Cancelled, QueryTimedOut
from integrations.salesforce.page import Page
from integrations.salesforce.session import SalesforceSession
from integrations.services import phase_state, phases, sessions
from integrations.services.claims import Claim

_SUMS = ("read", "created", "updated", "unchanged", "skipped", "failed", "skip_reasons", "pages", "seconds")
_TABLES = "staged, delta, received, matched, merged, claims"
Result = TypeVar("Result")


def rehearse(*, run: ImportRun, session: SalesforceSession, held: Claim) -> None:
    """Does the import and takes it back; its steps and its report then tell what would have happened.

    It cannot go on where it stopped: what is rolled back is gone, so it always begins anew.
    """
    _begin_anew(run, held)
    with _stage() as stage:
        shadow = stage(lambda: _shadow_of(run))
        while phase := stage(lambda: _next(shadow)):
            if held.is_cancelled():
                raise Cancelled
            shown = run.phases.get(order=phase.order)
            phase_state.begin(shown, held)
            try:
                _run_step(stage, run=shadow, phase=phase, shown=shown, session=session, held=held)
            except QueryTimedOut:
                if phase.selection != "associated":
                    raise
                stage(lambda phase=phase: phase_state.go_round_semi_join(phase, _Unclaimed(shadow)))
                phase_state.go_round_semi_join(shown, held)
                continue
            finally:
                sessions.count_calls(connection=run.org, session=session, run=run)
            stage(lambda phase=phase: phase_state.finish(phase, _Unclaimed(shadow)))
            _show(stage, phase, shown, held)
            phase_state.finish(shown, held)
        report = stage(lambda: dry_report.of_run(shadow.pk))
    ImportRun.objects.filter(pk=run.pk, lease=held.lease).update(report=report)


class _Unclaimed(Claim):
    """Stands for the claim of a run that nobody else can see."""

    def __init__(self, run: ImportRun) -> None:
        super().__init__(run_id=run.pk, lease=uuid4())

    def fence(self, **changes: int) -> None:
        """Nobody can take over what nobody sees."""


_Stage = Callable[[Callable[[], Result]], Result]


@contextmanager
def _stage() -> Iterator[Any]:
    """Runs functions one by one on a thread inside one transaction, which is rolled back in the end."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="dry run") as thread:
        frame = transaction.atomic()
        thread.submit(frame.__enter__).result()
        try:
            yield lambda work: thread.submit(work).result()
        finally:
            thread.submit(_roll_back, frame).result()


def _roll_back(frame: Any) -> None:
    """Also after a lost connection, which has rolled back by itself."""
    try:
        transaction.set_rollback(True)
        frame.__exit__(None, None, None)
    finally:
        database.close()


def _begin_anew(run: ImportRun, held: Claim) -> None:
    with transaction.atomic():
        held.fence()
        run.phases.filter(kind=PhaseKind.KEYS).delete()
        run.phases.update(
            state=PhaseState.NEXT,
            cursor=None,
            skip_reasons={},
            pages=0,
            seconds=0,
            **dict.fromkeys(("read", "created", "updated", "unchanged", "skipped", "failed"), 0),
        )


def _shadow_of(run: ImportRun) -> ImportRun:
    """A copy of the import with its steps that nobody will ever see; at rest, as only one of a kind may be active."""
    shadow = ImportRun.objects.get(pk=run.pk)
    shadow.pk, shadow.token, shadow.state, shadow.lease = None, None, RunState.CANCELLED, None
    shadow.save(force_insert=True)
    copies = list(run.phases.all())
    for phase in copies:
        phase.pk, phase.run = None, shadow
    ImportPhase.objects.bulk_create(copies)
    return shadow


def _next(shadow: ImportRun) -> ImportPhase | None:
    return shadow.phases.exclude(state=PhaseState.DONE).order_by("order").first()


def _run_step(
    stage: Any,
    *,
    run: ImportRun,
    phase: ImportPhase,
    shown: ImportPhase,
    session: SalesforceSession,
    held: Claim,
) -> None:
    if phase.kind == PhaseKind.LINKING:
        stage(lambda: phases.link(run, before_commit=_nothing))
        return
    # The list of a campaign is made inside the transaction; everything else may renew descriptions of objects.
    is_inside = phase.kind == PhaseKind.MEMBERS
    plan = (
        stage(lambda: phases.plan_of(run, phase, session))
        if is_inside
        else phases.plan_of(run, phase, session)
    )
    pages = phases.pages_of(run, phase, session, held.is_cancelled)
    with closing(cast(Any, pages)):
        for page in pages:
            stage(lambda page=page: _take_in(plan, page, phase))
            _show(stage, phase, shown, held)
            if held.is_cancelled():
                raise Cancelled


def _take_in(plan: PagePlan, page: Page, phase: ImportPhase) -> None:
    try:
        import_page(plan, page=page, steps=phases.steps_of(phase))
        # Tables that end with the transaction would be in the way of the next page.
        execute(f"DROP TABLE IF EXISTS {_TABLES}")
        statistics.refresh_grown()
    finally:
        page.path.unlink(missing_ok=True)


def _show(stage: Any, phase: ImportPhase, shown: ImportPhase, held: Claim) -> None:
    """Copies the sums to where people see them."""
    values = stage(lambda: ImportPhase.objects.filter(pk=phase.pk).values(*_SUMS).get())
    with transaction.atomic():
        held.fence(faults=0)
        ImportPhase.objects.filter(pk=shown.pk).update(**values)


def _nothing() -> None:
    """Nothing has to be fenced before what is not committed."""
