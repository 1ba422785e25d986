"""What may go wrong during an import. A fault returns whether it could strike; if not, it is tried again."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from random import Random

from django.db import connection

from crmbridge.errors import Refused
from integrations.models import ImportRun
from integrations.sandbox import DemoOrg
from integrations.services import imports

from .worker import Worker


@dataclass
class Scene:
    """Where faults strike."""

    org: DemoOrg
    worker: Worker
    run: ImportRun
    rng: Random


def kill_worker(scene: Scene) -> bool:
    scene.worker.kill()
    scene.worker.start()
    return True


def stop_worker(scene: Scene) -> bool:
    scene.worker.stop()
    scene.worker.start()
    return True


def expire_token(scene: Scene) -> bool:
    scene.org.expire_tokens()
    return True


def drop_body(scene: Scene) -> bool:
    scene.org.drop_next("/query", after_bytes=scene.rng.randrange(3_000), times=scene.rng.randint(1, 2))
    return True


def answer_html(scene: Scene) -> bool:
    scene.org.fail_next(status=scene.rng.choice((500, 503)), times=scene.rng.randint(1, 5))
    return True


def reach_limit(scene: Scene) -> bool:
    scene.org.api_limit = scene.org.api_calls
    return True


def lose_locator(scene: Scene) -> bool:
    scene.org.expire_locators()
    body = [{"errorCode": "INVALID_QUERY_LOCATOR", "message": "invalid query locator"}]
    scene.org.fail_next("locator=", status=400, body=body)
    return True


def delete_job(scene: Scene) -> bool:
    done = [job for job in scene.org.query_jobs.all() if job.state == "JobComplete"]
    for job in done:
        scene.org.query_jobs.delete(job)
    return bool(done)


def fail_job(scene: Scene) -> bool:
    return _end_running_jobs(scene, "Failed")


def abort_job(scene: Scene) -> bool:
    return _end_running_jobs(scene, "Aborted")


def _end_running_jobs(scene: Scene, state: str) -> bool:
    running = [job for job in scene.org.query_jobs.all() if job.state == "InProgress"]
    for job in running:
        job.state = state
    return bool(running)


def miss_field(scene: Scene) -> bool:
    """A field is hidden when the query is asked, and shown again before anybody looks."""
    message = "No such column 'Phone' on entity 'Contact'."
    scene.org.fail_next("/query", status=400, body=[{"errorCode": "INVALID_FIELD", "message": message}])
    return True


def cut_connections(scene: Scene) -> bool:
    """Ends the database connections of the worker that are inside a page."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()
                 AND state <> 'idle' AND xact_start IS NOT NULL AND query NOT LIKE '%django_q%'"""
        )
        return bool(cursor.rowcount)


def cancel(scene: Scene) -> bool:
    with suppress(Refused):
        imports.cancel(run=scene.run)
    return True


def deliver_twice(scene: Scene) -> bool:
    for _ in range(2):
        imports.enqueue(scene.run)
    return True


Fault = Callable[[Scene], bool]

# As many as the others, so that every second fault is one while they are wanted.
RESTARTS: Sequence[Fault] = [kill_worker] * 9 + [stop_worker] * 4
OTHERS: Sequence[Fault] = [
    expire_token,
    drop_body,
    answer_html,
    reach_limit,
    lose_locator,
    delete_job,
    fail_job,
    abort_job,
    miss_field,
    cut_connections,
    cut_connections,
    cancel,
    deliver_twice,
]
