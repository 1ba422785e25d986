"""A database full of records as imports leave it, made by the server itself: a million contacts in minutes."""

from pathlib import Path

from django.contrib.auth.models import User
from django.db import connection

from integrations.models import SalesforceConnection, SalesforceObject, SyncSettings
from integrations.sandbox.schema.describe import describe_sobject
from integrations.sandbox.schema.model import Schema
from integrations.sandbox.schema.read import read_objects
from integrations.services.mappings import create_defaults

CONTACTS_A_COMPANY = 8
PARTS = Path(__file__).with_name("pages_data.sql").read_text(encoding="utf-8").split("\n\n")


def fill(*, contacts: int) -> None:
    """Makes the contacts, an eighth as many companies, their Salesforce records, and a history."""
    with connection.cursor() as cursor:
        for part in PARTS:
            numbers = {"contacts": contacts, "companies": max(contacts // CONTACTS_A_COMPANY, 1)}
            cursor.execute(part, {name: number for name, number in numbers.items() if f"%({name})s" in part})
        # So that the measurement finds a database that has come to rest.
        cursor.execute("VACUUM ANALYZE")
    _connect()
    User.objects.create_superuser("bench")


def _connect() -> None:
    """What the first import of an org leaves beside its records: settings, describes, mappings."""
    org = SalesforceConnection.objects.get()
    SyncSettings.objects.create(connection=org, account_sync=True)
    schema = Schema(read_objects())
    for sobject in read_objects():
        raw = describe_sobject(schema, sobject, base="https://bench.my.salesforce.com")
        SalesforceObject.objects.create(connection=org, name=sobject.name, describe=raw)
    names = {item.name: list(item.fields) for item in read_objects()}
    create_defaults(connection=org, readable={name: names[name] for name in ("Lead", "Contact", "Account")})


def is_filled(*, contacts: int) -> bool:
    """Whether the database holds what `fill` makes of this size."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) = %s FROM contacts_contact", [contacts])
        (filled,) = cursor.fetchone() or (False,)
    return bool(filled) and User.objects.filter(username="bench").exists()
