"""Files of long lists, made by the worker part by part.

A part is one transaction with its rows, its place and its progress: a killed worker loses the part that it was making.
"""

import csv
import io
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from crmbridge import csv_stream, spreadsheets
from crmbridge.errors import Refused
from crmbridge.lists import files, services
from crmbridge.lists.filters.definition import load
from crmbridge.lists.models import ExportState, FileFormat, List, ListExport, ListExportPart

# Up to so many rows a file is made while the person waits.
AT_ONCE = 10_000
ROWS_A_PART = 5_000
_SLICE = timedelta(seconds=30)
_LOST = timedelta(seconds=120)
_BEAT_SECONDS = 5
_MOST_FAULTS = 5
_KEPT = timedelta(days=7)
_BYTES_A_PART = 4 * 1024 * 1024


def start(item: List, *, format: str, expected: int, by: User | None) -> ListExport:
    """Asks the worker for a file; its head and the task are written together with it."""
    resource = files.resource_of(item.kind)
    with transaction.atomic():
        export = ListExport.objects.create(
            list=item,
            format=format,
            expected=expected,
            requested_by=by,
            filters=item.filters if item.is_active else {},
            columns=list(resource.fields),
        )
        _keep(export, csv_stream.lines([resource.get_export_headers()]))
        _hand_over(export)
    return export


def cancel(export: ListExport) -> bool:
    """Stops the export before its next part and removes what was made; False when it had ended already."""
    with transaction.atomic():
        stopped = ListExport.objects.under_way().filter(pk=export.pk)
        if not stopped.update(state=ExportState.CANCELLED, turn=F("turn") + 1):
            return False
        ListExportPart.objects.filter(export=export).delete()
        return True


def run_slice(*, export_id: int, turn: int) -> None:
    """Makes parts for half a minute, then hands the rest back; does nothing when it is not its turn any more."""
    until = timezone.now() + _SLICE
    try:
        while _make_part(export_id, turn):
            if timezone.now() >= until:
                _hand_back(export_id, turn)
                return
        _finish(export_id, turn)
    except Refused as error:
        _fail(export_id, turn, str(error))
    except Exception:
        _fail(export_id, turn, _("The file could not be made. The log of the worker says why."))
        raise


def revive() -> None:
    """Puts exports whose worker was lost back in line, if not too many were, and removes old files."""
    with transaction.atomic():
        lost = ListExport.objects.under_way().filter(beat_at__lt=timezone.now() - _LOST)
        for export in lost.select_for_update(skip_locked=True, of=("self",)):
            if export.faults >= _MOST_FAULTS:
                _fail(export.pk, export.turn, _("The worker was lost several times while it made the file."))
                continue
            export.faults += 1
            export.save(update_fields=["faults"])
            _hand_over(export)
    ListExport.objects.filter(created_at__lt=timezone.now() - _KEPT).delete()


def content(export: ListExport) -> Iterator[bytes]:
    """The file, part by part."""
    for number in export.parts.order_by("number").values_list("number", flat=True):
        yield bytes(export.parts.values_list("content", flat=True).get(number=number))


def size_of(export: ListExport) -> int:
    """The bytes of the file."""
    return int(export.parts.aggregate(bytes=Sum(Length("content")))["bytes"] or 0)


def _hand_over(export: ListExport) -> None:
    """A new turn: a worker that still believes to have the old one writes nothing."""
    with transaction.atomic():
        ListExport.objects.filter(pk=export.pk).update(turn=F("turn") + 1, beat_at=timezone.now())
        export.refresh_from_db()
        async_task(
            "crmbridge.lists.tasks.export_slice", export.pk, export.turn, task_name=f"list export {export.pk}"
        )


def _hand_back(export_id: int, turn: int) -> None:
    with transaction.atomic():
        export = _claimed(export_id, turn)
        if export is not None:
            _hand_over(export)


def _claimed(export_id: int, turn: int) -> ListExport | None:
    """The export, locked, if it is still there and it is this turn's."""
    held = ListExport.objects.under_way().select_for_update(of=("self",)).select_related("list")
    return held.filter(pk=export_id, turn=turn).first()


def _fail(export_id: int, turn: int, reason: str) -> None:
    with transaction.atomic():
        failed = ListExport.objects.under_way().filter(pk=export_id, turn=turn)
        if failed.update(state=ExportState.FAILED, reason=reason):
            ListExportPart.objects.filter(export=export_id).delete()


def _make_part(export_id: int, turn: int) -> bool:
    """The next rows; False when there are none, or it is not its turn."""
    with transaction.atomic():
        export = _claimed(export_id, turn)
        if export is None:
            return False
        export.state, export.beat_at, export.faults = ExportState.RUNNING, timezone.now(), 0
        records = list(_next(export)[:ROWS_A_PART])
        if records:
            resource = files.resource_of(export.list.kind, export.columns)
            lines = csv_stream.lines(resource.export_resource(record) for record in records)
            next(lines)  # the mark at the beginning of a file
            _keep(export, lines)
            export.last_id, export.rows = records[-1].pk, export.rows + len(records)
            if export.format == FileFormat.XLSX:
                files.refuse_long(export.rows, most=files.most_rows(resource))
        export.save()
        return bool(records)


def _next(export: ListExport) -> Any:
    """The members behind the last part, as the filters were when the file was asked for."""
    item = export.list
    if export.filters:
        asked = timezone.localdate(export.created_at)
        found = services.records_of(load(export.filters), kind=item.kind, list_id=item.pk, today=asked)
    else:
        found = services.members_of(item)
    found = found.order_by("-pk")
    return found if export.last_id is None else found.filter(pk__lt=export.last_id)


def _finish(export_id: int, turn: int) -> None:
    """Turns the rows into the file, with nothing locked meanwhile: a workbook takes its time."""
    export = ListExport.objects.under_way().select_related("list").filter(pk=export_id, turn=turn).first()
    if export is None:
        return
    workbook = _workbook(export) if export.format == FileFormat.XLSX else None
    with transaction.atomic():
        held = _claimed(export_id, turn)
        if held is None:
            return
        if workbook is not None:
            held.parts.all().delete()
            ListExportPart.objects.bulk_create(
                ListExportPart(export=held, number=number, content=workbook[start : start + _BYTES_A_PART])
                for number, start in enumerate(range(0, len(workbook), _BYTES_A_PART))
            )
        held.state = ExportState.FINISHED
        held.save()


def _workbook(export: ListExport) -> bytes:
    text = "".join(part.decode() for part in content(export)).removeprefix(csv_stream.BYTE_ORDER_MARK)
    return spreadsheets.workbook(
        csv.reader(io.StringIO(text, newline="")),
        title=files.title(export.list),
        numbers=files.resource_of(export.list.kind, export.columns).numbers,
        beat=_beats(export),
    )


def _beats(export: ListExport) -> Callable[[], None]:
    """Says from time to time that the worker lives."""
    last = time.monotonic()

    def beat() -> None:
        nonlocal last
        if time.monotonic() - last >= _BEAT_SECONDS:
            last = time.monotonic()
            ListExport.objects.filter(pk=export.pk, turn=export.turn).update(beat_at=timezone.now())

    return beat


def _keep(export: ListExport, lines: Iterator[str]) -> None:
    written = "".join(lines).encode()
    ListExportPart.objects.create(export=export, number=export.parts.count(), content=written)
