"""python -m tests.bench.pages [--contacts N]: how long the server takes for each page, and how many queries.

The database is kept beside the one that DATABASE_URL names, so that the next measurement need not fill it again.
"""

import argparse
import os
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from django.test import Client

    from tests.bench.pages_requests import Measured

# What a page may take; docs/performance.md.
MEDIAN_MS, LATE_MS, QUERIES = 100, 300, 20


@dataclass(frozen=True)
class Line:
    """One page: milliseconds (the middle one, and the one that 95 % stay under) and queries."""

    title: str
    median: float
    late: float
    queries: int

    @property
    def is_met(self) -> bool:
        """Whether the page keeps all three promises."""
        return self.median <= MEDIAN_MS and self.late <= LATE_MS and self.queries <= QUERIES


def main() -> None:
    """Prints one line a page; ends with 1 when one of them takes too long."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pages", description=__doc__)
    parser.add_argument("--contacts", type=int, default=1_000_000, help="contacts in the database")
    parser.add_argument("--requests", type=int, default=30, help="requests a page, 30 at most")
    parser.add_argument("--only", default="", help="only pages whose title has this in it")
    parser.add_argument("--remove", action="store_true", help="remove the database at the end")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.pages_settings")
    django.setup()
    name = database(contacts=options.contacts)
    try:
        lines = _print_table(contacts=options.contacts, requests=options.requests, only=options.only)
    finally:
        if options.remove:
            from django.db import connection

            connection.creation.destroy_test_db(name, verbosity=0)
    raise SystemExit(not all(line.is_met for line in lines))


def database(*, contacts: int) -> str:
    """Makes, or brings up to date, the database of this size and returns the name of the one it stands beside."""
    from django.db import connection

    from tests.bench import pages_data

    name = str(connection.settings_dict["NAME"])
    connection.settings_dict["TEST"]["NAME"] = f"{name}_pages_{contacts}"
    connection.creation.create_test_db(verbosity=0, keepdb=True, autoclobber=True, serialize=False)
    if not pages_data.is_filled(contacts=contacts):
        started = time.perf_counter()
        pages_data.fill(contacts=contacts)
        print(f"filled in {time.perf_counter() - started:.0f} s", flush=True)
    return name


def _print_table(*, contacts: int, requests: int, only: str) -> list[Line]:
    from tests.bench.pages_requests import measured

    print(f"{contacts:,} contacts\n{'':36} {'median':>8} {'95 %':>8} {'queries':>8}", flush=True)
    lines = []
    pages = (item for item in measured(contacts=contacts) if only in item.title)
    for line in _lines(pages, requests=requests):
        late = "" if line.is_met else "  too much"
        print(
            f"{line.title:36} {line.median:>5.0f} ms {line.late:>5.0f} ms {line.queries:>8}{late}", flush=True
        )
        lines.append(line)
    return lines


def _lines(pages: Iterator["Measured"], *, requests: int) -> Iterator[Line]:
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(username="bench"))
    for page in pages:
        queries = _queries(client, page.url(requests))
        times = [_milliseconds(client, page.url(number)) for number in range(requests)]
        late = statistics.quantiles(times, n=20)[-1]
        yield Line(page.title, median=statistics.median(times), late=late, queries=queries)


def _queries(client: "Client", url: str) -> int:
    """How many queries the page takes; this request also warms what is kept for the next."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        _milliseconds(client, url)
    return len(queries)


def _milliseconds(client: "Client", url: str) -> float:
    started = time.perf_counter()
    response = client.get(url)
    if response.status_code != 200:
        raise SystemExit(f"{url} answered {response.status_code}")
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
