"""python -m tests.bench.lists [--contacts N]: how long lists take to be estimated, counted and shown.

Uses the database of tests/bench/pages.py, and adds what lists ask for.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

PARTS = Path(__file__).with_name("lists_data.sql").read_text(encoding="utf-8").split("\n\n")
# docs/performance.md: milliseconds for the estimate, the exact count and the first page of members.
ESTIMATE_MS, COUNT_MS, PAGE_MS = 100, 1_000, 200
ROUNDS = 9


def _of(about: str, property: str, operator: str, *values: str, **more: Any) -> dict[str, Any]:
    return {"about": about, "property": property, "operator": operator, "values": list(values), **more}


ENERGY = _of("company", "industry", "any_of", "Energy")
IN_JAPAN = _of("contact", "country", "is", "JP", "DE")
NO_TITLE = _of("contact", "job_title", "unknown")
LISTS: dict[str, list[list[dict[str, Any]]]] = {
    "three filters, one of the company": [[ENERGY, IN_JAPAN, NO_TITLE]],
    "three filters, negative and blank": [
        [
            _of("company", "industry", "none_of", "Energy", with_blank=True),
            _of("contact", "country", "is_not", "JP", with_blank=True),
            _of("contact", "email_opt_out", "no"),
        ]
    ],
    "two groups": [[ENERGY, IN_JAPAN], [_of("company", "number_of_employees", "gt", "19000")]],
    "few members": [[_of("contact", "lead_status", "any_of", "Rare"), ENERGY]],
    "a company's name contains": [[_of("company", "name", "contains", "globex 77"), IN_JAPAN]],
    "a contact's department contains": [[_of("contact", "department", "contains", "sear"), ENERGY]],
    "an e-mail starts": [[_of("contact", "email", "starts", "amy.diaz1")]],
    "custom choice of the contact": [[_of("contact", "segment", "any_of", "gold"), IN_JAPAN]],
    "custom choice of the company": [[_of("company", "tier", "any_of", "A"), IN_JAPAN]],
    "custom number": [[_of("company", "score", "ge", "99"), IN_JAPAN]],
    "changed lately": [[_of("contact", "record.updated_at", "last_days", "7"), ENERGY]],
    "has ever been": [[_of("contact", "city", "ever", "Before"), ENERGY]],
    "on a list of 200,000": [[{"about": "list", "operator": "member", "values": ["static"]}, ENERGY]],
    "not on a list of 200,000": [[{"about": "list", "operator": "not_member", "values": ["static"]}, ENERGY]],
    "on an active list": [[{"about": "list", "operator": "member", "values": ["active"]}, IN_JAPAN]],
    "created by an import": [[{"about": "import", "operator": "created_by", "values": ["1"]}, ENERGY]],
}


def main() -> None:
    """Prints one line a list; ends with 1 when one of them takes too long."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.lists", description=__doc__)
    parser.add_argument("--contacts", type=int, default=1_000_000, help="contacts in the database")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each is done")
    parser.add_argument("--only", default="", help="only lists whose title has this in it")
    parser.add_argument("--remove", action="store_true", help="remove the database at the end")
    parser.add_argument("--explain", action="store_true", help="print the plans of the counts")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.pages_settings")
    django.setup()
    from tests.bench.pages import database

    name = database(contacts=options.contacts)
    try:
        is_met = _print_table(_fill(options.contacts), options)
    finally:
        if options.remove:
            from django.db import connection

            connection.creation.destroy_test_db(name, verbosity=0)
    raise SystemExit(not is_met)


def _fill(contacts: int) -> dict[str, str]:
    """Adds custom properties, lists and their members once; returns the numbers of the two lists by what they are."""
    from django.db import connection

    from crmbridge.lists.models import List

    if not List.objects.filter(name="static").exists():
        with connection.cursor() as cursor:
            for part in PARTS:
                cursor.execute(part, {"contacts": contacts} if "%(contacts)s" in part else None)
            cursor.execute("VACUUM (ANALYZE)")
    return {item.name: str(item.pk) for item in List.objects.filter(name__in=("static", "active"))}


def _print_table(numbers: dict[str, str], options: argparse.Namespace) -> bool:
    from django.contrib.auth.models import User
    from django.test import Client
    from django.utils import timezone

    from crmbridge.lists import counting
    from crmbridge.lists.filters import catalogue
    from crmbridge.lists.filters.compile import records
    from crmbridge.lists.filters.definition import dump, load
    from crmbridge.lists.models import List

    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(username="bench"))
    print(
        f"{options.contacts:,} contacts\n{'':36}{'members':>9}{'about':>9}{'about':>10}{'count':>10}{'page':>10}",
        flush=True,
    )
    is_met = True
    for title, groups in LISTS.items():
        if options.only not in title:
            continue
        definition = load({"groups": [[_numbered(item, numbers) for item in group] for group in groups]})

        def query(definition: Any = definition) -> Any:
            return records(definition, kind="contact", catalogue=catalogue.read(), today=timezone.localdate())

        if options.explain:
            with counting.limited(60):
                print(query().order_by().values("pk").explain(analyze=True))
        kept = List.objects.create(name="measured", type="active", filters=dump(definition))
        guessed, guess = _median(lambda: counting.estimate(query()), options.rounds)
        counted, count = _median(lambda: counting.exact(query(), seconds=60), options.rounds)
        url = f"/lists/list/{kept.pk}/change/"
        # The page asks for the count once it is there; the next visits know it.
        _get(client, f"/lists/list/{kept.pk}/count/")
        page = _median(lambda url=url: _get(client, url), options.rounds)[0]  # type: ignore[misc]
        kept.delete()
        met = guessed <= ESTIMATE_MS and counted <= COUNT_MS and page <= PAGE_MS
        is_met &= met
        print(
            f"{title:36}{count:>9,}{guess:>9,}{guessed:>7.0f} ms{counted:>7.0f} ms{page:>7.0f} ms"
            f"{'' if met else '  too much'}",
            flush=True,
        )
    return is_met


def _numbered(item: dict[str, Any], numbers: dict[str, str]) -> dict[str, Any]:
    return (
        {**item, "values": [numbers.get(value, value) for value in item["values"]]}
        if item["about"] == "list"
        else item
    )


def _median(do: Callable[[], Any], rounds: int) -> tuple[float, Any]:
    """The middle one of several times, in milliseconds, and what was done; the first time is not measured."""
    result, times = do(), []
    for _round in range(rounds):
        started = time.perf_counter()
        do()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times), result


def _get(client: Any, url: str) -> None:
    response = client.get(url)
    if response.status_code != 200:
        raise SystemExit(f"{url} answered {response.status_code}")


if __name__ == "__main__":
    main()
