"""Imports: the list, and Import Status."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from crmbridge import csv_stream
from crmbridge.errors import Refused
from crmbridge.people import signed_in
from crmbridge.templatetags.crm import state_badge
from integrations.admin import dry_run, import_problems
from integrations.admin.file_dialog import FileDialog, may_import_files
from integrations.admin.import_dialog import ImportDialog
from integrations.admin.outcome import RowSums, parts
from integrations.admin.undo import UndoPages
from integrations.models import COUNTED_KINDS, ImportRun, RunKind, RunState
from integrations.services import imports, journal, problems, progress
from integrations.services.undo import can_undo


@admin.register(ImportRun)
class ImportRunAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Past and present imports, and the status of each."""

    list_display = ("records", "state_badge", "outcome", "started", "by")
    sortable_by = ()
    ordering = ("-id",)
    list_filter = ("kind", "state", "record_group")
    show_facets = admin.ShowFacets.NEVER
    actions = None
    list_per_page = 50
    change_list_template = "integrations/imports.html"

    def get_urls(self) -> list[Any]:
        """The list, a page for each import, and what its buttons do."""
        pages: list[tuple[str, Callable[..., Any], str]] = [
            ("", self.changelist_view, "changelist"),
            ("<int:run_id>/", self.status_view, "change"),
            ("<int:run_id>/progress/", self.progress_view, "progress"),
            ("<int:run_id>/problems/", self.problems_view, "problems"),
            ("<int:run_id>/problems.csv", self.problems_csv_view, "problems_csv"),
            ("<int:run_id>/cancel/", self.cancel_view, "cancel"),
            ("<int:run_id>/resume/", require_POST(self.resume_view), "resume"),
            ("<int:run_id>/retry/", require_POST(self.retry_view), "retry"),
        ]
        dialog = ImportDialog(
            show=self._list_under, view=self.admin_site.admin_view, may_start=self.may_start
        )
        files = FileDialog(show=self._list_under, view=self.admin_site.admin_view)
        undo = UndoPages(find=self._run, view=self.admin_site.admin_view, may_act=self.may_act)
        return [*dialog.urls, *files.urls, *undo.urls] + [
            path(route, self.admin_site.admin_view(view), name=f"integrations_importrun_{name}")
            for route, view, name in pages
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportRun]:
        """Imports with their sums and people."""
        return ImportRun.objects.for_table()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Imports start from the import dialog or a command, not from a form."""
        return False

    def may_start(self, request: HttpRequest) -> bool:
        """Whether this person may start imports from Salesforce."""
        return request.user.has_perm("integrations.add_importrun")

    def may_act(self, request: HttpRequest, run: ImportRun) -> bool:
        """Whether this person may cancel this import or let it go on."""
        origin = run.undo_of or run
        return may_import_files(request) if origin.file_id else self.has_change_permission(request, run)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list under its plain name."""
        texts = {
            "heading": _("Imports"),
            "empty_template": "integrations/imports_empty.html",
            "may_start": self.may_start(request) or may_import_files(request),
        }
        return super().changelist_view(request, {**texts, **(extra_context or {})})

    def _list_under(self, request: HttpRequest, dialog: dict[str, Any]) -> HttpResponse:
        """The list, whole and from its beginning, under a dialog."""
        request.method, request.GET = "GET", QueryDict()
        response: HttpResponse = self.changelist_view(request, dialog)
        return response

    def status_view(self, request: HttpRequest, run_id: int) -> TemplateResponse:
        """Import Status."""
        return TemplateResponse(
            request, "integrations/import_status.html", self._context(request, self._run(request, run_id))
        )

    def progress_view(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """The part of Import Status that moves; the whole page again as soon as the import is at rest."""
        run = self._run(request, run_id)
        if not run.is_active:
            _tell_end(request, run)
            return HttpResponseClientRefresh()
        return TemplateResponse(request, "integrations/import_progress.html", self._context(request, run))

    def problems_view(self, request: HttpRequest, run_id: int) -> TemplateResponse:
        """The problems that one import met, those of one reason if `code` is given."""
        run = self._run(request, run_id)
        if not import_problems.may_view(request):
            raise PermissionDenied
        code, number = request.GET.get("code") or None, request.GET.get("p")
        context = {
            **self.admin_site.each_context(request),
            **import_problems.context(run, code=code, page_number=number),
            "can_export": import_problems.may_export(request),
            "title": _("Problems of import %(number)s") % {"number": run.pk},
        }
        return TemplateResponse(request, "integrations/import_problems.html", context)

    def problems_csv_view(self, request: HttpRequest, run_id: int) -> StreamingHttpResponse:
        """The same problems as a file."""
        run = self._run(request, run_id)
        if not import_problems.may_export(request):
            raise PermissionDenied
        rows = problems.csv_rows(run=run, code=request.GET.get("code") or None)
        return csv_stream.response(rows, filename=f"import-{run.pk}-problems.csv")

    def cancel_view(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """Says what stays, then asks the import to stop."""
        if request.method != "POST":
            run = self._run(request, run_id)
            if not self.may_act(request, run):
                raise PermissionDenied
            if not run.is_active:
                messages.info(request, _("Import %(number)s has already ended.") % {"number": run.pk})
                return redirect("admin:integrations_importrun_change", run.pk)
            expected = sum(phase.expected for phase in run.phases.all() if phase.kind in COUNTED_KINDS)
            title = _("Cancel import %(number)s?") % {"number": run.pk}
            context = {**self._context(request, run), "title": title, "expected": expected}
            return TemplateResponse(request, "integrations/import_cancel.html", context)
        return self._act(
            request, run_id, imports.cancel, _("Import %(number)s is being cancelled. What went in stays.")
        )

    def resume_view(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """Goes on where the import stopped."""
        return self._act(request, run_id, imports.resume, _("Import %(number)s goes on where it stopped."))

    def retry_view(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """Imports the records with problems again."""
        return self._act(
            request, run_id, imports.retry, _("Import %(number)s tries the records with problems again.")
        )

    def _act(self, request: HttpRequest, run_id: int, service: Callable[..., Any], done: str) -> HttpResponse:
        """Calls the service and says how it went, on the page of the import that it made or changed."""
        run = self._run(request, run_id)
        if not self.may_act(request, run):
            raise PermissionDenied
        try:
            run = service(run=run, by=signed_in(request)) or run
            messages.success(request, done % {"number": run.pk})
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("admin:integrations_importrun_change", run.pk)

    def _run(self, request: HttpRequest, run_id: int) -> ImportRun:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(self.get_queryset(request), pk=run_id)

    def _context(self, request: HttpRequest, run: ImportRun) -> dict[str, Any]:
        status = progress.status(run=run, waiting=_waiting_lately)
        can_change = self.may_act(request, run)
        sees_problems = import_problems.may_view(request)
        return {
            **self.admin_site.each_context(request),
            "title": _("Import Status"),
            "run": run,
            "status": status,
            "log": [
                {"event": event, "step": progress.phase_label(event.step) if event.step else ""}
                for event in journal.of_run(run.pk)
            ],
            "parts": parts(status, link_problems=sees_problems),
            # Said aloud as it changes: every tenth of the way is enough.
            "announced_percent": status.percent // 10 * 10,
            "can_cancel": can_change and run.is_active and not run.cancel_requested,
            "can_resume": can_change and run.can_resume,
            "sees_problems": sees_problems,
            "can_export": import_problems.may_export(request),
            "report": dry_run.report(run),
            "can_undo": can_change and can_undo(run),
            "undone_by": ImportRun.objects.filter(undo_of=run).first(),
            "can_retry": can_change
            and not run.is_dry
            and not run.is_active
            and run.kind == RunKind.SALESFORCE
            and _has_problems(status),
        }

    @admin.display(description=gettext_lazy("records"))
    def records(self, run: ImportRun) -> str:
        """What was imported."""
        return f"{run.records} · {run.pk}"

    @admin.display(description=gettext_lazy("state"))
    def state_badge(self, run: ImportRun) -> str:
        """The state as a badge."""
        return state_badge(run.state, run.get_state_display())

    @admin.display(description=gettext_lazy("outcome"))
    def outcome(self, run: ImportRun) -> str:
        """A thin bar and the numbers beside it."""
        sums = RowSums.of(run)
        return render_to_string(
            "integrations/import_row_outcome.html", {"sums": sums, "parts": parts(sums, link_problems=False)}
        )

    @admin.display(description=gettext_lazy("started"))
    def started(self, run: ImportRun) -> Any:
        """When it was asked for."""
        return run.started_at or run.created_at

    @admin.display(description=gettext_lazy("started by"))
    def by(self, run: ImportRun) -> str:
        """Who asked for it."""
        return str(run.requested_by or "")

    def get_list_display(self, request: HttpRequest) -> Any:
        """The columns, at the end the buttons that this person may press."""

        @admin.display(description="")
        def buttons(run: ImportRun) -> str:
            if not self.may_act(request, run):
                return ""
            return render_to_string("integrations/import_buttons.html", {"run": run})

        return [*super().get_list_display(request), buttons]


def _waiting_lately(run: ImportRun) -> int:
    """How many contacts wait for their account, at most a minute ago: counting a million takes a third of a second."""
    if run.is_active or run.kind != RunKind.SALESFORCE:
        return 0
    key = f"waiting-for-account-{run.connection_id}"
    return int(cache.get_or_set(key, lambda: progress.waiting_for_account(run=run), 60) or 0)


def _tell_end(request: HttpRequest, run: ImportRun) -> None:
    """A notice of how the import ended; one of a failure stays until it is closed."""
    level = messages.ERROR if run.state == RunState.FAILED else messages.INFO
    text = _("Import %(number)s: %(state)s") % {"number": run.pk, "state": run.get_state_display()}
    messages.add_message(request, level, text)


def _has_problems(status: progress.RunStatus) -> bool:
    return any(group.level == "problem" for group in status.problems)
