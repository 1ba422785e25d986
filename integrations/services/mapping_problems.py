"""Problems of paused mappings: told once, however many imports meet them, and resolved when the mapping works."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from integrations.models import (
    ImportRun,
    Problem,
    ProblemCategory,
    ProblemLevel,
    ProblemOccurrence,
    SalesforceConnection,
)
from integrations.services.mapping_pauses import CODES, Pause, paused


@transaction.atomic
def note_paused(
    *, connection: SalesforceConnection, sobject: str, run: ImportRun | None = None
) -> list[Pause]:
    """Writes a problem for each mapping of an object that is paused, and resolves those that work again."""
    found = paused(connection=connection, sobject=sobject)
    told = Problem.objects.filter(connection=connection, sobject=sobject, code__in=CODES, salesforce_id="")
    before = {(problem.code, problem.field): problem for problem in told}
    now = timezone.now()
    # One field may feed several properties; what is wrong with it is one problem.
    fresh = {(pause.code, _field(pause)): pause for pause in reversed(found)}
    gone = [problem.pk for key, problem in before.items() if key not in fresh and problem.resolved_at is None]
    told.filter(pk__in=gone).update(resolved_at=now)
    saved = Problem.objects.bulk_create(
        [_problem(connection, pause, before.get(key)) for key, pause in fresh.items()],
        update_conflicts=True,
        unique_fields=["connection", "salesforce_id", "code", "field"],
        update_fields=["property", "raw_value", "last_seen", "attempts", "resolved_at", "resolved_by"],
    )
    if run is not None:
        _met(run, saved)
    return found


def _field(pause: Pause) -> str:
    """With its object: a lead's Title and a contact's are two."""
    return f"{pause.sobject}.{pause.field}"


def _problem(connection: SalesforceConnection, pause: Pause, before: Problem | None) -> Problem:
    return Problem(
        connection=connection,
        category=ProblemCategory.SCHEMA,
        level=ProblemLevel.PROBLEM,
        code=pause.code,
        sobject=pause.sobject,
        field=_field(pause),
        property=pause.mapping.property.name,
        last_seen=timezone.now(),
        attempts=before.attempts + 1 if before else 1,
    )


def _met(run: ImportRun, problems: Iterable[Problem]) -> None:
    occurrences = [ProblemOccurrence(run=run, problem=problem) for problem in problems]
    ProblemOccurrence.objects.bulk_create(occurrences, ignore_conflicts=True)
