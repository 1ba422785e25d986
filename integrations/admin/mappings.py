"""Contact Field Mappings and Company Field Mappings."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from crmbridge.properties.models import RecordKind
from integrations.admin.mapping_pages import TABLES, MappingPages
from integrations.models import FieldMapping, SyncRule
from integrations.services import connect, mapping_table, schema
from integrations.services.mapping_table import MappingRow

TITLES = {RecordKind.CONTACT: _("Contact Field Mappings"), RecordKind.COMPANY: _("Company Field Mappings")}
_PARTS = ((_("Standard"), True), (_("Custom"), False))


@admin.register(FieldMapping)
class FieldMappingAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A table for each kind of record."""

    def get_urls(self) -> list[Any]:
        """The two tables, and the pages that change them."""
        pages = MappingPages(view=self.admin_site.admin_view, may=self.has_change_permission)
        return [
            path(
                f"{name}/",
                self.admin_site.admin_view(partial(self.table_view, kind=kind)),
                name=f"integrations_fieldmapping_{name}",
            )
            for kind, name in TABLES.items()
        ] + pages.urls

    def table_view(self, request: HttpRequest, kind: RecordKind) -> HttpResponse:
        """All mappings of one kind, or those that the search and the filter leave."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        connection = connect.current()
        if connection is None:
            return redirect("admin:integrations_salesforceconnection_changelist")
        found = mapping_table.rows(connection=connection, kind=kind)
        words, rule = request.GET.get("q", "").strip(), request.GET.get("rule", "")
        shown = [row for row in found if row.matches(words) and rule in ("", row.rule)]
        context = {
            **self.admin_site.each_context(request),
            "title": TITLES[kind],
            "connection": connection,
            "sobjects": mapping_table.SOBJECTS[kind],
            "parts": [
                (title, _grouped([row for row in shown if row.is_standard is standard]))
                for title, standard in _PARTS
            ],
            "total": len(found),
            "shown": len(shown),
            "unreadable": sum(row.has_unreadable for row in found),
            "query": words,
            "rules": SyncRule.choices,
            "rule": rule,
            "kind": kind.value,
            "can_change": self.has_change_permission(request),
            "changed": schema.changes(connection=connection, sobjects=mapping_table.SOBJECTS[kind]),
            "is_company": kind == RecordKind.COMPANY,
        }
        return TemplateResponse(request, "integrations/mappings.html", context)


def _grouped(rows: list[MappingRow]) -> dict[str, list[MappingRow]]:
    """The rows by the group of their property."""
    groups: dict[str, list[MappingRow]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    return groups
