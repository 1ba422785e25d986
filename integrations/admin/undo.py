"""The page before an undo: what it will touch, what stays and why."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from crmbridge.errors import Refused
from crmbridge.people import signed_in
from crmbridge.properties.models import Property, RecordKind
from integrations.admin.names import record_names
from integrations.models import ImportRun
from integrations.services import undo
from integrations.services.undo import UndoPreview


class UndoPages:
    """The question and the start of an undo; `find` gives a run that the person may see."""

    def __init__(
        self,
        *,
        find: Callable[[HttpRequest, int], ImportRun],
        view: Callable[..., Any],
        may_act: Callable[[HttpRequest, ImportRun], bool],
    ) -> None:
        self._find, self._view, self._may_act = find, view, may_act

    @property
    def urls(self) -> list[Any]:
        """The one address."""
        return [path("<int:run_id>/undo/", self._view(self.undo), name="integrations_importrun_undo")]

    def undo(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """Shows what the undo would do; starts it when it is sent."""
        run = self._find(request, run_id)
        if not self._may_act(request, run):
            raise PermissionDenied
        try:
            if request.method == "POST":
                started = undo.start(run=run, by=signed_in(request))
                return redirect("admin:integrations_importrun_change", started.pk)
            found = undo.preview(run=run)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:integrations_importrun_change", run.pk)
        context = {
            **admin.site.each_context(request),
            "title": _("Undo import %(number)s?") % {"number": run.pk},
            "run": run,
            "found": found,
            "examples": _examples(found),
        }
        return TemplateResponse(request, "integrations/undo.html", context)


def _examples(found: UndoPreview) -> list[dict[str, Any]]:
    """The examples with properties in the reader's words and the page of each record."""
    labels = {(item.kind, item.name): item.display_label for item in Property.objects.all()}
    links = {"company_id": _("Company"), "parent_id": _("Parent company")}
    names = {
        kind: record_names(kind, [number for other, number, *_rest in found.examples if other == kind])
        for kind in RecordKind
    }
    return [
        {
            "kind": kind,
            "record": record,
            "name": names[RecordKind(kind)].get(record, record),
            "label": labels.get((kind, name)) or links.get(name, name),
            "now": now,
            "then": then,
        }
        for kind, record, name, now, then in found.examples
    ]
