"""The page of a list: its members as All Contacts and Companies show records, with the same columns and actions."""

from contextlib import nullcontext
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from crmbridge.lists import catalogue, counting, members, services
from crmbridge.lists.check import CannotBeWorkedOut, findings
from crmbridge.lists.definition import load
from crmbridge.lists.forms import AddNamedForm
from crmbridge.lists.models import List
from crmbridge.lists.paginator import MembersPaginator
from crmbridge.lists.permissions import changeable, may_see, page_of, visible
from crmbridge.lists.sentence import sentence
from crmbridge.properties.admin import RecordList

# A message that nobody can read tells nothing; the rest is counted.
NAMED_AT_MOST = 20
# What a page may wait for its members.
SECONDS = 30


class MembersList(RecordList):
    """Shows the page that the paginator found; the admin would ask for the members of a short list a second time."""

    def get_results(self, request: HttpRequest) -> None:
        """One page of members."""
        super().get_results(request)
        if isinstance(self.paginator, MembersPaginator):
            self.result_list = self.paginator.page(self.page_num).object_list


def members_admin(base: Any, item: List, found: QuerySet[Any]) -> Any:
    """The admin of the members: that of their kind of record, narrowed to them."""

    class Members(type(base)):  # type: ignore[misc]
        change_list_template = "lists/members.html"

        def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
            """The members."""
            return found

        def get_actions(self, request: HttpRequest) -> Any:
            """What can be done with records, but deleting them; and taking them off a static list."""
            actions = {
                name: kept for name, kept in super().get_actions(request).items() if name != "delete_selected"
            }
            if not item.is_active and request.user.has_perm("lists.change_list"):
                actions["take_off"] = (take_off, "take_off", _("Take off the list"))
            return actions

        def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
            """The list that reads each record once."""
            return MembersList

        def get_paginator(
            self, request: HttpRequest, queryset: Any, per_page: int, *args: Any, **kwargs: Any
        ) -> Any:
            """Pages by the size of the list, unless it is searched or filtered."""
            if set(request.GET) - {"p", "o"}:
                return super().get_paginator(request, queryset, per_page, *args, **kwargs)
            paginator = MembersPaginator(queryset, per_page, *args, **kwargs)
            paginator.size = item.size
            return paginator

    def take_off(model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        count = members.remove(from_list=item, records=queryset)
        told = ngettext(
            "%(count)s record taken off the list.", "%(count)s records taken off the list.", count
        )
        messages.success(request, told % {"count": count})

    return Members(item.model, base.admin_site)


class MemberPages:
    """Adds the page of a list to the admin of lists."""

    def get_urls(self) -> list[Any]:
        """Its size, and putting records on it."""
        view = self.admin_site.admin_view  # type: ignore[attr-defined]
        add = view(require_POST(self.add_members_view))
        return [
            path("<int:list_id>/count/", view(self.size_view), name="lists_list_count"),
            path("<int:list_id>/members/add/", add, name="lists_list_add_members"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The list with its members, for people who may see them."""
        item = self.get_object(request, object_id)  # type: ignore[attr-defined]
        if item is None:
            return self._get_obj_does_not_exist_redirect(request, List._meta, object_id)  # type: ignore[attr-defined, no-any-return]
        if not self.has_view_permission(request, item):  # type: ignore[attr-defined]
            raise PermissionDenied
        base = self.admin_site._registry[item.model]  # type: ignore[attr-defined]
        context = self._context(request, item)
        if not context["sees_members"]:
            context |= self.admin_site.each_context(request)  # type: ignore[attr-defined]
            return TemplateResponse(request, "lists/unseen.html", context)
        try:
            found = services.members_of(item)
            # Bulk actions, which are posted, may take their time.
            with counting.limited(SECONDS) if request.method == "GET" else nullcontext():
                response: HttpResponse = members_admin(base, item, found).changelist_view(request, context)
        except CannotBeWorkedOut as error:
            context["broken"] = str(error)
        except counting.TakesTooLong:
            context["broken"] = _("Finding the members took too long. Narrow the list, or export it.")
        else:
            return response
        none = item.model.objects.none()
        broken: HttpResponse = members_admin(base, item, none).changelist_view(request, context)
        return broken

    def _context(self, request: HttpRequest, item: List) -> dict[str, Any]:
        may_change = self.has_change_permission(request, item)  # type: ignore[attr-defined]
        known = catalogue.read()
        definition = load(item.filters)
        told = (
            findings(definition, kind=item.kind, catalogue=known, list_id=item.pk) if item.is_active else []
        )
        return {
            "item": item,
            "list_opts": List._meta,
            "sees_members": may_see(request, item.kind),
            "may_change": may_change,
            "may_export": self.admin_site._registry[item.model].has_export_permission(request),  # type: ignore[attr-defined]
            "may_add": self.has_add_permission(request),  # type: ignore[attr-defined]
            "may_delete": self.has_delete_permission(request, item),  # type: ignore[attr-defined]
            "sentence": sentence(definition, kind=item.kind, catalogue=known) if definition.groups else "",
            "warnings": [one.text for one in told if not one.is_error],
            "users": [use.user for use in item.used_by.select_related("user")],
            "add_form": AddNamedForm(kind=item.kind) if may_change and not item.is_active else None,
            "heading": item.name,
            "empty": _empty(item),
        }

    def size_view(self, request: HttpRequest, list_id: int) -> HttpResponse:
        """The number of members, counted now."""
        item = visible(self, request, list_id)
        context: dict[str, Any] = {"item": item}
        try:
            services.count(item)
            item.refresh_from_db()
        except (CannotBeWorkedOut, counting.TakesTooLong):
            context["is_old"] = True
        return TemplateResponse(request, "lists/size.html", context)

    def add_members_view(self, request: HttpRequest, list_id: int) -> HttpResponse:
        """Puts the named records on the list and says which were not found."""
        item = changeable(self, request, list_id)
        form = AddNamedForm(request.POST, kind=item.kind)
        if item.is_active:
            messages.error(request, _("Filters say who is on an active list. Change the filters."))
        elif form.is_valid() and form.cleaned_data["names"]:
            _say_what_became(request, members.add_named(to=item, names=form.cleaned_data["names"]))
        else:
            messages.error(
                request, _("Nothing in the text names a record. Paste at least one address or ID.")
            )
        return page_of(item)


def _empty(item: List) -> str:
    if item.is_active:
        return _("Nobody matches the filters now.")
    return _("Nobody is on this list yet.")


def _say_what_became(request: HttpRequest, result: members.Added) -> None:
    counts = {"added": result.added, "already": result.already}
    messages.success(request, _("%(added)s added, %(already)s were on the list already.") % counts)
    if result.not_found:
        named = ", ".join(result.not_found[:NAMED_AT_MOST])
        rest = len(result.not_found) - NAMED_AT_MOST
        more = " " + _("and %(count)s more") % {"count": rest} if rest > 0 else ""
        messages.error(request, _("Nobody was found by these: %(names)s") % {"names": named + more})
