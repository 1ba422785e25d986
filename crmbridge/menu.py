"""The console's navigation as data; each entry shows to those who may use it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Link:
    """One page and the permission that opens it; `leaves` the menu that it stands in."""

    label: Any
    url_name: str
    permission: str
    leaves: bool = False


@dataclass(frozen=True)
class Group:
    """Pages that open together under one word."""

    label: Any
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Entry:
    """A link, or a group of links, as one person sees it on one page."""

    label: Any
    url: str = ""
    is_current: bool = False
    entries: list["Entry"] = field(default_factory=list)

    @property
    def leaves(self) -> list["Entry"]:
        """The pages that it leads to, for menus without groups."""
        return self.entries or [self]


IMPORT = Link(_("Import"), "admin:integrations_importrun_changelist", "integrations.view_importrun")
MAIN: tuple[Link | Group, ...] = (
    Group(
        _("Contacts"),
        (
            Link(_("All Contacts"), "admin:contacts_contact_changelist", "contacts.view_contact"),
            IMPORT,
        ),
    ),
    Link(_("Companies"), "admin:companies_company_changelist", "companies.view_company"),
    Link(_("Lists"), "admin:lists_list_changelist", "lists.view_list"),
)
INTEGRATIONS = Link(
    _("Integrations"),
    "admin:integrations_salesforceconnection_changelist",
    "integrations.view_salesforceconnection",
)
ACCOUNT = (
    INTEGRATIONS,
    Link(_("Properties"), "admin:properties_property_contacts", "properties.view_property"),
    Link(_("Users & permissions"), "admin:auth_user_changelist", "auth.view_user"),
    Link(_("Background jobs"), "admin:django_q_schedule_changelist", "django_q.view_schedule"),
)
SETTINGS = (
    Group(
        _("Salesforce"),
        (
            INTEGRATIONS,
            Link(
                _("Settings"), "admin:integrations_syncsettings_changelist", "integrations.view_syncsettings"
            ),
            Link(
                _("Contact Field Mappings"),
                "admin:integrations_fieldmapping_contacts",
                "integrations.view_fieldmapping",
            ),
            Link(
                _("Company Field Mappings"),
                "admin:integrations_fieldmapping_companies",
                "integrations.view_fieldmapping",
            ),
            replace(IMPORT, leaves=True),
            Link(
                _("Problems"),
                "admin:integrations_problem_changelist",
                "integrations.view_problem",
                leaves=True,
            ),
            Link(_("API usage"), "admin:integrations_apiusage_changelist", "integrations.view_apiusage"),
        ),
    ),
    Group(
        _("Properties"),
        (
            Link(_("Contact properties"), "admin:properties_property_contacts", "properties.view_property"),
            Link(_("Company properties"), "admin:properties_property_companies", "properties.view_property"),
        ),
    ),
    Group(
        _("Users & permissions"),
        (
            Link(_("Users"), "admin:auth_user_changelist", "auth.view_user"),
            Link(_("Roles"), "admin:auth_group_changelist", "auth.view_group"),
        ),
    ),
    Group(
        _("Background jobs"),
        (
            Link(_("Schedules"), "admin:django_q_schedule_changelist", "django_q.view_schedule"),
            Link(_("Waiting"), "admin:django_q_ormq_changelist", "django_q.view_ormq"),
            Link(_("Done"), "admin:django_q_success_changelist", "django_q.view_success"),
            Link(_("Failed"), "admin:django_q_failure_changelist", "django_q.view_failure"),
        ),
    ),
)


def main(request: HttpRequest) -> list[Entry]:
    """The entries of the top bar."""
    return _visible(MAIN, request)


def account(request: HttpRequest) -> list[Entry]:
    """The entries of the account menu."""
    return _visible(ACCOUNT, request)


def settings(request: HttpRequest) -> list[Entry]:
    """The links at the left of a settings page; none on other pages."""
    entries = _visible(SETTINGS, request)
    return entries if any(entry.is_current for entry in entries) else []


def _visible(items: Iterable[Link | Group], request: HttpRequest) -> list[Entry]:
    entries = (_group(item, request) if isinstance(item, Group) else _link(item, request) for item in items)
    return [entry for entry in entries if entry]


def _link(link: Link, request: HttpRequest) -> Entry | None:
    if not request.user.has_perm(link.permission):
        return None
    url = reverse(link.url_name)
    return Entry(label=link.label, url=url, is_current=not link.leaves and request.path.startswith(url))


def _group(group: Group, request: HttpRequest) -> Entry | None:
    entries = _visible(group.links, request)
    if not entries:
        return None
    return Entry(label=group.label, is_current=any(entry.is_current for entry in entries), entries=entries)
