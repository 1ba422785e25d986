"""Salesforce → Settings: sections that save one by one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from integrations.forms.settings import AccountSyncForm, AllotmentForm, NoEmailForm
from integrations.models import SalesforceConnection, SyncSettings
from integrations.services import account_sync, connect, sync_settings, usage


@dataclass(frozen=True)
class Section:
    """A part of the page with a form of its own; `said` tells what has been saved."""

    key: str
    title: Any
    template: str
    form: type[AccountSyncForm] | type[NoEmailForm] | type[AllotmentForm]
    said: Callable[[SyncSettings], str]

    def bound_to(self, settings: SyncSettings) -> forms.Form:
        """The form as the settings are."""
        return self.form(initial=self.form.initial_of(settings))


def _said_account_sync(settings: SyncSettings) -> str:
    return _("Account sync is now on.") if settings.account_sync else _("Account sync is now off.")


def _said_saved(settings: SyncSettings) -> str:
    return _("The setting has been saved.")


SECTIONS = {
    section.key: section
    for section in (
        Section(
            "account-sync",
            gettext_lazy("Account Sync"),
            "integrations/settings_account_sync.html",
            AccountSyncForm,
            _said_account_sync,
        ),
        Section(
            "no-email",
            gettext_lazy("Records without an e-mail address"),
            "integrations/settings_no_email.html",
            NoEmailForm,
            _said_saved,
        ),
        Section(
            "api-calls",
            gettext_lazy("API calls"),
            "integrations/settings_api_calls.html",
            AllotmentForm,
            _said_saved,
        ),
    )
}


@admin.register(SyncSettings)
class SyncSettingsAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """One page instead of a list: there is one connection and it has one row."""

    def get_urls(self) -> list[Any]:
        """The page, which also takes what it sends."""
        view = self.admin_site.admin_view(self.settings_view)
        return [path("", view, name="integrations_syncsettings_changelist")]

    def settings_view(self, request: HttpRequest) -> HttpResponse:
        """Shows the sections; saves the one that is sent."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        connection = connect.current()
        if connection is None:
            return redirect("admin:integrations_salesforceconnection_changelist")
        if request.method == "POST":
            return self._save(request, connection)
        return self._page(request, connection)

    def _save(self, request: HttpRequest, connection: SalesforceConnection) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        section = SECTIONS.get(request.POST.get("section", ""))
        if section is None:
            raise SuspiciousOperation
        form = section.form(request.POST)
        if not form.is_valid():
            return self._page(request, connection, {section.key: form})
        settings = sync_settings.update(connection=connection, **form.cleaned_data)
        messages.success(request, section.said(settings))
        if request.htmx:  # type: ignore[attr-defined]
            return self._page(request, connection, only=section)
        return redirect("admin:integrations_syncsettings_changelist")

    def _page(
        self,
        request: HttpRequest,
        connection: SalesforceConnection,
        sent: dict[str, forms.Form] | None = None,
        only: Section | None = None,
    ) -> HttpResponse:
        """The page, or one section of it with its notice; `sent` are forms with errors."""
        shown = [
            {
                "section": section,
                "form": (sent or {}).get(section.key) or section.bound_to(connection.settings),
            }
            for section in SECTIONS.values()
            if only in (None, section)
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Salesforce settings"),
            "connection": connection,
            "sections": shown,
            "facts": account_sync.facts(connection=connection),
            "usage": usage.today(connection=connection),
            "can_change": self.has_change_permission(request),
        }
        template = "integrations/settings_saved.html" if only else "integrations/settings.html"
        return TemplateResponse(request, template, context, status=422 if sent else 200)
