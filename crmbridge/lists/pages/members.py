"""The page of a list: its members as All Contacts and Companies show records, with the same columns and actions."""

from contextlib import nullcontext
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from crmbridge.errors import Refused
from crmbridge.lists import members, services
from crmbridge.lists.filters import catalogue
from crmbridge.lists.filters.catalogue import Catalogue
from crmbridge.lists.filters.check import CannotBeWorkedOut, findings
from crmbridge.lists.filters.definition import load
from crmbridge.lists.filters.sentence import sentence
from crmbridge.lists.models import List
from crmbridge.lists.pages.base import Pages, may_see
from crmbridge.lists.pages.forms import AddNamedForm
from crmbridge.lists.pages.paginator import MembersPaginator
from crmbridge.lists.statements import TakesTooLong, limited
from crmbridge.people import signed_in
from crmbridge.properties.admin import RecordList

# A message that nobody can read tells nothing; the rest is counted.
NAMED_AT_MOST = 20
# What a page may wait for its members.
SECONDS = 30
# Files that the page of a list still leads to.
EXPORTS_SHOWN = 5


class MembersList(RecordList):
    """Shows the page that the paginator found; the admin would ask for the members of a short list a second time."""

    def get_results(self, request: HttpRequest) -> None:
        """One page of members; the last one when there are fewer than there were."""
        super().get_results(request)
        if isinstance(self.paginator, MembersPaginator):
            self.page_num = min(max(self.page_num, 1), self.paginator.num_pages)
            self.result_list = self.paginator.page(self.page_num).object_list


class MembersMixin:
    """What the admin of contacts or companies does differently for the members of a list; `item` is the list."""

    change_list_template = "lists/members.html"
    item: List
    found: QuerySet[Any]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The members."""
        return self.found

    def get_actions(self, request: HttpRequest) -> Any:
        """What can be done with records, but deleting them; and taking them off a static list."""
        actions = super().get_actions(request)  # type: ignore[misc]
        actions.pop("delete_selected", None)
        if not self.item.is_active and request.user.has_perm("lists.change_list"):
            actions["take_off"] = (take_off, "take_off", _("Take off the list"))
        return actions

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        """The list that reads each record once."""
        return MembersList

    def get_paginator(
        self, request: HttpRequest, queryset: Any, per_page: int, *args: Any, **kwargs: Any
    ) -> Any:
        """Pages by the size of the list, unless it is searched or filtered."""
        if set(request.GET) - {"p", "o", "e"}:
            return super().get_paginator(request, queryset, per_page, *args, **kwargs)  # type: ignore[misc]
        paginator = MembersPaginator(queryset, per_page, *args, **kwargs)
        paginator.size = self.item.size
        return paginator


def take_off(model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> None:
    """Takes the chosen records off the list; they themselves stay."""
    count = members.remove(from_list=model_admin.item, records=queryset, by=signed_in(request))
    told = ngettext("%(count)s record taken off the list.", "%(count)s records taken off the list.", count)
    messages.success(request, told % {"count": count})


def members_admin(base: Any, item: List, found: QuerySet[Any]) -> Any:
    """The admin of such records, narrowed to the members."""
    made = type("Members", (MembersMixin, type(base)), {"item": item, "found": found})
    return made(item.model, base.admin_site)


class MemberPages(Pages):
    """Adds the page of a list to the admin of lists."""

    def get_urls(self) -> list[Any]:
        """Its size, and putting records on it."""
        view = self.admin_site.admin_view
        add = view(require_POST(self.add_members_view))
        return [
            path("<int:list_id>/count/", view(self.size_view), name="lists_list_count"),
            path("<int:list_id>/members/add/", add, name="lists_list_add_members"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The list with its members, for people who may see them."""
        item = self.get_object(request, object_id)
        if item is None:
            return self._get_obj_does_not_exist_redirect(request, List._meta, object_id)  # type: ignore[attr-defined, no-any-return]
        if not self.has_view_permission(request, item):
            raise PermissionDenied
        context = self._rights(request, item)
        if not context["sees_members"]:
            context |= self.admin_site.each_context(request)
            return TemplateResponse(request, "lists/unseen.html", context)
        known = catalogue.read()
        context |= _meaning(item, known)
        try:
            # Bulk actions, which are posted, may take their time.
            with limited(SECONDS) if request.method == "GET" else nullcontext():
                return self._members(request, item, services.members_of(item, known=known), context)
        except CannotBeWorkedOut as error:
            context["broken"] = str(error)
        except TakesTooLong:
            context["broken"] = _("Finding the members took too long. Narrow the list, or export it.")
        return self._members(request, item, item.model.objects.none(), context)

    def _members(
        self, request: HttpRequest, item: List, found: QuerySet[Any], context: dict[str, Any]
    ) -> HttpResponse:
        shown: HttpResponse = members_admin(self.records_admin(item), item, found).changelist_view(
            request, context
        )
        return shown

    def _rights(self, request: HttpRequest, item: List) -> dict[str, Any]:
        may_change = self.has_change_permission(request, item)
        may_export = self.records_admin(item).has_export_permission(request)
        return {
            "item": item,
            "list_opts": List._meta,
            "heading": item.name,
            "sees_members": may_see(request),
            "may_change": may_change,
            "may_export": may_export,
            "may_add": self.has_add_permission(request),
            "may_delete": self.has_delete_permission(request, item),
            "users": [use.user for use in item.used_by.select_related("user")],
            "exports": item.exports.to_fetch()[:EXPORTS_SHOWN] if may_export else [],
            "add_form": AddNamedForm(kind=item.kind) if may_change and not item.is_active else None,
        }

    def size_view(self, request: HttpRequest, list_id: int) -> HttpResponse:
        """The number of members, counted now."""
        item = self.visible(request, list_id)
        context: dict[str, Any] = {"item": item}
        try:
            services.count(item)
            item.refresh_from_db()
        except (CannotBeWorkedOut, TakesTooLong):
            context["is_old"] = True
        return TemplateResponse(request, "lists/size.html", context)

    def add_members_view(self, request: HttpRequest, list_id: int) -> HttpResponse:
        """Puts the named records on the list and says which were not found."""
        item = self.changeable(request, list_id)
        form = AddNamedForm(request.POST, kind=item.kind)
        if form.is_valid() and form.cleaned_data["names"]:
            try:
                names = form.cleaned_data["names"]
                _say_what_became(request, members.add_named(to=item, names=names, by=signed_in(request)))
            except Refused as error:
                messages.error(request, str(error))
        else:
            messages.error(
                request, _("Nothing in the text names a record. Paste at least one address or ID.")
            )
        return redirect("admin:lists_list_change", item.pk)


def _meaning(item: List, known: Catalogue) -> dict[str, Any]:
    definition = load(item.filters)
    told = findings(definition, kind=item.kind, catalogue=known, list_id=item.pk) if item.is_active else []
    return {
        "sentence": sentence(definition, kind=item.kind, catalogue=known) if definition.groups else "",
        "warnings": [one.text for one in told if not one.is_error],
        "empty": _("Nobody matches the filters now.") if item.is_active else _("Nobody is on this list yet."),
    }


def _say_what_became(request: HttpRequest, result: members.Added) -> None:
    counts = {"added": result.added, "already": result.already}
    messages.success(request, _("%(added)s added, %(already)s were on the list already.") % counts)
    if result.not_found:
        named = ", ".join(result.not_found[:NAMED_AT_MOST])
        rest = len(result.not_found) - NAMED_AT_MOST
        more = " " + _("and %(count)s more") % {"count": rest} if rest > 0 else ""
        messages.error(request, _("Nobody was found by these: %(names)s") % {"names": named + more})
