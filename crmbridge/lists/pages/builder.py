"""The page where a list is named and its filters are built, with a live count of what they find."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crmbridge.lists import counting, services
from crmbridge.lists.filters import catalogue
from crmbridge.lists.filters.catalogue import Catalogue
from crmbridge.lists.filters.check import CannotBeWorkedOut, findings
from crmbridge.lists.filters.definition import Definition, is_number, load
from crmbridge.lists.filters.sentence import sentence
from crmbridge.lists.models import List, ListType
from crmbridge.lists.pages import rows
from crmbridge.lists.pages.base import Pages, may_see
from crmbridge.lists.pages.forms import ListForm
from crmbridge.lists.statements import TakesTooLong
from crmbridge.people import signed_in
from crmbridge.properties.models import RecordKind


@dataclass(frozen=True)
class Draft:
    """A list as it stands in the form, kept or not."""

    item: List | None
    kind: str
    has_filters: bool
    definition: Definition
    known: Catalogue
    # What filters lack is told when they are complete, or somebody says they were.
    is_unfinished: bool = True

    def sentence(self) -> str:
        """What it means."""
        return sentence(self.definition, kind=self.kind, catalogue=self.known)

    def records(self) -> Any:
        """Whom it finds; CannotBeWorkedOut when it is not complete."""
        return services.records_of(
            self.definition, kind=self.kind, known=self.known, list_id=self.item.pk if self.item else None
        )

    def rows(self) -> list[list[rows.Row]]:
        """Its filters as the form shows them."""
        number = self.item.pk if self.item else None
        found = findings(self.definition, kind=self.kind, catalogue=self.known, list_id=number)
        told = [one for one in found if not (one.is_error and self.is_unfinished)]
        return rows.rows(self.definition, kind=self.kind, catalogue=self.known, findings=told, of=number)


def kept(item: List) -> Draft:
    """The list as it is kept; a static one, or one without filters, begins with an empty filter."""
    definition = load(item.filters)
    return Draft(
        item=item,
        kind=item.kind,
        has_filters=item.is_active,
        definition=definition if definition.groups else rows.apply(definition, "group", kind=item.kind),
        known=catalogue.read(),
        is_unfinished=not definition.groups,
    )


def posted(request: HttpRequest, item: List | None) -> Draft:
    """The list as it was posted, after the button that was pressed; a new one may begin with what its address says."""
    data = request.POST or request.GET
    kind, type = data.get("kind", ""), data.get("type", ListType.ACTIVE)
    kind = item.kind if item else kind if kind in RecordKind.values else RecordKind.CONTACT.value
    known = catalogue.read()
    definition = rows.read(request.POST, kind=kind, catalogue=known)
    return Draft(
        item=item,
        kind=kind,
        has_filters=(item.type if item else type) == ListType.ACTIVE,
        definition=rows.apply(definition, request.POST.get("do", ""), kind=kind),
        known=known,
        is_unfinished=not _is_saving(request),
    )


class BuilderPages(Pages):
    """Adds the pages to the admin of lists."""

    def get_urls(self) -> list[Any]:
        """The page of one list, and the parts that it asks for while somebody edits."""
        view = self.admin_site.admin_view
        return [
            path("<int:list_id>/edit/", view(self.edit_view), name="lists_list_edit"),
            path("filters/", view(require_POST(self.filters_view)), name="lists_list_filters"),
            path("preview/", view(require_POST(self.preview_view)), name="lists_list_preview"),
            path("preview/count/", view(require_POST(self.count_view)), name="lists_list_preview_count"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A new list."""
        if not (self.has_add_permission(request) and may_see(request)):
            raise PermissionDenied
        return self._page(request, None)

    def edit_view(self, request: HttpRequest, list_id: int) -> HttpResponse:
        """The name, folder and filters of a list."""
        return self._page(request, self.changeable(request, list_id))

    def filters_view(self, request: HttpRequest) -> HttpResponse:
        """The filters after a change of the form; nothing is saved."""
        draft = replace(posted(request, self._posted_list(request)), is_unfinished=True)
        return TemplateResponse(request, "lists/builder.html", {"draft": draft})

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """What the filters mean and about how many records they find; nothing of a list that has none."""
        draft = posted(request, self._posted_list(request))
        if not draft.has_filters:
            return HttpResponse("")
        context: dict[str, Any] = {"draft": draft}
        try:
            context["guess"] = counting.estimate(draft.records())
        except CannotBeWorkedOut as error:
            context["error"] = str(error)
        except TakesTooLong:
            context["error"] = _too_long()
        return TemplateResponse(request, "lists/preview.html", context)

    def count_view(self, request: HttpRequest) -> HttpResponse:
        """How many records the filters find exactly, and the newest of them."""
        draft = posted(request, self._posted_list(request))
        context: dict[str, Any] = {"draft": draft}
        try:
            found = draft.records()
            context["count"] = counting.exact(found)
            context["sample"] = counting.sample(found.for_table())
        except CannotBeWorkedOut as error:
            context["error"] = str(error)
        except TakesTooLong:
            context["error"] = _too_long()
        return TemplateResponse(request, "lists/preview_count.html", context)

    def _posted_list(self, request: HttpRequest) -> List | None:
        """The list that is edited, None for a new one; only for people who may see what it finds."""
        number = request.POST.get("list", "")
        if number:
            return self.changeable(request, int(number) if is_number(number) else 0)
        if not (self.has_add_permission(request) and may_see(request)):
            raise PermissionDenied
        return None

    def _page(self, request: HttpRequest, item: List | None) -> HttpResponse:
        draft = kept(item) if item and request.method != "POST" else posted(request, item)
        form = ListForm(request.POST or None, item=item, initial=request.GET.dict())
        if _is_saving(request) and form.is_valid():
            saved = self._save(request, draft, form)
            if saved is not None:
                return redirect("admin:lists_list_change", saved.pk)
        elif request.method == "POST" and not _is_saving(request):
            form.errors.clear()
        context = {
            **self.admin_site.each_context(request),
            "title": item.name if item else _("New list"),
            "opts": List._meta,
            "form": form,
            "draft": draft,
            "folders": List.objects.folders(),
            "seen": request.POST.get("seen", item.updated_at.isoformat() if item else ""),
        }
        return TemplateResponse(request, "lists/edit.html", context)

    def _save(self, request: HttpRequest, draft: Draft, form: ListForm) -> List | None:
        """The saved list; None when it is refused, with the reasons as errors of the form."""
        definition = draft.definition if draft.has_filters else None
        given: dict[str, Any] = {**form.cleaned_data, "definition": definition, "by": signed_in(request)}
        try:
            if draft.item is None:
                saved = services.create(**given)
            else:
                saved = services.change(draft.item, **given, seen=_seen(request))
        except ValidationError as error:
            for text in error.messages:
                form.add_error(None, text)
            return None
        if draft.item is None:
            self.log_addition(request, saved, [{"added": {}}])
        else:
            fields = [*form.changed_data, *(["filters"] if definition is not None else [])]
            self.log_change(request, saved, [{"changed": {"fields": fields}}])
        messages.success(request, _("The list is saved."))
        return saved


def _is_saving(request: HttpRequest) -> bool:
    """Whether the button that saves was pressed."""
    return request.method == "POST" and request.POST.get("do", "save") == "save"


def _seen(request: HttpRequest) -> datetime:
    """When the list had last changed as the person saw it; who does not say saw nothing."""
    try:
        seen = parse_datetime(request.POST.get("seen", ""))
    except ValueError:
        seen = None
    return seen or timezone.make_aware(datetime(1970, 1, 1))


def _too_long() -> str:
    return _("Counting takes too long to wait for. The list can be saved all the same.")
