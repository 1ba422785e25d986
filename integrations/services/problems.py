"""Problems, in words and as rows for a file."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from crmbridge.spreadsheets import safe_cell
from integrations.models import ImportRun, Problem
from integrations.problem_texts import text_of


def of_run(*, run: ImportRun, code: str | None = None) -> QuerySet[Problem]:
    """The problems that an import met, resolved since or not, by Salesforce ID."""
    problems = Problem.objects.filter(occurrences__run=run).order_by("salesforce_id", "field")
    return problems if code is None else problems.filter(code=code)


def sentence(problem: Problem) -> str:
    """What is wrong with this record, in one sentence."""
    return str(text_of(problem.code).sentence) % {
        "other": problem.other_id,
        "value": problem.raw_value or "",
        "field": problem.field,
        "property": problem.property,
    }


def remedy(problem: Problem) -> str:
    """What to do about it."""
    return str(text_of(problem.code).remedy)


def csv_rows(*, run: ImportRun, code: str | None = None) -> Iterator[list[str]]:
    """The problems of an import as rows that are safe to open in a spreadsheet, with a header."""
    yield [
        str(title)
        for title in (
            _("Salesforce ID"),
            _("Object"),
            _("Reason"),
            _("What happened"),
            _("What to do"),
            _("Field"),
            _("Value in Salesforce"),
            _("Other Salesforce ID"),
            _("First seen"),
            _("Last seen"),
        )
    ]
    for problem in of_run(run=run, code=code).iterator(chunk_size=2000):
        yield [safe_cell(value) for value in _cells(problem)]


def _cells(problem: Problem) -> list[str]:
    return [
        problem.salesforce_id,
        problem.sobject,
        str(text_of(problem.code).label),
        sentence(problem),
        remedy(problem),
        problem.field,
        problem.raw_value or "",
        problem.other_id,
        problem.first_seen.isoformat(timespec="seconds"),
        problem.last_seen.isoformat(timespec="seconds"),
    ]
