"""Companies: the list and the page of one."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from companies.models import Company
from companies.resources import CompanyResource
from companies.search import matching
from companies.standard import ABOUT
from crmbridge.properties.admin import KnownFilter, RecordAdmin, SourceFilter


@admin.register(Company)
class CompanyAdmin(RecordAdmin):
    """Companies, and the page of one."""

    list_display = ("label", "domain", "industry", "phone", "city", "country", "source", "changed")
    sortable_by = ("label",)
    list_filter = (("domain", KnownFilter), ("parent", KnownFilter), SourceFilter)
    search_fields = ("name",)
    search_help_text = _("The start of a name or a web domain; or a Salesforce ID.")
    autocomplete_fields = ("parent",)
    links = {"parent": ABOUT}
    resource_classes = [CompanyResource]
    change_form_template = "companies/company.html"

    @admin.display(description=_("company name"), ordering="name")
    def label(self, company: Company) -> str:
        """The name, or what else names the company."""
        return str(company)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The companies that the term finds."""
        term = search_term.strip()
        return (matching(queryset, term) if term else queryset), False

    def list_title(self) -> Any:
        """As the menu calls it."""
        return _("Companies")

    def empty_state(self, request: HttpRequest) -> Any:
        """Where companies come from."""
        return _("There are no companies yet. Turn on Account Sync and import accounts, or add one here.")
