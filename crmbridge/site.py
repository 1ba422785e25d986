"""The admin site of the console: navigation and home page."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from crmbridge import bell, menu, panels


class CRMAdminSite(AdminSite):
    """The one admin site; every page of the console hangs on it."""

    site_header = site_title = "crmbridge"
    index_title = _("Home")
    index_template = "crm/home.html"
    enable_nav_sidebar = False
    site_url = None

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every page needs: the navigation and the number of open problems."""
        return {
            **super().each_context(request),
            "main_menu": menu.main(request),
            "account_menu": menu.account(request),
            "settings_menu": menu.settings(request),
            "bell": bell.ring(request),
        }

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The home page: what the apps have to say."""
        home = {"panels": panels.render(panels.HOME, request=request)}
        return super().index(request, {**home, **(extra_context or {})})

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """There are no pages of apps: the menu leads everywhere."""
        return redirect("admin:index")
