"""Files of lists: short ones at once, long ones by the worker, part by part.

A part is one transaction with its rows, its place and its progress: a killed worker loses the part that it was making.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.tasks import async_task
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from companies.resources import CompanyResource
from contacts.resources import ContactResource
from crmbridge import csv_stream
from crmbridge.errors import Refused
from crmbridge.lists import catalogue as known_things
from crmbridge.lists import compile, services
from crmbridge.lists.check import CannotBeWorkedOut
from crmbridge.lists.definition import load
from crmbridge.lists.models import ExportState, FileFormat, List, ListExport, ListExportPart
from crmbridge.properties.export import RecordResource, csv_rows
from crmbridge.properties.models import RecordKind

# Up to so many rows a file is made while the person waits.
AT_ONCE = 10_000
ROWS_A_PART = 5_000
# A workbook is written at one go at the end: about half a minute for so many rows.
XLSX_MOST_ROWS = 100_000
_SLICE = timedelta(seconds=30)
_LOST = timedelta(seconds=120)
_KEPT = timedelta(days=7)
_BYTES_A_PART = 4 * 1024 * 1024


def resource_of(kind: str) -> RecordResource:
    """The columns of a file of such records: every property."""
    return ContactResource() if kind == RecordKind.CONTACT else CompanyResource()


def start(item: List, *, format: str, expected: int, by: User | None) -> ListExport:
    """Asks the worker for a file; the task is written together with the export."""
    with transaction.atomic():
        export = ListExport.objects.create(
            list=item,
            format=format,
            expected=expected,
            requested_by=by,
            filters=item.filters if item.is_active else {},
        )
        _hand_over(export)
    return export


def cancel(export: ListExport) -> None:
    """Stops the export before its next part; what was made is removed."""
    with transaction.atomic():
        stopped = ListExport.objects.filter(pk=export.pk, state__in=(ExportState.QUEUED, ExportState.RUNNING))
        if stopped.update(state=ExportState.CANCELLED, turn=F("turn") + 1):
            ListExportPart.objects.filter(export=export).delete()


def run_slice(*, export_id: int, turn: int) -> None:
    """Makes parts for half a minute, then hands the rest back; does nothing when it is not its turn any more."""
    until = timezone.now() + _SLICE
    try:
        while _make_part(export_id, turn):
            if timezone.now() >= until:
                export = ListExport.objects.get(pk=export_id)
                if export.turn == turn and export.is_under_way:
                    _hand_over(export)
                return
    except CannotBeWorkedOut as error:
        _fail(export_id, turn, str(error))
    except Exception:
        _fail(export_id, turn, _("The file could not be made. The log of the worker says why."))
        raise


def revive() -> None:
    """Puts exports whose worker was lost back in line, and removes old files."""
    lost = ListExport.objects.filter(
        state__in=(ExportState.QUEUED, ExportState.RUNNING), beat_at__lt=timezone.now() - _LOST
    )
    for export in lost:
        _hand_over(export)
    ListExport.objects.filter(created_at__lt=timezone.now() - _KEPT).delete()


def _hand_over(export: ListExport) -> None:
    """A new turn: a worker that still believes to have the old one writes nothing."""
    with transaction.atomic():
        ListExport.objects.filter(pk=export.pk).update(turn=F("turn") + 1, beat_at=timezone.now())
        export.refresh_from_db()
        async_task(
            "crmbridge.lists.tasks.export_slice", export.pk, export.turn, task_name=f"list export {export.pk}"
        )


def _fail(export_id: int, turn: int, reason: str) -> None:
    failed = ListExport.objects.filter(pk=export_id, turn=turn)
    if failed.update(state=ExportState.FAILED, reason=reason):
        ListExportPart.objects.filter(export=export_id).delete()


def _make_part(export_id: int, turn: int) -> bool:
    """One part, or the end of the file; False when nothing is left to do."""
    with transaction.atomic():
        export = ListExport.objects.select_for_update(of=("self",)).select_related("list").get(pk=export_id)
        if export.turn != turn or not export.is_under_way:
            return False
        export.state, export.beat_at = ExportState.RUNNING, timezone.now()
        rows = list(_next(export)[:ROWS_A_PART])
        if rows:
            _write(export, rows)
        else:
            _finish(export)
        export.save()
        return bool(rows)


def _next(export: ListExport) -> Any:
    """The members behind the last part, as the filters were when the file was asked for."""
    item = export.list
    if item.is_active or export.filters:
        found = compile.records(
            load(export.filters),
            kind=item.kind,
            catalogue=known_things.read(),
            today=timezone.localdate(export.created_at),
            list_id=item.pk,
        )
    else:
        found = services.members_of(item)
    found = found.order_by("-pk")
    return found if export.last_id is None else found.filter(pk__lt=export.last_id)


def _write(export: ListExport, records: list[Any]) -> None:
    resource = resource_of(export.list.kind)
    rows: list[list[Any]] = [resource.export_resource(record) for record in records]
    if export.last_id is None:
        rows.insert(0, resource.get_export_headers())
    lines = csv_stream.lines(rows)
    if export.last_id is not None:
        next(lines)  # the mark at the beginning of the file
    content = "".join(lines).encode()
    ListExportPart.objects.create(export=export, number=export.parts.count(), content=content)
    export.last_id, export.rows = records[-1].pk, export.rows + len(records)


def _finish(export: ListExport) -> None:
    if export.last_id is None:
        resource = resource_of(export.list.kind)
        content = "".join(csv_stream.lines([resource.get_export_headers()])).encode()
        ListExportPart.objects.create(export=export, number=0, content=content)
    if export.format == FileFormat.XLSX:
        workbook = _workbook(_rows_of(export), title=_title(export.list))
        export.parts.all().delete()
        ListExportPart.objects.bulk_create(
            ListExportPart(export=export, number=number, content=workbook[start : start + _BYTES_A_PART])
            for number, start in enumerate(range(0, len(workbook), _BYTES_A_PART))
        )
    export.state = ExportState.FINISHED


def _workbook(rows: Iterable[list[str]], *, title: str) -> bytes:
    """The rows as a workbook; every cell is text: a spreadsheet would else read telephone numbers as sums."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    for row in rows:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", str(cell)) for cell in row])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _rows_of(export: ListExport) -> Iterable[list[str]]:
    """The rows that the parts of a file have."""
    text = "".join(part.decode() for part in content(export)).removeprefix(csv_stream.BYTE_ORDER_MARK)
    return csv.reader(io.StringIO(text, newline=""))


def content(export: ListExport) -> Iterator[bytes]:
    """The file, part by part."""
    for number in export.parts.order_by("number").values_list("number", flat=True):
        yield bytes(export.parts.get(number=number).content)


def size_of(export: ListExport) -> int:
    """The bytes of the file."""
    return int(export.parts.aggregate(size=Sum(Length("content")))["size"] or 0)


def lines(item: List) -> Iterator[str]:
    """The list as the lines of a CSV file."""
    return csv_stream.lines(csv_rows(resource_of(item.kind), _members(item)))


def workbook(item: List) -> bytes:
    """The list as a workbook; Refused when it would be too long."""
    members = _members(item)
    if members.order_by()[: XLSX_MOST_ROWS + 1].count() > XLSX_MOST_ROWS:
        raise too_long()
    return _workbook(csv_rows(resource_of(item.kind), members), title=_title(item))


def write(item: List, path: Path) -> None:
    """Writes the list to a CSV or XLSX file, as its name ends: the whole file or none."""
    makers: dict[str, Callable[[], Iterable[bytes]]] = {
        ".csv": lambda: (line.encode() for line in lines(item)),
        ".xlsx": lambda: [workbook(item)],
    }
    if path.suffix.lower() not in makers:
        raise Refused(_("The name of the file must end in .csv or .xlsx."))
    unfinished = path.with_name(path.name + ".part")
    try:
        with unfinished.open("wb") as file:
            file.writelines(makers[path.suffix.lower()]())
        unfinished.replace(path)
    except OSError as error:
        raise Refused(_("The file cannot be written: %(reason)s.") % {"reason": error.strerror}) from None
    finally:
        unfinished.unlink(missing_ok=True)


def too_long() -> Refused:
    """Why there is no workbook of so many rows."""
    told = _("The list has more than %(most)s rows, too many for a workbook. Export CSV.")
    return Refused(told % {"most": f"{XLSX_MOST_ROWS:,}"})


def _members(item: List) -> QuerySet[Any]:
    found: QuerySet[Any] = services.members_of(item).order_by("-pk")
    return found


def _title(item: List) -> str:
    return str(item.model._meta.verbose_name_plural)
