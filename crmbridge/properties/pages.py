"""Settings → Properties: what contacts and companies can hold."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from crmbridge.properties import conversions, editing, filled, uses
from crmbridge.properties.conversions import MODELS
from crmbridge.properties.forms import PropertyForm, TypeForm
from crmbridge.properties.models import Property, RecordKind

_PATHS = {RecordKind.CONTACT: "contacts", RecordKind.COMPANY: "companies"}
_TITLES = {
    RecordKind.CONTACT: gettext_lazy("Contact properties"),
    RecordKind.COMPANY: gettext_lazy("Company properties"),
}


@admin.register(Property)
class PropertyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A table for each kind of record, and what can be done with a property."""

    def get_urls(self) -> list[Any]:
        """The two tables, the forms and what their buttons do."""
        pages: list[tuple[str, Callable[..., HttpResponse], str]] = [
            (f"{name}/", partial(self.table, kind=kind), name) for kind, name in _PATHS.items()
        ]
        pages += [
            ("<str:kind>/add/", self.add, "add"),
            ("<int:number>/change/", self.change, "change"),
            ("<int:number>/type/", self.type, "type"),
            ("<int:number>/archive/", self.archive, "archive"),
            ("<int:number>/restore/", require_POST(self.restore), "restore"),
            ("<int:number>/move/", require_POST(self.move), "move"),
        ]
        return [
            path(route, self.admin_site.admin_view(view), name=f"properties_property_{name}")
            for route, view, name in pages
        ]

    def table(self, request: HttpRequest, kind: RecordKind) -> HttpResponse:
        """All properties of one kind by group, how many records have them and what uses them."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = list(Property.objects.filter(kind=kind).order_by("order", "id"))
        numbers, used = filled.counts(kind), uses.of(item.pk for item in found)
        groups: dict[str, list[dict[str, Any]]] = {}
        for item in found:
            if item.archived_at is None:
                row = {"item": item, "filled": numbers.get(item.name, 0), "uses": used.get(item.pk, [])}
                groups.setdefault(_group_of(item), []).append(row)
        return self._page(
            request,
            "properties/properties.html",
            title=_TITLES[kind],
            kind=kind,
            groups=groups,
            archived=[item for item in found if item.archived_at],
            can_change=self.has_change_permission(request),
        )

    def add(self, request: HttpRequest, kind: str) -> HttpResponse:
        """A new custom property."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if kind not in RecordKind.values:
            raise Http404
        form = PropertyForm(request.POST or None, kind=kind)
        if request.method == "POST" and form.is_valid():
            cleaned = form.cleaned_data
            item = editing.create(
                kind=kind,
                label=cleaned["label"],
                name=cleaned["name"],
                type=cleaned["type"],
                group=cleaned["group"],
                description=cleaned["description"],
                options=form.save(commit=False).options,
                max_length=cleaned["max_length"],
            )
            messages.success(request, _("The property “%(label)s” is there.") % {"label": item})
            return redirect(f"admin:properties_property_{_PATHS[RecordKind(kind)]}")
        return self._form(request, form, kind=kind, title=_("New property"), button=_("Create"))

    def change(self, request: HttpRequest, number: int) -> HttpResponse:
        """Label, group, description, options; a standard property keeps its label and group."""
        item = self._item(request, number)
        form = PropertyForm(request.POST or None, kind=item.kind, instance=item)
        if request.method == "POST" and form.is_valid():
            form.save()
            messages.success(request, _("The property “%(label)s” has been changed.") % {"label": item})
            return redirect(_table_of(item))
        return self._form(
            request, form, kind=item.kind, title=item.display_label, button=_("Save"), item=item
        )

    def type(self, request: HttpRequest, number: int) -> HttpResponse:
        """Another type: what would not convert is shown first; sent with `confirmed` it is done."""
        item = self._item(request, number)
        form = TypeForm(request.POST or None, initial={"type": item.type})
        found = None
        if request.method == "POST" and form.is_valid():
            new = form.cleaned_data["type"]
            try:
                if "confirmed" in request.POST:
                    done = conversions.change_type(item, new, by=request.user.pk)
                    told = _("“%(label)s” has another type now; %(count)s values were converted.")
                    messages.success(request, told % {"label": item, "count": f"{done.fitting:,}"})
                    return redirect(_table_of(item))
                found = conversions.preview(item, new)
            except ValidationError as error:
                form.add_error("type", error)
        record = MODELS[RecordKind(item.kind)].lower().replace(".", "_")
        return self._page(
            request,
            "properties/type.html",
            title=_("Type of %(label)s") % {"label": item},
            item=item,
            form=form,
            found=found,
            back=reverse(_table_of(item)),
            record_url=f"admin:{record}_change",
        )

    def archive(self, request: HttpRequest, number: int) -> HttpResponse:
        """Says what uses the property, then hides it."""
        item = self._item(request, number)
        if item.is_standard:
            raise Http404
        if request.method == "POST":
            editing.archive(item)
            messages.success(request, _("The property “%(label)s” is archived.") % {"label": item})
            return redirect(_table_of(item))
        return self._page(
            request,
            "properties/archive.html",
            title=_("Archive %(label)s?") % {"label": item},
            item=item,
            uses=uses.of([item.pk]).get(item.pk, []),
            filled=filled.counts(item.kind).get(item.name, 0),
            back=reverse(_table_of(item)),
        )

    def restore(self, request: HttpRequest, number: int) -> HttpResponse:
        """Brings an archived property back."""
        item = self._item(request, number)
        editing.restore(item)
        messages.success(request, _("The property “%(label)s” is back with its values.") % {"label": item})
        return redirect(_table_of(item))

    def move(self, request: HttpRequest, number: int) -> HttpResponse:
        """One place up or down in its group."""
        item = self._item(request, number)
        if not item.is_standard:
            with transaction.atomic():
                editing.move(item, up="up" in request.POST)
        return redirect(_table_of(item))

    def _item(self, request: HttpRequest, number: int) -> Property:
        if not self.has_change_permission(request):
            raise PermissionDenied
        return get_object_or_404(Property, pk=number)

    def _form(
        self, request: HttpRequest, form: PropertyForm, *, kind: str, title: Any, button: str, **more: Any
    ) -> HttpResponse:
        groups = {_group_of(item) for item in Property.objects.active(kind)}
        back = reverse(f"admin:properties_property_{_PATHS[RecordKind(kind)]}")
        return self._page(
            request,
            "properties/form.html",
            title=title,
            form=form,
            button=button,
            groups=sorted(groups),
            back=back,
            **more,
        )

    def _page(self, request: HttpRequest, template: str, **context: Any) -> TemplateResponse:
        return TemplateResponse(request, template, {**self.admin_site.each_context(request), **context})


def _table_of(item: Property) -> str:
    return f"admin:properties_property_{_PATHS[RecordKind(item.kind)]}"


def _group_of(item: Property) -> str:
    if item.is_standard and item.group:
        return _(item.group)
    return item.group or _("Custom properties")
