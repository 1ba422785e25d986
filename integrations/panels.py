"""What the integration adds to the pages of contacts and companies, to their search and to the bell."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from crmbridge import bell, search
from crmbridge.lists.filters import catalogue
from crmbridge.panels import Panel, register
from crmbridge.properties import explain, uses
from crmbridge.properties.models import Property, RecordKind
from integrations import property_uses
from integrations.field_values import links_to, shown
from integrations.models import (
    FieldMapping,
    ImportRun,
    LinkState,
    Problem,
    RunKind,
    RunState,
    SalesforceObject,
    SalesforceRecord,
)
from integrations.salesforce.describe import Field, importable_fields, parse_describe
from integrations.salesforce.ids import to_18
from integrations.services import connect, undo, why

_IMPORTS_OFFERED = 100


@dataclass(frozen=True)
class FieldRow:
    """One Salesforce field of a record: what it is called there, what it holds, what it feeds here."""

    label: str
    name: str
    type: str
    value: Any
    property: str


def field_rows(record: SalesforceRecord) -> list[FieldRow]:
    """Every field of a record as its describe lists them, blank or not, then those it no longer names."""
    described = {field.name: field for field in _described(record)}
    names = [*described, *(name for name in record.fields if name not in described)]
    mapped = _mapped(record)
    references = (record.fields.get(name) for name, field in described.items() if field.type == "reference")
    links = links_to((value for value in references if value), connection_id=record.connection_id)
    return [_row(record, name, described.get(name), mapped.get(name, ""), links) for name in names]


def _row(
    record: SalesforceRecord, name: str, field: Field | None, property_label: str, links: dict[str, Any]
) -> FieldRow:
    label, kind = (field.label, field.type) if field else (name, "")
    value = shown(record.fields.get(name), type=kind, links=links)
    return FieldRow(label=label, name=name, type=kind, value=value, property=property_label)


def _described(record: SalesforceRecord) -> Iterable[Field]:
    cached = SalesforceObject.objects.filter(connection=record.connection_id, name=record.sobject).first()
    return importable_fields(parse_describe(cached.describe)) if cached else ()


def _mapped(record: SalesforceRecord) -> dict[str, str]:
    """The label of the property that each field of the record feeds."""
    column = f"{record.sobject.lower()}_field"
    mappings = FieldMapping.objects.filter(connection=record.connection_id).exclude(**{column: ""})
    return {
        getattr(item, column): item.property.display_label for item in mappings.select_related("property")
    }


def _linked(**link: int) -> list[SalesforceRecord]:
    """The Salesforce records that a record here stands for; served by the partial unique indexes."""
    return list(SalesforceRecord.objects.filter(link_state=LinkState.LINKED, **link).order_by("sobject"))


def _salesforce(request: HttpRequest, contact: Any) -> dict[str, Any] | None:
    connection = connect.current()
    records = _linked(contact_id=contact.pk)
    if connection is None or not records:
        return None
    return {
        "records": [(record, connection.record_url(record.salesforce_id)) for record in records],
        "would_write": _would_write(contact, records),
    }


def _would_write(record: Any, linked: Iterable[SalesforceRecord]) -> list[dict[str, Any]]:
    """What would go to Salesforce, in the reader's words."""
    found = why.would_write(record, sobjects=[item.sobject for item in linked])
    if not found:
        return []
    labels = {item.name: item.display_label for item in Property.objects.filter(kind=record.KIND)}
    return [
        {
            "label": labels.get(value.item.property, value.item.property),
            "field": f"{sobject}.{value.item.field}",
            "here": value.here,
            "there": value.raw,
        }
        for sobject, value in found
    ]


def _account_fields(request: HttpRequest, company: Any) -> dict[str, Any] | None:
    connection = connect.current()
    records = _linked(company_id=company.pk)
    if connection is None or not records:
        return None
    account = records[0]
    url = connection.record_url(account.salesforce_id)
    return {
        "account": account,
        "url": url,
        "rows": field_rows(account),
        "would_write": _would_write(company, records),
    }


def _by_salesforce_id(column: str) -> search.Finder:
    def find(term: str) -> Iterable[int]:
        try:
            salesforce_id = to_18(term)
        except ValueError:
            return ()
        connection = connect.current()
        records = SalesforceRecord.objects.filter(connection=connection, salesforce_id=salesforce_id)
        return records.filter(**{f"{column}__isnull": False}).values_list(column, flat=True)

    return find


def _by_salesforce_ids(column: str) -> search.ManyFinder:
    def find(terms: list[str]) -> dict[str, int]:
        ids: dict[str, list[str]] = {}
        for term in terms:
            with suppress(ValueError):
                ids.setdefault(to_18(term), []).append(term)
        records = SalesforceRecord.objects.filter(connection=connect.current(), salesforce_id__in=list(ids))
        found = records.filter(**{f"{column}__isnull": False}).values_list("salesforce_id", column)
        return {term: number for salesforce_id, number in found for term in ids[salesforce_id]}

    return find


def _known_imports(numbers: Iterable[int] | None) -> dict[int, catalogue.KnownImport]:
    """The imports that filters of lists name: the last hundred, or these."""
    runs = ImportRun.objects.select_related("file", "undone_by")
    if numbers is None:
        shown = runs.filter(kind__in=(RunKind.SALESFORCE, RunKind.FILE), is_dry=False)
        runs = shown.order_by("-pk")[:_IMPORTS_OFFERED]
    else:
        runs = runs.filter(pk__in=list(numbers))
    return {run.pk: _known_import(run) for run in runs}


def _known_import(run: ImportRun) -> catalogue.KnownImport:
    told = _("Import %(number)s, %(day)s: %(what)s")
    name = told % {"number": run.pk, "day": date_format(run.created_at), "what": run.records}
    is_undone = hasattr(run, "undone_by") and run.undone_by.state == RunState.FINISHED
    since, until = undo.span(run)
    return catalogue.KnownImport(
        name=_("%(import)s (undone)") % {"import": name} if is_undone else name,
        since=since,
        until=until if run.finished_at else None,
    )


def count_open_problems() -> int:
    """How many problems wait for somebody; stops counting where the bell does."""
    waiting = Problem.objects.open()
    return waiting.order_by()[: bell.MOST + 1].count()


catalogue.register_imports(_known_imports)
explain.register("salesforce", why.explain)
uses.register("mappings", property_uses.of, veto=property_uses.against_type)
register(
    RecordKind.CONTACT, Panel("salesforce", _("Salesforce"), "integrations/contact_panel.html", _salesforce)
)
register(
    RecordKind.COMPANY,
    Panel("fields", _("All account fields"), "integrations/account_fields.html", _account_fields),
)
search.register(RecordKind.CONTACT, "salesforce id", _by_salesforce_id("contact_id"))
search.register(RecordKind.COMPANY, "salesforce id", _by_salesforce_id("company_id"))
search.register_many(RecordKind.CONTACT, "salesforce id", _by_salesforce_ids("contact_id"))
search.register_many(RecordKind.COMPANY, "salesforce id", _by_salesforce_ids("company_id"))
bell.register(
    bell.Bell(
        count=count_open_problems,
        url_name="admin:integrations_problem_changelist",
        permission="integrations.view_problem",
    )
)
