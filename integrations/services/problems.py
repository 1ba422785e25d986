"""Problems, in words and as rows for a file."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from crmbridge.spreadsheets import safe_cell
from integrations.files.matching import targets
from integrations.models import ImportFileContent, ImportRun, Problem
from integrations.problem_texts import text_of
from integrations.services.files import table_of


def of_run(*, run: ImportRun, code: str | None = None) -> QuerySet[Problem]:
    """The problems that an import met, resolved since or not, by Salesforce ID."""
    problems = Problem.objects.filter(occurrences__run=run).order_by("salesforce_id", "row", "field", "id")
    return problems if code is None else problems.filter(code=code)


def sentence(problem: Problem) -> str:
    """What is wrong with this record, in one sentence."""
    return str(text_of(problem.code).sentence) % {
        "other": problem.other_id,
        "value": problem.raw_value or "",
        "field": problem.field,
        "property": targets().get(problem.property, problem.property) if problem.row else problem.property,
    }


def remedy(problem: Problem) -> str:
    """What to do about it."""
    return str(text_of(problem.code).remedy)


def csv_rows(*, run: ImportRun, code: str | None = None) -> Iterator[list[str]]:
    """The problems of an import as rows that are safe to open in a spreadsheet, with a header.

    Those of a file are its own rows, so that they can be corrected and imported.
    """
    if run.file_id is not None:
        yield from _rows_of_file(run, code)
        return
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


def _rows_of_file(run: ImportRun, code: str | None) -> Iterator[list[str]]:
    """The rows with problems as they stand in the file, with their numbers and what is wrong; alone if it is gone."""
    told: dict[int, list[str]] = {}
    for problem in of_run(run=run, code=code).iterator(chunk_size=2000):
        told.setdefault(problem.row or 0, []).append(f"{sentence(problem)} {remedy(problem)}")
    assert run.file is not None
    ours = [str(_("Row in the file")), str(_("What happened"))]
    if not ImportFileContent.objects.filter(file=run.file).exists():
        yield ours
        yield from ([str(number), " ".join(sentences)] for number, sentences in sorted(told.items()))
        return
    table = table_of(run.file)
    yield [safe_cell(name) for name in table.header] + ours
    for number, cells in table.rows:
        if number in told:
            yield [safe_cell(value) for value in cells] + [str(number), safe_cell(" ".join(told[number]))]
