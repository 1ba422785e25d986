"""Problems of all imports, to be read."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from crmbridge.paginators import EstimatingPaginator
from integrations.models import Problem
from integrations.services import problems


class OpenFilter(admin.SimpleListFilter):
    """Whether somebody should still act; what is open comes first."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """What can be chosen beside the open ones."""
        return [("notes", _("Notes")), ("resolved", _("Resolved")), ("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        """The open ones first, as what is shown without a choice."""
        first, *others = super().choices(changelist)
        return [{**first, "display": _("Open")}, *others]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """The problems in the chosen state."""
        if self.value() == "all":
            return queryset
        if self.value() == "resolved":
            return queryset.filter(resolved_at__isnull=False)
        return queryset.filter(resolved_at=None, level="note" if self.value() == "notes" else "problem")


@admin.register(Problem)
class ProblemAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What did not go in, why, and what to do."""

    list_display = ("what", "remedy", "record", "field", "last_seen")
    list_display_links = None
    sortable_by = ()
    ordering = ("-id",)
    list_filter = (OpenFilter, "category")
    actions = None
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = EstimatingPaginator

    def get_urls(self) -> list[Any]:
        """The list alone."""
        view = self.admin_site.admin_view(self.changelist_view)
        return [path("", view, name="integrations_problem_changelist")]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list under its plain name."""
        texts = {"heading": _("Problems"), "empty": _("There are no open problems.")}
        return super().changelist_view(request, {**texts, **(extra_context or {})})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Problem]:
        """Problems with records of Salesforce; those of files stand beside their imports."""
        problems: QuerySet[Problem] = super().get_queryset(request).filter(file=None)
        return problems

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Imports find problems; people do not."""
        return False

    @admin.display(description=_("what happened"))
    def what(self, problem: Problem) -> str:
        """One sentence."""
        return problems.sentence(problem)

    @admin.display(description=_("what to do"))
    def remedy(self, problem: Problem) -> str:
        """One sentence."""
        return problems.remedy(problem)

    @admin.display(description=_("record"))
    def record(self, problem: Problem) -> str:
        """The Salesforce record, linked to the contact or company when it is here."""
        text = f"{problem.sobject} {problem.salesforce_id}"
        url = record_url(problem)
        return format_html('<a href="{}">{}</a>', url, text) if url else text


def record_url(problem: Problem) -> str:
    """The page here of the record that a problem is about; empty when there is none."""
    if problem.contact_id:
        return reverse("admin:contacts_contact_change", args=[problem.contact_id])
    if problem.company_id:
        return reverse("admin:companies_company_change", args=[problem.company_id])
    return ""
