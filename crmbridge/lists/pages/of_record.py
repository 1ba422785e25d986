"""The lists that one record is on, shown when its page is there, and putting it on one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crmbridge.lists import members
from crmbridge.lists.filters.definition import is_number
from crmbridge.lists.models import MODELS, List
from crmbridge.lists.of_record import lists_of
from crmbridge.lists.pages.base import Pages, may_see
from crmbridge.lists.statements import TakesTooLong
from crmbridge.people import signed_in
from crmbridge.properties.models import RecordKind


class RecordPages(Pages):
    """Adds the part to the admin of lists."""

    def get_urls(self) -> list[Any]:
        """The lists of a record."""
        view = self.admin_site.admin_view
        put_on = view(require_POST(self.put_on_view))
        return [
            path("of/<str:kind>/<int:pk>/", view(self.of_record_view), name="lists_list_of"),
            path("of/<str:kind>/<int:pk>/add/", put_on, name="lists_list_put_on"),
            *super().get_urls(),
        ]

    def of_record_view(self, request: HttpRequest, kind: str, pk: int) -> HttpResponse:
        """The lists that a record is on; only that part when htmx asks."""
        record = self._record(request, kind, pk)
        context: dict[str, Any] = {"record": record, "kind": kind, "lists": []}
        try:
            context["lists"] = lists_of(record)
        except TakesTooLong:
            context["is_late"] = True
        if self.has_change_permission(request):
            on = [item.pk for item in context["lists"]]
            context["choices"] = List.objects.to_put_on(kind).exclude(pk__in=on)
        if request.htmx:  # type: ignore[attr-defined]
            return TemplateResponse(request, "lists/of_record.html", context)
        back = {"title": _("Lists"), "back": _page_of(record)}
        page = {**self.admin_site.each_context(request), **context, **back}
        return TemplateResponse(request, "lists/of_record_page.html", page)

    def put_on_view(self, request: HttpRequest, kind: str, pk: int) -> HttpResponse:
        """Puts the record on a static list."""
        record = self._record(request, kind, pk)
        if not self.has_change_permission(request):
            raise PermissionDenied
        number = request.POST.get("list", "")
        to = get_object_or_404(List.objects.to_put_on(kind), pk=int(number) if is_number(number) else 0)
        members.add(to=to, records=type(record).objects.filter(pk=pk), by=signed_in(request))
        messages.success(request, _("Put on the list %(list)s.") % {"list": to})
        return redirect(_page_of(record), pk)

    def _record(self, request: HttpRequest, kind: str, pk: int) -> Any:
        if kind not in RecordKind.values:
            raise Http404
        if not (self.has_view_permission(request) and may_see(request)):
            raise PermissionDenied
        return get_object_or_404(MODELS[RecordKind(kind)], pk=pk)


def _page_of(record: Any) -> str:
    return f"admin:{record._meta.app_label}_{record._meta.model_name}_change"
