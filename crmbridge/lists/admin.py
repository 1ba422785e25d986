"""Lists: all of them, the page of one with its members, the page where its filters are built, its files."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmbridge.lists import (
    bulk,  # noqa: F401 - registers itself
    panels,  # noqa: F401 - registers itself
    property_uses,  # noqa: F401 - registers itself
)
from crmbridge.lists.models import List
from crmbridge.lists.pages.actions import ActionPages
from crmbridge.lists.pages.builder import BuilderPages
from crmbridge.lists.pages.exports import ExportPages
from crmbridge.lists.pages.members import MemberPages
from crmbridge.lists.pages.of_record import RecordPages
from crmbridge.templatetags.crm import BLANK

USERS_NAMED = 2


class ArchivedFilter(admin.SimpleListFilter):
    """Lists in use, unless somebody asks for those that are archived."""

    title = gettext_lazy("state")
    parameter_name = "archived"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Archived lists or all."""
        return [("yes", gettext_lazy("Archived"))]

    def choices(self, changelist: Any) -> Any:
        """In use, or archived."""
        first, *rest = super().choices(changelist)
        return [{**first, "display": _("In use")}, *rest]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The lists of the chosen state."""
        return queryset.filter(archived_at__isnull=self.value() != "yes")


class FolderFilter(admin.SimpleListFilter):
    """Lists of one folder."""

    title = gettext_lazy("folder")
    parameter_name = "folder"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The folders that there are."""
        return [(name, name) for name in List.objects.folders()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The lists of the chosen folder."""
        return queryset.filter(folder=self.value()) if self.value() else queryset


@admin.register(List)
class ListAdmin(BuilderPages, MemberPages, ActionPages, RecordPages, ExportPages):
    """Active and static lists."""

    list_display = ("name", "records", "type_of", "number", "folder_of", "used_by", "who", "changed")
    list_filter = ("kind", "type", FolderFilter, ArchivedFilter)
    sortable_by = ("name", "number", "changed")
    ordering = ("-updated_at", "-id")
    search_fields = ("name", "folder")
    search_help_text = gettext_lazy("A part of the name or of the folder.")
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    empty_value_display = BLANK
    actions = None

    @admin.display(description=gettext_lazy("records"), ordering="kind")
    def records(self, item: List) -> str:
        """What it holds."""
        return _("Contacts") if item.kind == "contact" else _("Companies")

    @admin.display(description=gettext_lazy("type"), ordering="type")
    def type_of(self, item: List) -> SafeString:
        """Active or static."""
        tone = "good" if item.is_active else "quiet"
        return format_html('<span class="badge badge-{}">{}</span>', tone, item.get_type_display())

    @admin.display(description=gettext_lazy("size"), ordering="size")
    def number(self, item: List) -> Any:
        """How many it had when it was last counted; a static list has exactly so many."""
        if item.size is None:
            return BLANK
        if not item.is_active or item.counted_at is None:
            return f"{item.size:,}"
        when = _("Counted %(when)s") % {"when": date_format(localtime(item.counted_at), "DATETIME_FORMAT")}
        return format_html('<span title="{}">{}</span>', when, f"{item.size:,}")

    @admin.display(description=gettext_lazy("folder"), ordering="folder")
    def folder_of(self, item: List) -> str | None:
        """The folder."""
        return item.folder or None

    @admin.display(description=gettext_lazy("used by"))
    def used_by(self, item: List) -> Any:
        """The lists whose filters name it."""
        users = [use.user for use in item.used_by.all()]
        links = [(reverse("admin:lists_list_change", args=[user.pk]), user) for user in users[:USERS_NAMED]]
        named = format_html_join(", ", '<a href="{}">{}</a>', links)
        rest = len(users) - USERS_NAMED
        if rest <= 0:
            return named or BLANK
        return format_html("{} {}", named, _("and %(count)s more") % {"count": rest})

    @admin.display(description=gettext_lazy("changed by"))
    def who(self, item: List) -> Any:
        """Who changed it last."""
        return item.changed_by

    @admin.display(description=gettext_lazy("last changed"), ordering="updated_at")
    def changed(self, item: List) -> str:
        """The day of the last change."""
        return date_format(localtime(item.updated_at), "DATE_FORMAT")

    def get_queryset(self, request: HttpRequest) -> QuerySet[List]:
        """Lists with the people and the lists that their rows name."""
        lists: QuerySet[List] = super().get_queryset(request).select_related("created_by", "changed_by")
        return lists.defer("filters").prefetch_related("used_by__user")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> List | None:
        """One list, with its filters."""
        try:
            return List.objects.select_related("created_by", "changed_by").get(pk=object_id)
        except (List.DoesNotExist, ValueError):
            return None

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The lists under their plain name."""
        texts = {
            "heading": _("Lists"),
            "empty": _(
                "There are no lists yet. Add one: filters on contacts and their companies keep it current."
            ),
        }
        return super().changelist_view(request, {**texts, **(extra_context or {})})
