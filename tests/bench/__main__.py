"""python -m tests.bench [--contacts N] [--full]: what `make bench` runs."""

import argparse
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import django

# An eighth as many companies as people, as in the demo data.
PEOPLE_PER_ACCOUNT = 8
FULL = (10_000, 100_000, 1_000_000)


def main() -> None:
    """Prints one table for each size."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--contacts", type=int, default=100_000, help="contacts in the org")
    parser.add_argument("--full", action="store_true", help="10,000, 100,000 and 1,000,000 contacts")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
    django.setup()
    for contacts in FULL if options.full else (options.contacts,):
        _print_table(contacts=contacts, accounts=contacts // PEOPLE_PER_ACCOUNT)


def _print_table(*, contacts: int, accounts: int) -> None:
    from django.conf import settings
    from django.db import connection

    from tests.bench import org, table
    from tests.bench.measure import measure

    print(f"\n{contacts:,} contacts, {accounts:,} accounts", flush=True)
    connection.settings_dict["TEST"]["NAME"] = f"test_{connection.settings_dict['NAME']}_bench"
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with TemporaryDirectory() as folder, org.running(contacts=contacts, accounts=accounts) as running:
            settings.IMPORT_FOLDER = Path(folder)
            lines = measure(running, folder=Path(folder) / "results", contacts=contacts, accounts=accounts)
            for row in table.rows(lines):
                print(row, flush=True)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
