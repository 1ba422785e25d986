"""What the history costs: the same update with and without its trigger, and an undo of a large file import.

    python -m tests.bench.history

Makes a database of its own on the server of DATABASE_URL and removes it in the end.
"""

import os
import statistics
import sys
import time
from typing import Any

ROWS, ROUNDS, TOUCHED = 100_000, 5, 500


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
    import django

    django.setup()
    from django.test.utils import get_runner, setup_test_environment

    setup_test_environment()
    from django.conf import settings

    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        print(f"history trigger: {trigger():.1f} µs a changed row, {ROWS:,} rows, median of {ROUNDS}")
        seconds, kept = undo()
        print(f"undo: {ROWS:,} contacts created by a file import taken back in {seconds:.1f} s; {kept} kept")
        looked, filled, counted = backfill()
        print(f"back-fill: {ROWS:,} contacts previewed in {looked:.1f} s, filled in {filled:.1f} s")
        print(f"would write: counted over {ROWS:,} contacts and one mapping in {counted:.2f} s")
    finally:
        runner.teardown_databases(databases)


def trigger() -> float:
    """Microseconds that the trigger adds to each changed row."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO contacts_contact (email, last_name, city, properties)"
            " SELECT 'p' || n || '@example.com', 'Person ' || n, 'Oslo', '{}' FROM generate_series(1, %s) n",
            [ROWS],
        )
        cursor.execute("ANALYZE contacts_contact")
        with_it, without = [], []
        for number in range(ROUNDS):
            with_it.append(_update(cursor, f"with {number}"))
            cursor.execute("ALTER TABLE contacts_contact DISABLE TRIGGER USER")
            without.append(_update(cursor, f"without {number}"))
            cursor.execute("ALTER TABLE contacts_contact ENABLE TRIGGER USER")
        cursor.execute("TRUNCATE contacts_contact CASCADE")
    return (statistics.median(with_it) - statistics.median(without)) / ROWS * 1e6


def _update(cursor: Any, city: str) -> float:
    cursor.execute("VACUUM contacts_contact")
    started = time.perf_counter()
    cursor.execute("UPDATE contacts_contact SET city = %s", [city])
    return time.perf_counter() - started


def undo() -> tuple[float, int]:
    """Seconds that the undo of an import takes of which people touched some contacts since, and how many stay."""
    from django.db import connection
    from django.utils import timezone

    from contacts.models import Contact
    from crmbridge.properties.history import change_source
    from integrations.models import ImportFile, ImportPhase, ImportRun, RunKind, RunState
    from integrations.services import undo as service
    from integrations.services.slices import run_slice

    file = ImportFile.objects.create(name="people.csv", encoding="utf-8", columns=["email"])
    now = timezone.now()
    run = ImportRun.objects.create(
        kind=RunKind.FILE, file=file, state=RunState.FINISHED, started_at=now, finished_at=now
    )
    ImportPhase.objects.create(run=run, order=1, sobject="Contact", read=ROWS, created=ROWS)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO contacts_contact (email, last_name, city, properties, created_by_import)"
            " SELECT 'p' || n || '@example.com', 'Person ' || n, 'Oslo', '{}', %s FROM generate_series(1, %s) n",
            [run.pk, ROWS],
        )
        cursor.execute("ANALYZE contacts_contact")
    touched = list(Contact.objects.order_by("pk").values_list("pk", flat=True)[:: ROWS // TOUCHED])
    with change_source("user"):
        Contact.objects.filter(pk__in=touched).update(city="Kyoto")
    started = time.perf_counter()
    taken_back = service.start(run=run, detach=False)
    while run_slice(run_id=taken_back.pk):
        pass
    seconds = time.perf_counter() - started
    assert Contact.objects.count() == TOUCHED, Contact.objects.count()
    return seconds, Contact.objects.filter(city="Kyoto").count()


def backfill() -> tuple[float, float, float]:
    """Seconds of a preview, of the back-fill, and of counting what would be written afterwards."""
    from django.db import connection

    from contacts.models import Contact
    from crmbridge.properties.models import Property
    from integrations.models import FieldMapping, SalesforceConnection, SyncSettings
    from integrations.services import backfill as service
    from integrations.services import why
    from integrations.services.slices import run_slice

    Contact.objects.all().delete()
    org = SalesforceConnection.objects.create(org_id="00D000000000001EAA", flow="jwt")
    SyncSettings.objects.create(connection=org)
    mapping = FieldMapping.objects.create(
        connection=org,
        property=Property.objects.get(kind="contact", name="city"),
        contact_field="MailingCity",
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO contacts_contact (last_name, properties) SELECT 'P', '{}' FROM generate_series(1, %s)",
            [ROWS],
        )
        cursor.execute(
            "INSERT INTO integrations_salesforcerecord (connection_id, salesforce_id, sobject, system_modstamp,"
            " is_deleted, fields, shape, link_state, contact_id)"
            " SELECT %s, '003' || lpad(id::text, 15, '0'), 'Contact', now(), false,"
            " jsonb_build_object('MailingCity', 'City ' || id, 'LastName', 'P'), 0, 'linked', id FROM contacts_contact",
            [org.pk],
        )
        cursor.execute("ANALYZE contacts_contact, integrations_salesforcerecord")
    started = time.perf_counter()
    [side] = service.preview(mapping=mapping)
    looked = time.perf_counter()
    run = service.start(mapping=mapping, detach=False)
    while run_slice(run_id=run.pk):
        pass
    filled = time.perf_counter()
    assert side.filling.changes == ROWS == run.phases.get().updated
    why.count_would_write(connection=org, kind="contact")
    return looked - started, filled - looked, time.perf_counter() - filled


if __name__ == "__main__":
    sys.exit(main())
