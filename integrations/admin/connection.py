"""The page of connected apps: Account Menu → Integrations."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from integrations.admin.connect_pages import ConnectPages
from integrations.home import connection_facts
from integrations.models import SalesforceConnection
from integrations.services import connect, usage


@admin.register(SalesforceConnection)
class SalesforceConnectionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """One page instead of a list: there is one connection."""

    def get_urls(self) -> list[Any]:
        """The page and those for connecting; none of the usual ones: tokens are not edited by hand."""
        view = self.admin_site.admin_view
        pages = ConnectPages(
            view=view, context=self.admin_site.each_context, may_change=self.has_change_permission
        )
        hub = path("", view(self.hub_view), name="integrations_salesforceconnection_changelist")
        return [hub, *pages.urls]

    def hub_view(self, request: HttpRequest) -> TemplateResponse:
        """The card of Salesforce."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        connection = connect.current()
        context = {
            **self.admin_site.each_context(request),
            **connection_facts(connection),
            "title": _("Integrations"),
            "usage": usage.today(connection=connection) if connection else None,
            "can_change": self.has_change_permission(request),
        }
        return TemplateResponse(request, "integrations/hub.html", context)
