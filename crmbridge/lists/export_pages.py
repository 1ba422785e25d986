"""Files of a list: downloaded at once, or made by the worker while a page shows how far it is."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crmbridge.lists import counting, exports, services
from crmbridge.lists.check import CannotBeWorkedOut
from crmbridge.lists.models import ExportState, FileFormat, List, ListExport
from crmbridge.lists.permissions import may_see, page_of

_TYPES = {
    FileFormat.CSV.value: "text/csv; charset=utf-8",
    FileFormat.XLSX.value: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ExportPages:
    """Adds the pages to the admin of lists."""

    def get_urls(self) -> list[Any]:
        """Asking for a file, watching it, fetching it."""
        view = self.admin_site.admin_view  # type: ignore[attr-defined]
        ask, cancel = require_POST(self.export_view), require_POST(self.export_cancel_view)
        return [
            path("<int:list_id>/export/", view(ask), name="lists_list_export"),
            path("exports/<int:number>/", view(self.export_page_view), name="lists_export"),
            path("exports/<int:number>/cancel/", view(cancel), name="lists_export_cancel"),
            path(
                "exports/<int:number>/download/",
                view(self.export_download_view),
                name="lists_export_download",
            ),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def export_view(self, request: HttpRequest, list_id: int) -> HttpResponseBase:
        """The file of a short list; a long one is asked of the worker."""
        item = get_object_or_404(List, pk=list_id)
        self._refuse_others(request, item)
        format = request.POST.get("format", "")
        if format not in FileFormat.values:
            raise Http404
        try:
            size = services.count(item)
        except CannotBeWorkedOut as error:
            messages.error(request, str(error))
            return page_of(item)
        except counting.TakesTooLong:
            size = max(item.size or 0, exports.AT_ONCE + 1)
        if format == FileFormat.XLSX and size > exports.XLSX_MOST_ROWS:
            messages.error(request, str(exports.too_long()))
            return page_of(item)
        if size > exports.AT_ONCE:
            export = exports.start(item, format=format, expected=size, by=request.user)  # type: ignore[arg-type]
            return redirect(reverse("admin:lists_export", args=[export.pk]))
        headers = {"Content-Disposition": _attachment(item, format), "Content-Type": _TYPES[format]}
        if format == FileFormat.XLSX:
            return HttpResponse(exports.workbook(item), headers=headers)
        return StreamingHttpResponse(exports.lines(item), headers=headers)

    def export_page_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """How far the file is; only that part when htmx asks."""
        export = self._export(request, number)
        part = "lists/export_progress.html" if "HX-Request" in request.headers else "lists/export.html"
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": _("Export of %(list)s") % {"list": export.list},
            "opts": List._meta,
            "export": export,
            "percent": min(100, export.rows * 100 // max(export.expected, 1)),
            "bytes": exports.size_of(export) if export.state == ExportState.FINISHED else 0,
            # Nothing is heard of a worker that is not there.
            "is_waiting": export.is_under_way and (timezone.now() - export.beat_at).total_seconds() > 20,
        }
        return TemplateResponse(request, part, context)

    def export_cancel_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """Stops it."""
        export = self._export(request, number)
        exports.cancel(export)
        messages.success(request, _("The export is cancelled."))
        return page_of(export.list)

    def export_download_view(self, request: HttpRequest, number: int) -> HttpResponseBase:
        """The file."""
        export = self._export(request, number)
        if export.state != ExportState.FINISHED:
            raise Http404
        headers = {
            "Content-Disposition": _attachment(export.list, export.format),
            "Content-Length": str(exports.size_of(export)),
        }
        return StreamingHttpResponse(
            exports.content(export), content_type=_TYPES[export.format], headers=headers
        )

    def _export(self, request: HttpRequest, number: int) -> ListExport:
        found = get_object_or_404(ListExport.objects.select_related("list"), pk=number)
        self._refuse_others(request, found.list)
        return found

    def _refuse_others(self, request: HttpRequest, item: List) -> None:
        may_view = self.has_view_permission(request, item)  # type: ignore[attr-defined]
        base = self.admin_site._registry[item.model]  # type: ignore[attr-defined]
        if not (may_view and may_see(request, item.kind) and base.has_export_permission(request)):
            raise PermissionDenied


def _attachment(item: List, format: str) -> str | None:
    name = slugify(item.name, allow_unicode=True) or f"list-{item.pk}"
    return content_disposition_header(True, f"{name}-{timezone.localdate():%F}.{format}")
