"""Salesforce → API usage."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from integrations.models import ApiUsage
from integrations.services import connect, usage


@admin.register(ApiUsage)
class ApiUsageAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """One page instead of a list."""

    def get_urls(self) -> list[Any]:
        """The page."""
        view = self.admin_site.admin_view(self.usage_view)
        return [path("", view, name="integrations_apiusage_changelist")]

    def usage_view(self, request: HttpRequest) -> HttpResponse:
        """The last 24 hours by the hour, the last thirty days by the day."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        connection = connect.current()
        if connection is None:
            return redirect("admin:integrations_salesforceconnection_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": _("API usage"),
            "connection": connection,
            "usage": usage.today(connection=connection),
            "days": usage.days(connection=connection),
        }
        return TemplateResponse(request, "integrations/api_usage.html", context)
