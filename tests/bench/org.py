"""A demo org in a process of its own, so that what it costs is not the import's."""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection

from integrations.sandbox import DemoOrg


@dataclass(frozen=True)
class Org:
    """How to reach the org, and `change(part)`, which changes a phone number in each `part`-th record."""

    url: str
    client_id: str
    client_secret: str
    change: Callable[[int], None]


@contextmanager
def running(*, contacts: int, accounts: int) -> Iterator[Org]:
    """An org of this size."""
    processes = multiprocessing.get_context("spawn")
    here, there = processes.Pipe()
    process = processes.Process(target=_serve, args=(there, contacts, accounts), daemon=True)
    process.start()
    there.close()
    try:
        told = here.recv()

        def change(part: int) -> None:
            here.send(part)
            here.recv()

        yield Org(*told, change=change)
    finally:
        here.send(None)
        process.join()


def _serve(pipe: Connection, contacts: int, accounts: int) -> None:
    with DemoOrg(contacts=contacts, accounts=accounts, leads=0, campaigns=0, seed=7) as org:
        pipe.send((org.url, org.client_id, org.client_secret))
        while part := pipe.recv():
            _change(org, part)
            pipe.send(None)


def _change(org: DemoOrg, part: int) -> None:
    # A minute ago, so that it is certainly before the moment up to which the next import reads.
    stamp = (datetime.now(UTC) - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    for sobject in ("Contact", "Account"):
        org.sql(
            f'UPDATE "{sobject}" SET Phone = ?, SystemModstamp = ? WHERE rowid % ? = 0',
            f"+1 {stamp}",
            stamp,
            part,
        )
