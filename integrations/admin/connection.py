"""The page of connected apps: Account Menu → Integrations."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from integrations.home import connection_facts
from integrations.models import SalesforceConnection
from integrations.services import connect


@admin.register(SalesforceConnection)
class SalesforceConnectionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """One page instead of a list: there is one connection."""

    def get_urls(self) -> list[Any]:
        """The page, and none of the usual ones: tokens are not edited by hand."""
        view = self.admin_site.admin_view(self.hub_view)
        return [path("", view, name="integrations_salesforceconnection_changelist")]

    def hub_view(self, request: HttpRequest) -> TemplateResponse:
        """The card of Salesforce."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            **connection_facts(connect.current()),
            "title": _("Integrations"),
        }
        return TemplateResponse(request, "integrations/hub.html", context)
