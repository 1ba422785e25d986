"""The pages of a retry: just the records that had a problem, by their Ids."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.conf import settings

from integrations.models import ImportPhase, ImportRun, ProblemOccurrence
from integrations.salesforce.page import Page
from integrations.salesforce.query import rest_pages
from integrations.salesforce.session import SalesforceSession
from integrations.salesforce.soql import id_chunks
from integrations.services import queries


def problem_pages(
    *, run: ImportRun, phase: ImportPhase, session: SalesforceSession, fields: Sequence[str]
) -> Iterator[Page]:
    """Reads the records again, some hundred Ids a call; the cursor is the last Id of the chunk that went in."""
    chunks = list(id_chunks(_ids(run, phase, after=(phase.cursor or {}).get("after", ""))))
    for number, chunk in enumerate(chunks, start=1):
        soql = queries.select_ids(phase=phase, fields=fields, ids=chunk)
        for page in rest_pages(session, soql=soql, folder=settings.IMPORT_FOLDER / str(run.pk)):
            done = chunk[-1] if page.last else chunks[number - 2][-1] if number > 1 else ""
            yield replace(page, cursor={"way": "ids", "after": done}, last=page.last and number == len(chunks))


def _ids(run: ImportRun, phase: ImportPhase, *, after: str) -> Iterator[str]:
    occurrences = ProblemOccurrence.objects.filter(
        run=run.retry_of,
        problem__sobject=phase.sobject,
        problem__level="problem",
        problem__salesforce_id__gt=after,
    )
    # Resolved meanwhile or not: the list must not change under the cursor while the retry itself resolves them.
    ids = occurrences.order_by("problem__salesforce_id").values_list("problem__salesforce_id", flat=True).distinct()
    return iter(ids)
