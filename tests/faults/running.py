"""Imports in processes of their own, and how they stand."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django_q.models import OrmQ, Schedule

from integrations.models import ImportRun
from integrations.sandbox import DemoOrg
from integrations.services import connect, imports
from integrations.services.plans import plan_import
from tests.e2e.processes import Process, managed, wait_for

ENDED = ("finished", "failed", "cancelled", "parked")


@contextmanager
def process(*words: str, folder: Path | None = None, **environment: str) -> Iterator[Process]:
    """`manage.py WORDS…`; killed in the end."""
    environment = {"DJANGO_SETTINGS_MODULE": "tests.faults.worker_settings", **environment}
    with managed(*words, folder=folder or Path(settings.IMPORT_FOLDER), **environment) as running:
        yield running


def worker(**environment: str) -> AbstractContextManager[Process]:
    """`manage.py qcluster` with one process that works on tasks."""
    return process("qcluster", **{"WORKERS": "1", **environment})


def campaign_of(org: DemoOrg) -> str:
    return str(org.sql("SELECT Id FROM Campaign")[0][0])


def asked_for(group: str, *, campaign: str = "", detach: bool = True) -> ImportRun:
    """An import that waits for a worker, or for nobody."""
    plan = plan_import(connection=connect.require_current(), record_group=group, campaign=campaign)
    return imports.start(plan=plan, detach=detach)


def fresh(run: ImportRun) -> ImportRun:
    return ImportRun.objects.select_related("connection__settings").get(pk=run.pk)


def pages_in(run: ImportRun) -> int:
    return sum(run.phases.values_list("pages", flat=True))


def ended(run: ImportRun) -> ImportRun:
    """The import once it has stopped or pauses, and nothing of it is left in the queue."""
    wait_for(lambda: fresh(run).state in ENDED and not OrmQ.objects.exists())
    return fresh(run)


def resumed(run: ImportRun) -> ImportRun:
    """The import once the worker that is there has gone on with it for a person."""
    return ended(imports.resume(run=fresh(run)))


def lease_runs_out(run: ImportRun) -> None:
    """The half minute after which a worker is given up has passed."""
    long_ago = timezone.now() - timedelta(minutes=5)
    ImportRun.objects.filter(pk=run.pk).update(lease_until=long_ago, heartbeat_at=long_ago)


def pause_is_over(run: ImportRun) -> None:
    """The time until which the import waits has come, and so has the next minute of the schedule."""
    ImportRun.objects.filter(pk=run.pk).update(parked_until=timezone.now())
    Schedule.objects.update(next_run=timezone.now())
