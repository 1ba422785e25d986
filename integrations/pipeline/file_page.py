"""Some rows of a file, one transaction: they go in whole, with their sums, problems and the cursor, or not at all."""

import time
from collections import Counter
from collections.abc import Callable, Sequence

from django.db import transaction
from import_export.results import RowResult

from crmbridge.properties.history import change_source
from crmbridge.properties.models import ChangeSource
from integrations.files.contact_rows import ContactRows, RowProblem, Skipped
from integrations.models import ImportRun, Problem, ProblemCategory, ProblemOccurrence
from integrations.pipeline import outcome
from integrations.pipeline.outcome import Outcome
from integrations.pipeline.page import MERGE_LOCK
from integrations.pipeline.statement import execute

_VALUE_CODES = (
    "file_value_misfit",
    "file_value_too_long",
    "file_bad_email",
    "file_bad_id",
    "file_email_taken",
)


def import_rows(
    *,
    run: ImportRun,
    phase_id: int,
    resource: ContactRows,
    rows: Sequence[tuple[int, list[str]]],
    before_commit: Callable[[], None],
) -> Outcome:
    """Takes the rows in and returns what became of them; on any error nothing has happened."""
    started = time.monotonic()
    with (
        change_source(ChangeSource.FILE, source_id=run.pk, actor_id=run.requested_by_id),
        transaction.atomic(),
    ):
        execute("SELECT pg_advisory_xact_lock(%(lock)s)", {"lock": MERGE_LOCK})
        result = take_in(resource, rows)
        _save_problems(run, resource.problems)
        cursor = {"row": rows[-1][0]}
        outcome.save(phase_id=phase_id, outcome=result, cursor=cursor, seconds=time.monotonic() - started)
        before_commit()
    resource.problems.clear()
    return result


def take_in(resource: ContactRows, rows: Sequence[tuple[int, list[str]]]) -> Outcome:
    """Writes the rows inside the transaction of the caller."""
    result = resource.import_data(resource.dataset(rows), use_transactions=False)
    for row in result.error_rows:
        number = rows[row.number - 1][0]
        resource.problems.append(RowProblem(row=number, code="file_row_failed"))
    skipped = (str(item.error.code) for item in result.invalid_rows if isinstance(item.error, Skipped))
    return Outcome(
        read=len(rows),
        created=result.totals[RowResult.IMPORT_TYPE_NEW],
        updated=result.totals[RowResult.IMPORT_TYPE_UPDATE],
        failed=result.totals[RowResult.IMPORT_TYPE_ERROR],
        skip_reasons=dict(Counter(skipped)),
    )


def _save_problems(run: ImportRun, found: Sequence[RowProblem]) -> None:
    problems = Problem.objects.bulk_create(
        Problem(
            file_id=run.file_id,
            row=item.row,
            code=item.code,
            category=ProblemCategory.VALUE if item.code in _VALUE_CODES else ProblemCategory.IDENTITY,
            property=item.property,
            raw_value=item.value,
            other_id=item.other,
            contact_id=item.contact.pk if item.contact else None,
        )
        for item in found
    )
    ProblemOccurrence.objects.bulk_create(ProblemOccurrence(problem=item, run=run) for item in problems)
