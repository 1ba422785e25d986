"""Pages that change field mappings: the form, its checks while one chooses, removal, back-fill, JSON, refresh."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crmbridge.errors import Refused
from crmbridge.people import signed_in
from crmbridge.properties.models import Property, RecordKind
from integrations.admin import would_write
from integrations.admin.names import record_names
from integrations.forms.mappings import RULES, MappingForm
from integrations.models import FieldMapping, SalesforceConnection
from integrations.salesforce.errors import SalesforceError
from integrations.services import backfill, connect, mapping_edit, mapping_json, schema
from integrations.services.backfill import SidePreview
from integrations.services.mapping_checks import Finding

TABLES = {RecordKind.CONTACT: "contacts", RecordKind.COMPANY: "companies"}
_PLACE = "admin:integrations_fieldmapping_"


class MappingPages:
    """Everything beside the two tables; only for those who may change mappings."""

    def __init__(self, *, view: Callable[..., Any], may: Callable[[HttpRequest], bool]) -> None:
        self._view, self._may = view, may

    @property
    def urls(self) -> list[Any]:
        """The address of each page and button."""
        pages: list[tuple[str, Callable[..., HttpResponse], str]] = [
            ("<str:kind>/add/", self.add, "add"),
            ("<str:kind>/check/", require_POST(self.check), "check"),
            ("<str:kind>/refresh/", require_POST(self.refresh), "refresh"),
            ("<str:kind>/seen/", require_POST(self.seen), "seen"),
            ("<str:kind>/mappings.json", self.export, "export"),
            ("<str:kind>/import/", self.take_in, "import"),
            ("<str:kind>/would-write/", self.would_write, "would_write"),
            ("<int:number>/edit/", self.edit, "edit"),
            ("<int:number>/remove/", self.remove, "remove"),
            ("<int:number>/back-fill/", self.fill, "backfill"),
        ]
        return [
            path(route, self._view(view), name=f"integrations_fieldmapping_{name}")
            for route, view, name in pages
        ]

    def add(self, request: HttpRequest, kind: str) -> HttpResponse:
        """A new mapping, if need be with a new property."""
        connection = self._connection(request)
        form = MappingForm(request.POST or None, connection=connection, kind=_kind(kind))
        if request.method == "POST" and form.is_valid():
            try:
                with transaction.atomic():
                    target = self._target(connection, form)
                    mapping = mapping_edit.add(
                        connection=connection,
                        target=target,
                        fields=form.chosen,
                        rule=form.cleaned_data["rule"],
                        by=signed_in(request),
                        with_options=form.cleaned_data["with_options"],
                    )
                return self._saved(request, mapping)
            except (Refused, ValidationError) as error:
                _tell(form, error)
        return self._form(request, form, connection, title=_("New mapping"))

    def edit(self, request: HttpRequest, number: int) -> HttpResponse:
        """Other fields or another rule for a mapping."""
        connection = self._connection(request)
        mapping = self._mapping(connection, number)
        form = MappingForm(
            request.POST or None,
            connection=connection,
            kind=RecordKind(mapping.property.kind),
            mapping=mapping,
        )
        if request.method == "POST" and form.is_valid():
            try:
                mapping_edit.change(
                    mapping=mapping,
                    fields=form.chosen,
                    rule=form.cleaned_data["rule"],
                    by=signed_in(request),
                    with_options=form.cleaned_data["with_options"],
                )
                return self._saved(request, mapping)
            except Refused as refusal:
                _tell(form, refusal)
        title = _("Mapping of %(label)s") % {"label": mapping.property.display_label}
        return self._form(request, form, connection, title=title)

    def check(self, request: HttpRequest, kind: str) -> HttpResponse:
        """What is to be said of the choice so far."""
        connection = self._connection(request)
        number = request.POST.get("mapping", "")
        mapping = self._mapping(connection, int(number)) if number.isdigit() else None
        form = MappingForm(request.POST, connection=connection, kind=_kind(kind), mapping=mapping)
        return TemplateResponse(
            request, "integrations/mapping_findings.html", {"findings": _findings(connection, form)}
        )

    def remove(self, request: HttpRequest, number: int) -> HttpResponse:
        """Asks, then removes a custom mapping."""
        connection = self._connection(request)
        mapping = self._mapping(connection, number)
        table = _PLACE + TABLES[RecordKind(mapping.property.kind)]
        if request.method == "POST":
            try:
                mapping_edit.remove(mapping=mapping)
                messages.success(request, _("The mapping is removed. What it brought stays."))
            except Refused as refusal:
                messages.error(request, str(refusal))
            return redirect(table)
        title = _("Remove the mapping of %(label)s?") % {"label": mapping.property.display_label}
        return self._page(request, "mapping_remove", title=title, mapping=mapping, table=table)

    def fill(self, request: HttpRequest, number: int) -> HttpResponse:
        """What filling the property of records that are here would do; starts it when sent."""
        connection = self._connection(request)
        mapping = self._mapping(connection, number)
        table = _PLACE + TABLES[RecordKind(mapping.property.kind)]
        try:
            if request.method == "POST":
                run = backfill.start(mapping=mapping, by=signed_in(request))
                return redirect("admin:integrations_importrun_change", run.pk)
            sides = backfill.preview(mapping=mapping)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect(table)
        is_contact = mapping.property.kind == RecordKind.CONTACT
        return self._page(
            request,
            "backfill",
            title=_("Fill %(label)s of existing records") % {"label": mapping.property.display_label},
            mapping=mapping,
            sides=[_with_names(mapping.property.kind, side) for side in sides],
            changes=sum(side.filling.changes for side in sides),
            table=table,
            record_url="admin:contacts_contact_change" if is_contact else "admin:companies_company_change",
        )

    def refresh(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Asks Salesforce for its fields."""
        connection = self._connection(request)
        try:
            schema.refresh(connection=connection)
            messages.success(request, _("The fields are as Salesforce has them now."))
        except (Refused, SalesforceError) as error:
            messages.error(request, str(getattr(error, "message", error)))
        return redirect(_PLACE + TABLES[_kind(kind)])

    def seen(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Puts the note of changed fields away."""
        schema.seen(connection=self._connection(request))
        return redirect(_PLACE + TABLES[_kind(kind)])

    def export(self, request: HttpRequest, kind: str) -> HttpResponse:
        """The mappings of one kind as a file."""
        text = mapping_json.export(connection=self._connection(request), kind=_kind(kind))
        name = f"{kind}-mappings.json"
        return HttpResponse(
            text,
            content_type="application/json; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def take_in(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Reads a file of mappings, shows what would change, then changes it."""
        connection = self._connection(request)
        text, found = request.POST.get("text", ""), None
        if upload := request.FILES.get("file"):
            text = upload.read(5_000_000).decode(errors="replace")
        if request.method == "POST":
            try:
                if "confirmed" in request.POST:
                    done = mapping_json.apply(connection=connection, text=text, by=signed_in(request))
                    messages.success(request, _("%(count)s mappings changed.") % {"count": len(done)})
                    return redirect(_PLACE + TABLES[_kind(kind)])
                found = mapping_json.compare(connection=connection, text=text)
            except Refused as refusal:
                messages.error(request, str(refusal))
        return self._page(
            request,
            "mapping_import",
            title=_("Import mappings"),
            text=text,
            found=found,
            table=_PLACE + TABLES[_kind(kind)],
        )

    def would_write(self, request: HttpRequest, kind: str) -> HttpResponse:
        """How many records hold what would go to Salesforce."""
        counts = would_write.counts(self._connection(request), _kind(kind))
        table = _PLACE + TABLES[_kind(kind)]
        return self._page(
            request,
            "would_write_counts",
            title=_("Would be written to Salesforce"),
            counts=counts,
            table=table,
        )

    def _connection(self, request: HttpRequest) -> SalesforceConnection:
        if not self._may(request):
            raise PermissionDenied
        connection = connect.current()
        if connection is None:
            raise Http404
        return connection

    def _mapping(self, connection: SalesforceConnection, number: int) -> FieldMapping:
        found = FieldMapping.objects.select_related("property", "connection")
        return get_object_or_404(found, pk=number, connection=connection)

    def _target(self, connection: SalesforceConnection, form: MappingForm) -> Property:
        if form.is_new:
            return mapping_edit.create_property(connection=connection, kind=form.kind, fields=form.chosen)
        return form.property

    def _saved(self, request: HttpRequest, mapping: FieldMapping) -> HttpResponse:
        told = format_html(
            '{} <a href="../{}/back-fill/">{}</a>',
            _("The mapping of %(label)s is saved; it counts from the next import on.")
            % {"label": mapping.property.display_label},
            mapping.pk,
            _("Fill existing records"),
        )
        messages.success(request, told)
        return redirect(_PLACE + TABLES[RecordKind(mapping.property.kind)])

    def _form(
        self, request: HttpRequest, form: MappingForm, connection: SalesforceConnection, *, title: str
    ) -> HttpResponse:
        return self._page(
            request,
            "mapping_form",
            title=title,
            form=form,
            rules=[(value, label, RULES[value]) for value, label in form.fields["rule"].choices],  # type: ignore[attr-defined]
            rule=form["rule"].value(),
            kind=form.kind.value,
            mapping=form.mapping,
            findings=_findings(connection, form) if form.is_bound else [],
            table=_PLACE + TABLES[form.kind],
        )

    def _page(self, request: HttpRequest, name: str, **context: Any) -> TemplateResponse:
        return TemplateResponse(
            request, f"integrations/{name}.html", {**admin.site.each_context(request), **context}
        )


def _with_names(kind: str, side: SidePreview) -> dict[str, Any]:
    """What the page shows of one object: examples by the names of their records."""
    found = side.filling
    numbers = [item[0] for item in found.examples] + [item[0] for item in found.misfit_examples]
    names = record_names(kind, numbers)
    return {
        "sobject": side.sobject,
        "field": side.field,
        "calls": side.calls,
        "filling": found,
        "examples": [(number, names.get(number, number), now, then) for number, now, then in found.examples],
        "misfits": [(number, names.get(number, number), raw) for number, raw in found.misfit_examples],
    }


def _kind(text: str) -> RecordKind:
    if text not in RecordKind.values:
        raise Http404
    return RecordKind(text)


def _tell(form: MappingForm, error: Refused | ValidationError) -> None:
    texts = error.messages if isinstance(error, ValidationError) else [str(error)]
    for text in texts:
        form.add_error(None, text)


def _findings(connection: SalesforceConnection, form: MappingForm) -> list[Finding]:
    """What the checks say of the choice; nothing as long as there is none."""
    if not form.is_valid() and not form.cleaned_data.get("rule"):
        return []
    fields, rule = form.chosen, form.cleaned_data["rule"]
    if form.mapping is None and not form.cleaned_data.get("target"):
        return []
    if not form.is_new:
        return mapping_edit.findings(
            connection=connection, target=form.property, fields=fields, rule=rule, mapping=form.mapping
        )
    return mapping_edit.of_new_property(connection=connection, kind=form.kind, fields=fields, rule=rule)
