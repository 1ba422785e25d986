"""Lists: all of them, and the page of one with its members."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from crmbridge.lists import (
    bulk,  # noqa: F401 - registers itself
    members,
)
from crmbridge.lists.forms import AddByEmailForm, ListForm
from crmbridge.lists.models import List, ListMember
from crmbridge.paginators import EstimatingPaginator

MEMBERS_A_PAGE = 50
# A message that nobody can read tells nothing; the rest is counted.
NAMED_AT_MOST = 20


@admin.register(List)
class ListAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Static lists."""

    form = ListForm
    list_display = ("name", "size", "created_by", "changed")
    sortable_by = ("name",)
    ordering = ("-id",)
    search_fields = ("name",)
    change_form_template = "lists/list.html"
    show_full_result_count = False

    @admin.display(description=gettext_lazy("contacts"))
    def size(self, item: Any) -> int:
        """How many contacts are on it."""
        return int(item.size)

    @admin.display(description=gettext_lazy("last changed"))
    def changed(self, item: List) -> str:
        """The day of the last change."""
        return date_format(localtime(item.updated_at), "DATE_FORMAT")

    def get_queryset(self, request: HttpRequest) -> QuerySet[List]:
        """Lists with their sizes."""
        size = (
            ListMember.objects.filter(list=OuterRef("pk")).order_by().values("list").annotate(n=Count("pk"))
        )
        lists = super().get_queryset(request).select_related("created_by")
        sized: QuerySet[List] = lists.annotate(
            size=Coalesce(Subquery(size.values("n"), output_field=IntegerField()), 0)
        )
        return sized

    def get_urls(self) -> list[Any]:
        """What is done with members beside the usual pages."""
        add = self.admin_site.admin_view(require_POST(self.add_members_view))
        remove = self.admin_site.admin_view(require_POST(self.remove_members_view))
        return [
            path("<int:list_id>/members/add/", add, name="lists_list_add_members"),
            path("<int:list_id>/members/remove/", remove, name="lists_list_remove_members"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The lists under their plain name."""
        texts = {
            "heading": _("Lists"),
            "empty": _("There are no lists yet. Add one, and put contacts on it by e-mail."),
        }
        return super().changelist_view(request, {**texts, **(extra_context or {})})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A list with its members, for people who may see contacts."""
        extra: dict[str, Any] = {"subtitle": None}
        item = self.get_object(request, object_id)
        if item and self.has_view_permission(request, item) and _sees_contacts(request):
            page = EstimatingPaginator(_members(item), MEMBERS_A_PAGE).get_page(request.GET.get("p"))
            extra |= {"page": page, "add_form": AddByEmailForm()}
        return super().change_view(request, object_id, form_url, {**extra, **(extra_context or {})})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """One button is enough for a name."""
        buttons = {"show_save_and_continue": False, "show_save_and_add_another": False}
        return super().changeform_view(request, object_id, form_url, {**buttons, **(extra_context or {})})

    def save_model(self, request: HttpRequest, obj: List, form: Any, change: bool) -> None:
        """Notes who made it."""
        if not change:
            obj.created_by = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)

    def response_post_save_add(self, request: HttpRequest, obj: List) -> HttpResponseRedirect:
        """To the new list, where contacts are put on it."""
        return redirect(_url(obj))

    def response_post_save_change(self, request: HttpRequest, obj: List) -> HttpResponseRedirect:
        """Back to the list."""
        return redirect(_url(obj))

    def add_members_view(self, request: HttpRequest, list_id: int) -> HttpResponse:
        """Puts the contacts with the given addresses on the list and says which were not found."""
        item = self._changeable(request, list_id)
        form = AddByEmailForm(request.POST)
        if form.is_valid() and form.cleaned_data["emails"]:
            _say_what_became(request, members.add_by_email(to=item, emails=form.cleaned_data["emails"]))
        else:
            messages.error(request, _("There is no e-mail address in the text. Paste at least one."))
        return redirect(_url(item))

    def remove_members_view(self, request: HttpRequest, list_id: int) -> HttpResponse:
        """Takes the chosen contacts off the list."""
        item = self._changeable(request, list_id)
        chosen = [int(number) for number in request.POST.getlist("contact") if number.isdecimal()]
        count = members.remove(from_list=item, contacts=chosen)
        messages.success(
            request,
            ngettext("%(count)s contact taken off the list.", "%(count)s contacts taken off the list.", count)
            % {"count": count},
        )
        return redirect(_url(item))

    def _changeable(self, request: HttpRequest, list_id: int) -> List:
        item = get_object_or_404(List, pk=list_id)
        if not (self.has_change_permission(request, item) and _sees_contacts(request)):
            raise PermissionDenied
        return item


def _sees_contacts(request: HttpRequest) -> bool:
    """Members are contacts, and what becomes of an address tells whether it is a contact's."""
    return request.user.has_perm("contacts.view_contact")


def _members(item: List) -> QuerySet[ListMember]:
    return item.members.select_related("contact__company").order_by("-id")


def _url(item: List) -> str:
    return reverse("admin:lists_list_change", args=[item.pk])


def _say_what_became(request: HttpRequest, result: members.Added) -> None:
    counts = {"added": result.added, "already": result.already}
    messages.success(request, _("%(added)s contacts added, %(already)s were on the list already.") % counts)
    if result.not_found:
        named = ", ".join(result.not_found[:NAMED_AT_MOST])
        rest = len(result.not_found) - NAMED_AT_MOST
        more = " " + _("and %(count)s more") % {"count": rest} if rest > 0 else ""
        messages.error(request, _("No contact has these addresses: %(emails)s") % {"emails": named + more})
