"""Contacts and companies as files."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.admin import ExportMixin
from import_export.fields import Field
from import_export.formats.base_formats import XLSX
from import_export.resources import ModelResource
from import_export.widgets import NumberWidget

from crmbridge import csv_stream, spreadsheets
from crmbridge.errors import Refused
from crmbridge.properties.models import Property
from crmbridge.properties.types import PropertyType
from crmbridge.spreadsheets import safe_cell

# A workbook is built in memory, about 15 kB a row with thirty properties; CSV is streamed and has no limit.
XLSX_MOST_ROWS = 20_000


class RecordResource(ModelResource):
    """A record's columns under their property names, and its custom properties after them."""

    fields: dict[str, Any]

    def __init__(self, columns: Sequence[str] | None = None, **kwargs: Any) -> None:
        """All properties that there are, or these columns in this order, whatever became of them meanwhile."""
        super().__init__(**kwargs)
        self.fields.pop("properties", None)
        for field in self.fields.values():
            if isinstance(field.widget, NumberWidget):
                # A file carries the digits themselves; the library would group them as the reader's language does.
                field.widget.coerce_to_string = False
        custom = Property.objects.filter(kind=self._meta.model.KIND, is_standard=False).order_by(
            "order", "id"
        )
        self._custom_numbers = {item.name for item in custom if item.type == PropertyType.NUMBER}
        for name in columns or (item.name for item in custom if item.archived_at is None):
            if name not in self.fields:
                self.fields[name] = Field(attribute=f"properties__{name}", column_name=name)
        if columns:
            self.fields = {name: self.fields[name] for name in columns}

    @property
    def numbers(self) -> set[int]:
        """The columns that hold numbers, counted from 0."""
        return {
            place
            for place, (name, field) in enumerate(self.fields.items())
            if isinstance(field.widget, NumberWidget) or name in self._custom_numbers
        }

    def get_export_order(self) -> list[str]:
        """The columns of the table, then the custom properties."""
        return list(self.fields)

    def export_field(self, field: Field, instance: Any, **kwargs: Any) -> Any:
        """The value as the file shows it, safe to open in a spreadsheet."""
        value = super().export_field(field, instance, **kwargs)
        is_text = isinstance(field.get_value(instance), str)
        return safe_cell(value) if is_text and isinstance(value, str) else value


class RecordExport(ExportMixin):
    """Adds the download of a filtered list as CSV or XLSX to an admin list."""

    # The project's own template of lists has the links.
    import_export_change_list_template = None

    def get_urls(self) -> list[Any]:
        """The library's own address gives way to one a format, without a form between."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        export = path("export/<str:extension>/", self.admin_site.admin_view(self.export_view), name=name)
        return [export, *super(ExportMixin, self).get_urls()]

    def export_view(self, request: HttpRequest, extension: str) -> HttpResponseBase:
        """The list as it is filtered now, as a file."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        writers = {"csv": self._csv, "xlsx": self._xlsx}
        if extension not in writers:
            raise Http404
        resource = self.get_export_resource_classes(request)[0]()
        filename = f"{self.opts.model_name}-{timezone.localdate():%F}.{extension}"
        return writers[extension](request, resource, filename)

    def _csv(self, request: HttpRequest, resource: RecordResource, filename: str) -> HttpResponseBase:
        return csv_stream.response(csv_rows(resource, self.get_export_queryset(request)), filename=filename)

    def _xlsx(self, request: HttpRequest, resource: RecordResource, filename: str) -> HttpResponseBase:
        records = self.get_export_queryset(request)
        if records.order_by()[: XLSX_MOST_ROWS + 1].count() > XLSX_MOST_ROWS:
            return self._refuse(request, _too_many())
        title = str(self.opts.verbose_name_plural)
        try:
            made = spreadsheets.workbook(csv_rows(resource, records), title=title, numbers=resource.numbers)
        except Refused as error:
            return self._refuse(request, str(error))
        return HttpResponse(
            made,
            content_type=XLSX.CONTENT_TYPE,
            headers={"Content-Disposition": f'attachment; filename="{filename}"'},
        )

    def _refuse(self, request: HttpRequest, reason: str) -> HttpResponseBase:
        messages.error(request, reason)
        changelist = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return redirect(f"{changelist}?{request.GET.urlencode()}")


def export_selected(model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponseBase:
    """The chosen records as CSV."""
    resource = model_admin.get_export_resource_classes(request)[0]()
    filename = f"{model_admin.opts.model_name}-{timezone.localdate():%F}.csv"
    return csv_stream.response(csv_rows(resource, queryset), filename=filename)


export_selected.short_description = gettext_lazy("Export CSV")  # type: ignore[attr-defined]


def csv_rows(resource: RecordResource, records: QuerySet[Any]) -> Iterator[list[Any]]:
    """A header and the records, read from the database as they are asked for."""
    yield resource.get_export_headers()
    for record in resource.iter_queryset(records):
        yield resource.export_resource(record)


def _too_many() -> str:
    return _(
        "The list has more than %(most)s rows, too many for a workbook. Export CSV, or narrow the list."
    ) % {"most": f"{XLSX_MOST_ROWS:,}"}
