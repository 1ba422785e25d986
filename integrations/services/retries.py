"""Retries: just the records that had a problem, by their Ids."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from crmbridge.errors import Refused
from integrations.models import (
    ImportPhase,
    ImportRun,
    PhaseKind,
    ProblemLevel,
    ProblemOccurrence,
    RecordGroup,
)
from integrations.salesforce.errors import Cancelled
from integrations.salesforce.page import Page
from integrations.salesforce.query import rest_pages
from integrations.salesforce.session import SalesforceSession
from integrations.salesforce.soql import id_chunks
from integrations.services import folders, queries, sessions
from integrations.services.plans import ImportPlan, calls_of, put_in_order, refuse_without_account_sync


def plan_retry(*, run: ImportRun) -> ImportPlan:
    """Counts the records that still have a problem of this import; Refused when there is none."""
    unresolved = _to_retry(run).filter(problem__resolved_at=None)
    found = unresolved.values_list("problem__sobject", "problem__salesforce_id").distinct()
    ids: dict[str, list[str]] = {}
    for sobject, salesforce_id in found.order_by("problem__sobject", "problem__salesforce_id"):
        ids.setdefault(sobject, []).append(salesforce_id)
    if "Account" in ids:
        refuse_without_account_sync(connection=run.org, record_group=RecordGroup.ACCOUNTS)
    if not ids:
        raise Refused(_("Import %(id)s has no problems left to retry.") % {"id": run.pk})
    phases = [
        ImportPhase(kind=PhaseKind.RECORDS, sobject=sobject, selection="problems", expected=len(chosen))
        for sobject, chosen in ids.items()
    ]
    # The list of a campaign takes in the people who are here only now.
    phases += [
        ImportPhase(kind=members.kind, sobject=members.sobject, expected=members.expected)
        for members in run.phases.filter(kind=PhaseKind.MEMBERS)
    ]
    phases.append(ImportPhase(kind=PhaseKind.LINKING, sobject="Account"))
    put_in_order(phases)
    return ImportPlan(
        connection=run.org,
        record_group=run.record_group,
        campaign_id=run.campaign_id,
        campaign_name=run.campaign_name,
        cutoff=None,
        phases=phases,
        api_calls=sum(1 + len(list(id_chunks(chosen))) for chosen in ids.values())
        + calls_of([phase for phase in phases if phase.kind == PhaseKind.MEMBERS]),
        calls_left=sessions.calls_left(run.org),
        retry_of=run,
    )


def problem_pages(
    *,
    run: ImportRun,
    phase: ImportPhase,
    session: SalesforceSession,
    fields: Sequence[str],
    is_cancelled: Callable[[], bool],
) -> Iterator[Page]:
    """Reads the records again, some hundred Ids a call.

    The cursor is the last Id of the chunks that went in whole and, inside a chunk, where its query goes on.
    """
    place = phase.cursor or {"way": "ids", "after": "", "rest": None}
    # The Ids are read here, because the first page is asked for by a thread without a database connection.
    chunks = list(id_chunks(_ids(run, phase, after=place["after"])))

    def read() -> Iterator[Page]:
        here: dict[str, Any] = place
        for chunk in chunks:
            soql = queries.select_ids(phase=phase, fields=fields, ids=chunk)
            for page in rest_pages(session, soql=soql, folder=folders.folder_of(run.pk), cursor=here["rest"]):
                if is_cancelled():
                    page.path.unlink(missing_ok=True)
                    raise Cancelled
                here = _behind(chunk) if page.last else {**here, "rest": page.cursor}
                yield replace(page, cursor=here, last=page.last and chunk is chunks[-1])

    return read()


def _behind(chunk: Sequence[str]) -> dict[str, Any]:
    return {"way": "ids", "after": chunk[-1], "rest": None}


def _ids(run: ImportRun, phase: ImportPhase, *, after: str) -> Iterator[str]:
    # What the retry itself resolves stays on the list, which must not change under the cursor.
    unresolved = Q(problem__resolved_at=None) | Q(problem__resolved_at__gte=run.created_at)
    occurrences = _to_retry(run.retry_of).filter(unresolved, problem__sobject=phase.sobject)
    later = occurrences.filter(problem__salesforce_id__gt=after).order_by("problem__salesforce_id")
    return iter(later.values_list("problem__salesforce_id", flat=True).distinct())


def _to_retry(run: ImportRun | None) -> QuerySet[ProblemOccurrence]:
    """What a retry can change; deleted, merged and converted records are as they should be."""
    problems = ProblemOccurrence.objects.filter(run=run, problem__level=ProblemLevel.PROBLEM)
    return problems.exclude(problem__salesforce_id="")
