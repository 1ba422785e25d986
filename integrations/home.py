"""What the integration has to say on the home page."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Sum
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crmbridge.panels import HOME, Panel, register
from integrations.first_steps import steps
from integrations.models import (
    ApiUsage,
    ImportRun,
    Problem,
    ProblemCategory,
    SalesforceConnection,
    WorkerHeartbeat,
)
from integrations.services import connect

RUNS_SHOWN = 5


def connection_facts(connection: SalesforceConnection | None) -> dict[str, Any]:
    """The connection, its last import and its API calls, for the cards that show them."""
    if connection is None:
        return {"connection": None}
    runs = ImportRun.objects.filter(connection=connection)
    usage = ApiUsage.objects.filter(connection=connection, hour__gte=timezone.now() - timedelta(hours=24))
    return {
        "connection": connection,
        "last_run": runs.order_by("-id").first(),
        "calls": usage.aggregate(total=Sum("calls"))["total"] or 0,
        "org": usage.filter(org_limit__isnull=False).order_by("-hour").first(),
    }


def _may(request: HttpRequest, model: str) -> bool:
    return request.user.has_perm(f"integrations.view_{model}")


def _next_step(request: HttpRequest, record: Any) -> dict[str, Any] | None:
    """The steps of a new installation, until all of them are done."""
    if not request.user.has_perm("integrations.change_syncsettings"):
        return None
    found = steps()
    return None if all(step.is_done for step in found) else {"steps": found}


def _connection(request: HttpRequest, record: Any) -> dict[str, Any] | None:
    if not _may(request, "salesforceconnection"):
        return None
    return connection_facts(connect.current())


def _imports(request: HttpRequest, record: Any) -> dict[str, Any] | None:
    if not _may(request, "importrun"):
        return None
    runs = list(ImportRun.objects.for_table()[:RUNS_SHOWN])
    return {"runs": runs} if runs else None


def _worker(request: HttpRequest, record: Any) -> dict[str, Any] | None:
    if not request.user.has_perm("django_q.view_schedule"):
        return None
    return {"is_alive": WorkerHeartbeat.is_fresh(), "last": WorkerHeartbeat.objects.first()}


def _problems(request: HttpRequest, record: Any) -> dict[str, Any] | None:
    """Open problems by category."""
    if not _may(request, "problem") or not ImportRun.objects.exists():
        return None
    waiting = Problem.objects.open()
    counts = waiting.values_list("category").annotate(count=Count("id")).order_by("-count")
    return {"categories": [(category, ProblemCategory(category).label, count) for category, count in counts]}


register(HOME, Panel("next", _("First steps"), "integrations/home_next.html", _next_step, order=10))
register(
    HOME, Panel("connection", _("Salesforce"), "integrations/home_connection.html", _connection, order=20)
)
register(HOME, Panel("imports", _("Last imports"), "integrations/home_imports.html", _imports, order=30))
register(
    HOME, Panel("problems", _("Problems to look at"), "integrations/home_problems.html", _problems, order=40)
)
register(HOME, Panel("worker", _("Worker"), "integrations/home_worker.html", _worker, order=50))
