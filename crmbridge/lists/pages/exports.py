"""Files of a list: downloaded at once, or made by the worker while a page shows how far it is."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from import_export.formats.base_formats import XLSX

from crmbridge.errors import Refused
from crmbridge.lists import exports, files, services
from crmbridge.lists.models import ExportState, FileFormat, List, ListExport
from crmbridge.lists.pages.base import Pages
from crmbridge.lists.statements import TakesTooLong
from crmbridge.people import signed_in

_TYPES = {FileFormat.CSV.value: "text/csv; charset=utf-8", FileFormat.XLSX.value: XLSX.CONTENT_TYPE}
_UNHEARD_SECONDS = 20


class ExportPages(Pages):
    """Adds the pages to the admin of lists."""

    def get_urls(self) -> list[Any]:
        """Asking for a file, watching it, fetching it."""
        view = self.admin_site.admin_view
        ask, cancel = require_POST(self.export_view), require_POST(self.export_cancel_view)
        download = view(self.export_download_view)
        return [
            path("<int:list_id>/export/", view(ask), name="lists_list_export"),
            path("exports/<int:number>/", view(self.export_page_view), name="lists_export"),
            path("exports/<int:number>/cancel/", view(cancel), name="lists_export_cancel"),
            path("exports/<int:number>/download/", download, name="lists_export_download"),
            *super().get_urls(),
        ]

    def export_view(self, request: HttpRequest, list_id: int) -> HttpResponseBase:
        """The file of a short list; a long one is asked of the worker."""
        item = self.exportable(request, list_id)
        format = request.POST.get("format", "")
        if format not in FileFormat.values:
            raise Http404
        try:
            size = _size(item)
            if size > exports.AT_ONCE:
                return self._start(request, item, format, size)
            return _file(item, format)
        except Refused as error:
            messages.error(request, str(error))
            return redirect("admin:lists_list_change", item.pk)

    def _start(self, request: HttpRequest, item: List, format: str, size: int) -> HttpResponse:
        if format == FileFormat.XLSX:
            files.refuse_long(size, most=files.most_rows(files.resource_of(item.kind)))
        export = exports.start(item, format=format, expected=size, by=signed_in(request))
        return redirect("admin:lists_export", export.pk)

    def export_page_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """How far the file is; only that part when htmx asks."""
        export = self._export(request, number)
        part = "lists/export_progress.html" if request.htmx else "lists/export.html"  # type: ignore[attr-defined]
        unheard = (timezone.now() - export.beat_at).total_seconds() > _UNHEARD_SECONDS
        context = {
            **self.admin_site.each_context(request),
            "title": _("Export of %(list)s") % {"list": export.list},
            "opts": List._meta,
            "export": export,
            "percent": min(100, export.rows * 100 // max(export.expected, 1)),
            "bytes": exports.size_of(export) if export.state == ExportState.FINISHED else 0,
            "is_waiting": export.state == ExportState.QUEUED and unheard,
        }
        return TemplateResponse(request, part, context)

    def export_cancel_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """Stops it."""
        export = self._export(request, number)
        if exports.cancel(export):
            messages.success(request, _("The export is cancelled."))
            return redirect("admin:lists_list_change", export.list_id)
        messages.error(request, _("The export had ended already."))
        return redirect("admin:lists_export", export.pk)

    def export_download_view(self, request: HttpRequest, number: int) -> HttpResponseBase:
        """The file."""
        export = self._export(request, number)
        if export.state != ExportState.FINISHED:
            raise Http404
        headers = _headers(export.list, export.format) | {"Content-Length": str(exports.size_of(export))}
        return StreamingHttpResponse(exports.content(export), headers=headers)

    def exportable(self, request: HttpRequest, list_id: int) -> List:
        """The list, for people who may have what is on it as a file."""
        item = self.visible(request, list_id)
        if not self.records_admin(item).has_export_permission(request):
            raise PermissionDenied
        return item

    def _export(self, request: HttpRequest, number: int) -> ListExport:
        found = get_object_or_404(ListExport, pk=number)
        found.list = self.exportable(request, found.list_id)
        return found


def _size(item: List) -> int:
    """How many members it has; of a list that cannot be counted in time, that they are many."""
    try:
        return services.count(item)
    except TakesTooLong:
        return max(item.size or 0, exports.AT_ONCE + 1)


def _file(item: List, format: str) -> HttpResponseBase:
    headers = _headers(item, format)
    if format == FileFormat.XLSX:
        return HttpResponse(files.workbook(item), headers=headers)
    return StreamingHttpResponse(files.lines(item), headers=headers)


def _headers(item: List, format: str) -> dict[str, str]:
    name = slugify(item.name, allow_unicode=True) or f"list-{item.pk}"
    disposition = content_disposition_header(True, f"{name}-{timezone.localdate():%F}.{format}")
    return {"Content-Disposition": str(disposition), "Content-Type": _TYPES[format]}
