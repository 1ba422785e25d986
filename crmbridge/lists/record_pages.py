"""The lists that one record is on, shown when its page is there, and putting it on one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from crmbridge.lists import members, panels
from crmbridge.lists.models import MODELS, List, ListType
from crmbridge.lists.permissions import may_see
from crmbridge.properties.models import RecordKind


class RecordPages:
    """Adds the part to the admin of lists."""

    def get_urls(self) -> list[Any]:
        """The lists of a record."""
        view = self.admin_site.admin_view  # type: ignore[attr-defined]
        return [
            path("of/<str:kind>/<int:pk>/", view(self.of_record_view), name="lists_list_of"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def of_record_view(self, request: HttpRequest, kind: str, pk: int) -> HttpResponse:
        """The lists that a record is on, and putting it on one; only that part when htmx asks."""
        if kind not in RecordKind.values:
            raise Http404
        if not (self.has_view_permission(request) and may_see(request, kind)):  # type: ignore[attr-defined]
            raise PermissionDenied
        model = MODELS[RecordKind(kind)]
        record = get_object_or_404(model, pk=pk)
        may_change = self.has_change_permission(request)  # type: ignore[attr-defined]
        static = List.objects.in_use().filter(type=ListType.STATIC, kind=kind).order_by("name")
        back = reverse(f"admin:{model._meta.app_label}_{kind}_change", args=[pk])
        if request.method == "POST":
            if not may_change:
                raise PermissionDenied
            number = request.POST.get("list", "")
            to = get_object_or_404(static, pk=int(number) if number.isdecimal() else 0)
            members.add(to=to, records=model.objects.filter(pk=pk))
            messages.success(request, _("Put on the list %(list)s.") % {"list": to})
            return redirect(back)
        on = panels.lists_of(record)
        context = {
            "lists": on,
            "choices": static.exclude(pk__in=[item.pk for item in on]) if may_change else [],
            "record": record,
        }
        if "HX-Request" in request.headers:
            return TemplateResponse(request, "lists/of_record.html", context)
        page = {**self.admin_site.each_context(request), **context, "title": _("Lists"), "back": back}  # type: ignore[attr-defined]
        return TemplateResponse(request, "lists/of_record_page.html", page)
