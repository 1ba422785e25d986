"""What a load balancer asks: /healthz (does the process answer) and /readyz (can it do its work)."""

from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """200 while the process answers; asks nothing of the database, whose absence a restart would not heal."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """200 when the database answers and has every migration of this version; else 503 and what is wrong."""
    try:
        migrated = _newest_migrations() <= MigrationRecorder(connection).applied_migrations().keys()
    except DatabaseError:
        # The message would name hosts and users to whoever asks; Django's log has it.
        return JsonResponse({"status": "unavailable", "database": "unreachable"}, status=503)
    if not migrated:
        return JsonResponse({"status": "unavailable", "migrations": "missing"}, status=503)
    return JsonResponse({"status": "ok"})


@cache
def _newest_migrations() -> frozenset[tuple[str, str]]:
    """The last migration of every app on disk, which changes with the process only."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


urlpatterns = [path("healthz", healthz, name="healthz"), path("readyz", readyz, name="readyz")]
