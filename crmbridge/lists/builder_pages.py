"""The page where a list is named and its filters are built, with a live count of what they find."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crmbridge.lists import builder, catalogue, compile, counting, services
from crmbridge.lists.catalogue import Catalogue
from crmbridge.lists.check import CannotBeWorkedOut, findings
from crmbridge.lists.definition import Definition, load
from crmbridge.lists.forms import ListForm
from crmbridge.lists.models import List, ListType
from crmbridge.lists.permissions import may_see
from crmbridge.lists.sentence import sentence
from crmbridge.properties.models import RecordKind


class BuilderPages:
    """Adds the pages to the admin of lists."""

    def get_urls(self) -> list[Any]:
        """The page of one list, and the parts that it asks for while somebody edits."""
        view = self.admin_site.admin_view  # type: ignore[attr-defined]
        return [
            path("<int:list_id>/edit/", view(self.edit_view), name="lists_list_edit"),
            path("filters/", view(require_POST(self.filters_view)), name="lists_list_filters"),
            path("preview/", view(require_POST(self.preview_view)), name="lists_list_preview"),
            path("preview/count/", view(require_POST(self.count_view)), name="lists_list_preview_count"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A new list."""
        if not self.has_add_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        return self._page(request, None)

    def edit_view(self, request: HttpRequest, list_id: int) -> HttpResponse:
        """The name, folder and filters of a list."""
        item = get_object_or_404(List, pk=list_id)
        if not self.has_change_permission(request, item):  # type: ignore[attr-defined]
            raise PermissionDenied
        return self._page(request, item)

    def filters_view(self, request: HttpRequest) -> HttpResponse:
        """The filters after a change of the form; nothing is saved."""
        item = self._posted_list(request)
        context = self._builder(request, item, catalogue.read())
        return TemplateResponse(request, "lists/builder.html", context)

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """What the filters mean and about how many records they find."""
        item = self._posted_list(request)
        if not self._has_filters(request, item):
            return HttpResponse("")
        known, kind = catalogue.read(), self._kind(request, item)
        definition = builder.read(request.POST, kind=kind, catalogue=known)
        context: dict[str, Any] = {"sentence": sentence(definition, kind=kind, catalogue=known), "kind": kind}
        try:
            context["guess"] = counting.estimate(self._records(definition, kind, known, item))
        except CannotBeWorkedOut as error:
            context["error"] = str(error)
        return TemplateResponse(request, "lists/preview.html", context)

    def count_view(self, request: HttpRequest) -> HttpResponse:
        """How many records the filters find exactly, and the newest of them."""
        item = self._posted_list(request)
        known, kind = catalogue.read(), self._kind(request, item)
        definition = builder.read(request.POST, kind=kind, catalogue=known)
        context: dict[str, Any] = {"kind": kind}
        try:
            records = self._records(definition, kind, known, item)
            context["count"] = counting.exact(records)
            context["sample"] = counting.sample(records.for_table())
        except CannotBeWorkedOut as error:
            context["error"] = str(error)
        except counting.TakesTooLong:
            context["error"] = _("Counting takes too long to wait for. The list can be saved all the same.")
        return TemplateResponse(request, "lists/preview_count.html", context)

    def _records(self, definition: Definition, kind: str, known: Catalogue, item: List | None) -> Any:
        return compile.records(
            definition,
            kind=kind,
            catalogue=known,
            today=timezone.localdate(),
            list_id=item.pk if item else None,
        )

    def _posted_list(self, request: HttpRequest) -> List | None:
        """The list that is edited, None for a new one; only for people who may see what it finds."""
        number = request.POST.get("list", "")
        item = get_object_or_404(List, pk=int(number)) if number.isdecimal() else None
        may = self.has_change_permission(request, item) if item else self.has_add_permission(request)  # type: ignore[attr-defined]
        if not (may and may_see(request, self._kind(request, item))):
            raise PermissionDenied
        return item

    @staticmethod
    def _kind(request: HttpRequest, item: List | None) -> str:
        posted = request.POST.get("kind", request.GET.get("kind", ""))
        return item.kind if item else posted if posted in RecordKind.values else RecordKind.CONTACT.value

    @staticmethod
    def _has_filters(request: HttpRequest, item: List | None) -> bool:
        asked = request.POST.get("type", request.GET.get("type", ListType.ACTIVE))
        return (item.type if item else asked) == ListType.ACTIVE

    def _builder(self, request: HttpRequest, item: List | None, known: Catalogue) -> dict[str, Any]:
        """The rows of the form, after the button that was pressed."""
        kind = self._kind(request, item)
        if request.method == "POST":
            posted = request.POST.get("do", "")
            definition = builder.apply(
                builder.read(request.POST, kind=kind, catalogue=known), posted, kind=kind
            )
            is_shown = True
        else:
            definition = load(item.filters) if item else Definition()
            is_shown = bool(definition.groups)
            definition = definition if definition.groups else builder.apply(definition, "group", kind=kind)
        found = findings(definition, kind=kind, catalogue=known, list_id=item.pk if item else None)
        # A filter that somebody is still filling in is not told what it lacks.
        is_unfinished = not _is_saving(request) if request.method == "POST" else not is_shown
        told = [one for one in found if not (one.is_error and is_unfinished)]
        return {
            "groups": builder.rows(
                definition, kind=kind, catalogue=known, findings=told, of=item.pk if item else None
            ),
            "definition": definition,
            "kind": kind,
            "item": item,
            "has_filters": self._has_filters(request, item),
        }

    def _page(self, request: HttpRequest, item: List | None) -> HttpResponse:
        known = catalogue.read()
        kind = self._kind(request, item)
        if not may_see(request, kind):
            raise PermissionDenied
        initial = {
            name: request.GET[name] for name in ("kind", "type", "name", "folder") if name in request.GET
        }
        form = ListForm(
            request.POST or None, item=item, **({"initial": initial} if initial and not item else {})
        )
        context = self._builder(request, item, known)
        if _is_saving(request) and form.is_valid():
            saved = self._save(request, item, form, context["definition"] if context["has_filters"] else None)
            if saved is not None:
                return redirect(reverse("admin:lists_list_change", args=[saved.pk]))
        elif request.method == "POST" and not _is_saving(request):
            form.errors.clear()
        folders = (
            List.objects.exclude(folder="").order_by("folder").values_list("folder", flat=True).distinct()
        )
        context |= {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": item.name if item else _("New list"),
            "opts": List._meta,
            "form": form,
            "folders": folders,
            "seen": request.POST.get("seen", item.updated_at.isoformat() if item else ""),
        }
        return TemplateResponse(request, "lists/edit.html", context)

    def _save(
        self, request: HttpRequest, item: List | None, form: ListForm, definition: Definition | None
    ) -> List | None:
        """The saved list; None when it is refused, with the reasons as errors of the form."""
        given: dict[str, Any] = {**form.cleaned_data, "definition": definition, "by": request.user}
        try:
            if item is None:
                saved = services.create(**given)
            else:
                saved = services.change(item, **given, seen=parse_datetime(request.POST.get("seen", "")))
        except ValidationError as error:
            for text in error.messages:
                form.add_error(None, text)
            return None
        if item is None:
            self.log_addition(request, saved, [{"added": {}}])  # type: ignore[attr-defined]
        else:
            fields = [*form.changed_data, *(["filters"] if definition is not None else [])]
            self.log_change(request, saved, [{"changed": {"fields": fields}}])  # type: ignore[attr-defined]
        messages.success(request, _("The list is saved."))
        return saved


def _is_saving(request: HttpRequest) -> bool:
    """Whether the button that saves was pressed."""
    return request.method == "POST" and request.POST.get("do", "save") == "save"
