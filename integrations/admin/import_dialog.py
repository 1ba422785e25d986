"""The import dialog: how to import, which records, what it takes; each step a page of its own address."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _

from crmbridge.errors import Refused
from crmbridge.people import signed_in
from integrations.admin.file_dialog import may_import_files
from integrations.forms.imports import RecordsForm
from integrations.models import RecordGroup, SalesforceConnection, WorkerHeartbeat
from integrations.salesforce.errors import SalesforceError
from integrations.services import campaigns, connect, imports, plan_text
from integrations.services.plans import plan_import

# Shows the list of imports with the dialog over it.
Show = Callable[[HttpRequest, dict[str, Any]], HttpResponse]
# What is asked next, by where records come from.
_STEP_AFTER = {"salesforce": "records", "file": "file"}
_CONFIRM = "admin:integrations_importrun_confirm"


class ImportDialog:
    """The steps, over a list that `show` renders."""

    def __init__(
        self, *, show: Show, view: Callable[..., Any], may_start: Callable[[HttpRequest], bool]
    ) -> None:
        self._show, self._view, self._may_start = show, view, may_start

    @property
    def urls(self) -> list[Any]:
        """The address of each step."""
        steps = [("start/", self.how, "start"), ("start/records/", self.records, "records")]
        steps += [("start/confirm/", self.confirm, "confirm")]
        return [
            path(route, self._view(step), name=f"integrations_importrun_{name}")
            for route, step, name in steps
        ]

    def how(self, request: HttpRequest) -> HttpResponse:
        """How to import: from Salesforce, or from a file."""
        may = {"may_start": self._may_start(request), "may_import_files": may_import_files(request)}
        if not any(may.values()):
            raise PermissionDenied
        if (chosen := request.GET.get("from")) in _STEP_AFTER:
            return redirect(f"admin:integrations_importrun_{_STEP_AFTER[chosen]}")
        return self._step(request, "how", title=_("How do you want to import contacts?"), **may)

    def records(self, request: HttpRequest) -> HttpResponse:
        """Which records; counts them when asked to begin."""
        self._check(request)
        connection = connect.current()
        if request.method != "POST" or connection is None:
            form = RecordsForm(initial={"group": request.GET.get("group", RecordGroup.LEADS_AND_CONTACTS)})
            return self._choose(request, form)
        form = RecordsForm(request.POST)
        if "find" in request.POST:
            return self._find(request, RecordsForm(initial=request.POST.dict()), connection)
        if form.is_valid():
            return self._count(request, form)
        lacks_campaign = "campaign" in form.errors and "group" not in form.errors
        return self._find(request, form, connection) if lacks_campaign else self._choose(request, form)

    def confirm(self, request: HttpRequest) -> HttpResponse:
        """What the import will read and cost; starts it."""
        self._check(request)
        try:
            plan, token = plan_text.read(request.GET.get("plan", ""), connection=connect.require_current())
            if request.method == "POST":
                run = imports.start(
                    plan=plan,
                    by=signed_in(request),
                    token=token,
                    is_dry="preview" in request.POST,
                )
                return redirect("admin:integrations_importrun_change", run.pk)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:integrations_importrun_records")
        title = _("Import %(records)s from Salesforce?") % {"records": RecordGroup(plan.record_group).label}
        return self._step(request, "confirm", title=title, plan=plan, has_worker=WorkerHeartbeat.is_fresh())

    def _check(self, request: HttpRequest) -> None:
        if not self._may_start(request):
            raise PermissionDenied

    def _choose(self, request: HttpRequest, form: RecordsForm, **more: Any) -> HttpResponse:
        connection = connect.current()
        return self._step(
            request,
            "records",
            title=_("Which records do you want to import?"),
            form=form,
            connection=connection,
            sync_is_off=connection is not None and not connection.settings.account_sync,
            campaign_group=RecordGroup.CAMPAIGN.value,
            **more,
        )

    def _find(
        self, request: HttpRequest, form: RecordsForm, connection: SalesforceConnection
    ) -> HttpResponse:
        """The dialog with campaigns to choose from."""
        try:
            found, more = campaigns.find(connection=connection, words=request.POST.get("words", "").strip())
        except (Refused, SalesforceError) as error:
            return self._choose(request, form, refusal=error)
        return self._choose(request, form, campaigns=found, more_campaigns=more)

    def _count(self, request: HttpRequest, form: RecordsForm) -> HttpResponse:
        chosen = form.cleaned_data
        try:
            plan = plan_import(
                connection=connect.require_current(),
                record_group=chosen["group"],
                campaign=chosen["campaign"],
            )
        except (Refused, SalesforceError) as error:
            return self._choose(request, form, refusal=error)
        query = QueryDict(mutable=True)
        query["plan"] = plan_text.write(plan)
        return redirect(f"{reverse(_CONFIRM)}?{query.urlencode()}")

    def _step(self, request: HttpRequest, name: str, *, title: str, **context: Any) -> HttpResponse:
        dialog = {"template": f"integrations/import_dialog_{name}.html", "title": title, **context}
        return self._show(request, {"dialog": dialog})
