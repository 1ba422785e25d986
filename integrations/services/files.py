"""Files of contacts: uploading, matching columns, counting before anything is written, starting the import."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from pathlib import PurePath
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.models import Contact
from crmbridge.errors import Refused
from integrations.files import matching, reading
from integrations.files.contact_rows import ContactRows, RowProblem, Seen, keys_of, repeats
from integrations.files.matching import EMAIL, SALESFORCE_ID
from integrations.files.reading import Table
from integrations.models import (
    FileMode,
    ImportFile,
    ImportFileContent,
    ImportPhase,
    ImportRun,
    RunKind,
    RunState,
)
from integrations.pipeline.file_page import take_in
from integrations.services.imports import write

SAMPLE_ROWS = 5
# So long can a file be imported after its upload, and its rows be taken back out of a finished import.
KEPT_BEFORE, KEPT_AFTER = timedelta(days=1), timedelta(days=30)


@dataclass
class Preview:
    """What an import of the file would do, as far as it can be told quickly."""

    rows: int
    without_key: int
    repeated: int
    # How many rows name a contact that is here by its e-mail address.
    here: int
    sample: list[dict[str, Any]] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)


def upload(*, name: str, data: bytes, by: User | None = None) -> ImportFile:
    """Keeps the file, its columns matched by their names; Refused when it cannot be read."""
    if len(data) > reading.MOST_BYTES:
        megabytes = reading.MOST_BYTES // 1024 // 1024
        raise Refused(
            _("The file is larger than %(most)s MB.") % {"most": megabytes},
            _("Split it, then import the parts."),
        )
    try:
        if is_workbook := data.startswith(b"PK\x03\x04"):
            data = reading.workbook_as_csv(data)
        encoding = "utf-8" if is_workbook else reading.encoding_of(data)
        table = reading.read_csv(data, encoding=encoding)
        count = sum(1 for _row in table.rows)
    except ValueError as error:
        raise Refused(str(error)) from None
    if not count:
        raise Refused(_("The file has no rows below the names of its columns."))
    if count > reading.MOST_ROWS:
        most = f"{reading.MOST_ROWS:,}"
        raise Refused(
            _("The file has more than %(most)s rows.") % {"most": most}, _("Split it, then import the parts.")
        )
    with transaction.atomic():
        file = ImportFile.objects.create(
            name=PurePath(name).name[:255],
            encoding=encoding,
            row_count=count,
            columns=matching.suggest(table.header),
            uploaded_by=by,
        )
        ImportFileContent.objects.create(file=file, data=data)
    return file


def table_of(file: ImportFile) -> Table:
    """The file as a table; Refused when its bytes were removed."""
    content = ImportFileContent.objects.filter(file=file).first()
    if content is None:
        raise Refused(_("The file is not kept any more."), _("Upload it again."))
    try:
        return reading.read_csv(bytes(content.data), encoding=file.encoding)
    except ValueError as error:
        raise Refused(str(error)) from None


def sample(file: ImportFile) -> tuple[list[str], list[list[str]]]:
    """The headings and the first rows."""
    table = table_of(file)
    return table.header, [cells for _number, cells in islice(table.rows, SAMPLE_ROWS)]


def read_as(*, file: ImportFile, encoding: str) -> None:
    """Reads the bytes in another encoding; columns are matched anew."""
    file.encoding = encoding
    table = table_of(file)
    file.columns, file.row_count = matching.suggest(table.header), sum(1 for _row in table.rows)
    file.save(update_fields=["encoding", "columns", "row_count"])


def match(*, file: ImportFile, columns: Sequence[str], mode: str) -> None:
    """Keeps which property each column fills; Refused when rows could not be told apart or a property has two."""
    chosen = [name for name in columns if name]
    labels = {**matching.targets(), SALESFORCE_ID: _("Salesforce ID")}
    twice = sorted({str(labels[name]) for name in chosen if chosen.count(name) > 1})
    if twice:
        raise Refused(
            _("Two columns fill the same property: %(names)s.") % {"names": ", ".join(twice)},
            _("Choose another property for one of them, or leave it out."),
        )
    if EMAIL not in chosen and SALESFORCE_ID not in chosen:
        raise Refused(
            _("No column says which contact a row is."), _("Match one column to Email or to Salesforce ID.")
        )
    file.columns, file.mode = list(columns), mode
    file.save(update_fields=["columns", "mode"])


def preview(*, file: ImportFile) -> Preview:
    """Counts rows by what names them, and takes the first ones in for a moment to show what would become of them."""
    table = table_of(file)
    keys = _keys(file)
    emails: list[str] = []
    found = Preview(rows=0, without_key=0, repeated=0, here=0)
    first: list[tuple[int, list[str]]] = []
    seen: Seen = {}
    for number, cells in table.rows:
        found.rows += 1
        if len(first) < SAMPLE_ROWS:
            first.append((number, cells))
        values = keys_of(**{name: cells[place] for name, place in keys})
        found.without_key += not values
        found.repeated += repeats(values, seen=seen, row=number) is not None
        emails += [cells[place].lower() for name, place in keys if name == EMAIL and cells[place]]
    found.here = sum(_count_here(part) for part in _parts(set(emails)))
    found.sample, found.problems = _tried(file, first)
    return found


def start(*, file: ImportFile, by: User | None = None, detach: bool = True) -> ImportRun:
    """Starts the import of the file; asked twice, it returns the one that runs."""
    with transaction.atomic():
        file = ImportFile.objects.select_for_update().get(pk=file.pk)
        if before := ImportRun.objects.filter(file=file).first():
            return before
        if not ImportFileContent.objects.filter(file=file).exists():
            raise Refused(_("The file is not kept any more."), _("Upload it again."))
        run = ImportRun(kind=RunKind.FILE, file=file, requested_by=by)
        rows = ImportPhase(sobject="Contact", selection="file", expected=file.row_count)
        write(run=run, phases=[rows], detach=detach)
    return run


def remove_old() -> None:
    """Removes the bytes of files whose time is over, and files that were never imported."""
    now = timezone.now()
    ImportFile.objects.filter(run=None, uploaded_at__lt=now - KEPT_BEFORE).delete()
    ended = ImportFileContent.objects.filter(file__run__finished_at__lt=now - KEPT_AFTER)
    ended.filter(file__run__state__in=[RunState.FINISHED, RunState.CANCELLED, RunState.FAILED]).delete()


def _keys(file: ImportFile) -> list[tuple[str, int]]:
    return [(name, place) for place, name in enumerate(file.columns) if name in (EMAIL, SALESFORCE_ID)]


def _parts(values: set[str], size: int = 10_000) -> Iterator[list[str]]:
    rest = iter(values)
    while part := list(islice(rest, size)):
        yield part


def _count_here(emails: list[str]) -> int:
    return Contact.objects.filter(email__lower__in=emails).count()


def _tried(
    file: ImportFile, rows: Sequence[tuple[int, list[str]]]
) -> tuple[list[dict[str, Any]], list[RowProblem]]:
    """The rows as they would be taken in, and what would not; nothing stays of it."""
    resource = ContactRows(columns=file.columns, mode=FileMode(file.mode), run_id=None, seen={})
    with transaction.atomic():
        take_in(resource, rows)
        transaction.set_rollback(True)
    dataset = resource.dataset(rows)
    return [dict(zip(dataset.headers, values, strict=True)) for values in dataset], list(resource.problems)
