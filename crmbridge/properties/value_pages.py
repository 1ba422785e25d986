"""The page behind each property of a record: what it was, why it is what it is, and the way back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crmbridge.properties.explain import explain
from crmbridge.properties.models import Property, PropertyChange
from crmbridge.properties.panels import events, labels_of, linked_names
from crmbridge.properties.restore import restore

SHOWN = 20


class ValuePages:
    """Adds the pages to the admin of one kind of record."""

    def get_urls(self) -> list[Any]:
        """The page, and what its buttons do."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"  # type: ignore[attr-defined]
        view = self.admin_site.admin_view  # type: ignore[attr-defined]
        return [
            path("<int:pk>/value/<str:name>/", view(self.value_view), name=f"{name}_value"),
            path(
                "<int:pk>/restore/<int:change>/",
                view(require_POST(self.restore_view)),
                name=f"{name}_restore",
            ),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def value_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """History and explanation of one property; only the card itself when htmx asks."""
        record = self._record(request, pk)
        labels = labels_of(record.KIND)
        if name not in labels:
            raise Http404
        changes = list(PropertyChange.objects.of(record.KIND, record.pk).filter(property=name)[: SHOWN + 1])
        shown = changes[:SHOWN]
        told = events(shown, labels=labels, links=linked_names(record, shown))
        is_property = Property.objects.active(record.KIND).filter(name=name).exists()
        may_restore = is_property and self.has_change_permission(request, record)  # type: ignore[attr-defined]
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": _("%(label)s of %(record)s") % {"label": labels[name], "record": record},
            "label": labels[name],
            "name": name,
            "record": record,
            "opts": self.opts,  # type: ignore[attr-defined]
            "events": list(told),
            "has_more": len(changes) > SHOWN,
            "may_restore": may_restore,
            "explanation": explain(record, name),
            "record_url": f"admin:{self.opts.app_label}_{self.opts.model_name}_change",  # type: ignore[attr-defined]
            "restore_url": f"admin:{self.opts.app_label}_{self.opts.model_name}_restore",  # type: ignore[attr-defined]
        }
        template = "crm/value_card.html" if request.htmx else "crm/value.html"  # type: ignore[attr-defined]
        return TemplateResponse(request, template, context)

    def restore_view(self, request: HttpRequest, pk: int, change: int) -> HttpResponse:
        """Sets the property back to what it was before the change."""
        record = self._record(request, pk)
        if not self.has_change_permission(request, record):  # type: ignore[attr-defined]
            raise PermissionDenied
        found = get_object_or_404(PropertyChange, pk=change, kind=record.KIND, record_id=record.pk)
        try:
            if restore(found, record=record, by=request.user.pk):
                messages.success(request, _("The older value is back."))
            else:
                messages.info(request, _("It has this value already."))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", record.pk)  # type: ignore[attr-defined]

    def _record(self, request: HttpRequest, pk: int) -> Any:
        record = self.get_object(request, str(pk))  # type: ignore[attr-defined]
        if record is None:
            raise Http404
        if not self.has_view_permission(request, record):  # type: ignore[attr-defined]
            raise PermissionDenied
        return record
