"""The import dialog for a file: upload, match columns, look at what will happen; each step an address of its own."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _

from crmbridge.errors import Refused
from crmbridge.people import signed_in
from integrations.files import reading
from integrations.files.contact_rows import ROW
from integrations.files.matching import SALESFORCE_ID, targets
from integrations.forms.files import ColumnsForm, UploadForm
from integrations.models import ImportFile, Problem, WorkerHeartbeat
from integrations.services import files, problems

# Shows the list of imports with the dialog over it.
Show = Callable[[HttpRequest, dict[str, Any]], HttpResponse]


def may_import_files(request: HttpRequest) -> bool:
    """Whether this person may import files: they create contacts and change them."""
    return request.user.has_perms(["contacts.add_contact", "contacts.change_contact"])


class FileDialog:
    """The steps, over a list that `show` renders."""

    def __init__(self, *, show: Show, view: Callable[..., Any]) -> None:
        self._show, self._view = show, view

    @property
    def urls(self) -> list[Any]:
        """The address of each step."""
        steps = [
            ("start/file/", self.upload, "file"),
            ("start/file/<int:file_id>/columns/", self.columns, "columns"),
            ("start/file/<int:file_id>/preview/", self.preview, "preview"),
        ]
        return [
            path(route, self._view(step), name=f"integrations_importrun_{name}")
            for route, step, name in steps
        ]

    def upload(self, request: HttpRequest) -> HttpResponse:
        """Takes the file."""
        if not may_import_files(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            sent = form.cleaned_data["file"]
            try:
                file = files.upload(name=sent.name, data=_bytes(sent), by=signed_in(request))
                return redirect("admin:integrations_importrun_columns", file.pk)
            except Refused as refusal:
                form.add_error("file", str(refusal))
        limits = {"megabytes": reading.MOST_BYTES // 1024 // 1024, "rows": reading.MOST_ROWS}
        return self._step(request, "file", title=_("Which file do you want to import?"), form=form, **limits)

    def columns(self, request: HttpRequest, file_id: int) -> HttpResponse:
        """Matches columns to properties."""
        file = _file(request, file_id)
        try:
            header, sample = files.sample(file)
            form = ColumnsForm(request.POST or None, file=file, header=header)
            if request.method == "POST" and form.is_valid():
                if "reread" in request.POST:
                    files.read_as(file=file, encoding=form.cleaned_data["encoding"])
                    return redirect("admin:integrations_importrun_columns", file.pk)
                return self._matched(request, file, form, sample)
        except Refused as refusal:
            return _back_to_upload(request, refusal)
        return self._choose(request, file, form, sample)

    def preview(self, request: HttpRequest, file_id: int) -> HttpResponse:
        """What the import will do; starts it."""
        file = _file(request, file_id, started=request.method == "POST")
        try:
            if request.method == "POST":
                run = files.start(file=file, by=signed_in(request))
                return redirect("admin:integrations_importrun_change", run.pk)
            found = files.preview(file=file)
        except Refused as refusal:
            return _back_to_upload(request, refusal)
        return self._step(
            request,
            "preview",
            title=_("Import %(name)s?") % {"name": file.name},
            wide=True,
            file=file,
            preview=found,
            sample=_sample(found),
            has_worker=WorkerHeartbeat.is_fresh(),
        )

    def _matched(
        self, request: HttpRequest, file: ImportFile, form: ColumnsForm, sample: list[list[str]]
    ) -> HttpResponse:
        try:
            files.match(file=file, columns=form.columns, mode=form.cleaned_data["mode"])
        except Refused as refusal:
            return self._choose(request, file, form, sample, refusal=refusal)
        return redirect("admin:integrations_importrun_preview", file.pk)

    def _choose(
        self, request: HttpRequest, file: ImportFile, form: ColumnsForm, sample: list[list[str]], **more: Any
    ) -> HttpResponse:
        title = _("Which column is which property?")
        return self._step(
            request, "columns", title=title, wide=True, file=file, form=form, rows=form.rows(sample), **more
        )

    def _step(self, request: HttpRequest, name: str, *, title: str, **context: Any) -> HttpResponse:
        dialog = {"template": f"integrations/import_dialog_{name}.html", "title": title, **context}
        return self._show(request, {"dialog": dialog})


def _bytes(sent: Any) -> bytes:
    """The file, or just enough of it to be refused for its size."""
    data: bytes = sent.read(reading.MOST_BYTES + 1)
    return data


def _file(request: HttpRequest, file_id: int, *, started: bool = False) -> ImportFile:
    """A file that this person uploaded; one that is being imported already has no steps any more, unless `started`."""
    if not may_import_files(request):
        raise PermissionDenied
    mine = ImportFile.objects.filter(uploaded_by_id=request.user.pk)
    return get_object_or_404(mine if started else mine.filter(run=None), pk=file_id)


def _back_to_upload(request: HttpRequest, refusal: Refused) -> HttpResponse:
    messages.error(request, str(refusal))
    return redirect("admin:integrations_importrun_file")


def _sample(found: files.Preview) -> dict[str, Any]:
    """The first rows as a table, each with what would not go in."""
    labels = {**targets(), SALESFORCE_ID: _("Salesforce ID")}
    names = [name for name in (found.sample[0] if found.sample else {}) if name != ROW]
    told: dict[int, list[str]] = {}
    for item in found.problems:
        problem = Problem(
            code=item.code, row=item.row, property=item.property, raw_value=item.value, other_id=item.other
        )
        told.setdefault(item.row, []).append(problems.sentence(problem))
    return {
        "labels": [labels[name] for name in names],
        "rows": [
            {"number": row[ROW], "values": [row[name] for name in names], "told": told.get(row[ROW], [])}
            for row in found.sample
        ],
    }
