"""Everything an import leaves behind, with keys that mean the same in both databases in place of numbers."""

from collections import Counter, defaultdict
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast

from companies.models import Company
from contacts.models import Contact
from crmbridge.lists.models import ListMember
from crmbridge.properties.models import PropertyChange
from integrations.models import ImportRun, Problem, ProblemOccurrence, SalesforceRecord

Rows = Counter[tuple[Any, ...]]
Snapshot = dict[str, Rows]
_SHOWN = 8
_NUMBERS_AND_TIMES = {"id", "created_at", "updated_at"}
_SUMS = ("read", "created", "updated", "unchanged", "skipped", "failed", "skip_reasons")


def take(run: ImportRun) -> Snapshot:
    """The rows of each kind after an import. Of the history, what this import wrote and how much there is."""
    contacts, companies = _keys(Contact, "contact_id", "email"), _keys(Company, "company_id", "name")
    return {
        "contacts": _records(Contact, contacts, {"company_id": companies}),
        "companies": _records(Company, companies, {"parent_id": companies}),
        "mirror": _mirror(contacts, companies),
        "open problems": _open_problems(contacts, companies),
        "problems met": _problems_met(run),
        "list members": _members(contacts),
        "sums": _sums(run),
        "history": _history(run, contacts, companies),
    }


def differences(found: Snapshot, expected: Snapshot) -> list[str]:
    """One line for each row that only one of the two has, some of each kind."""
    lines = []
    for kind in expected:
        lost, extra = expected[kind] - found[kind], found[kind] - expected[kind]
        if lost or extra:
            lines.append(f"{kind}: {lost.total()} rows missing, {extra.total()} rows too many")
            lines += [f"  - {row}" for row in sorted(lost, key=repr)[:_SHOWN]]
            lines += [f"  + {row}" for row in sorted(extra, key=repr)[:_SHOWN]]
    return lines


def _keys(model: type[Contact] | type[Company], link: str, fallback: str) -> dict[int | None, str]:
    """Each record's key: the Salesforce IDs that point to it, or its name where none does any more."""
    pointing: dict[int, list[str]] = defaultdict(list)
    for number, salesforce_id in SalesforceRecord.objects.values_list(link, "salesforce_id"):
        pointing[number].append(salesforce_id)
    named = model._default_manager.values_list("id", fallback)
    return {number: "+".join(sorted(pointing[number])) or f"({name})" for number, name in named}


def _records(
    model: type[Contact] | type[Company],
    keys: dict[int | None, str],
    links: dict[str, dict[int | None, str]],
) -> Rows:
    imports = {
        pk: place for place, pk in enumerate(ImportRun.objects.order_by("pk").values_list("pk", flat=True))
    }
    names = [
        field.attname for field in model._meta.concrete_fields if field.attname not in _NUMBERS_AND_TIMES
    ]
    readings: dict[str, dict[Any, Any]] = {**links, "created_by_import": imports}
    return Counter(
        (keys[number], *(_read(readings.get(name), value) for name, value in zip(names, values, strict=True)))
        for number, *values in model._default_manager.values_list("id", *names)
    )


def _read(reading: dict[Any, Any] | None, value: Any) -> Any:
    if isinstance(value, dict):
        return repr(sorted(value.items()))
    return value if reading is None or value is None else reading.get(value, "gone")


def _mirror(contacts: dict[int | None, str], companies: dict[int | None, str]) -> Rows:
    names = (
        "salesforce_id",
        "sobject",
        "system_modstamp",
        "is_deleted",
        "merged_into",
        "related_id",
        "shape",
    )
    rows = SalesforceRecord.objects.annotate(text=Cast("fields", TextField()))
    return Counter(
        (*values, contacts.get(contact), companies.get(company))
        for contact, company, *values in rows.values_list(
            "contact_id", "company_id", *names, "link_state", "text"
        )
    )


def _open_problems(contacts: dict[int | None, str], companies: dict[int | None, str]) -> Rows:
    names = ("salesforce_id", "code", "field", "property", "other_id", "raw_value", "level")
    rows = Problem.objects.filter(resolved_at=None)
    return Counter(
        (*values, contacts.get(contact), companies.get(company))
        for contact, company, *values in rows.values_list("contact_id", "company_id", *names)
    )


def _problems_met(run: ImportRun) -> Rows:
    met = ProblemOccurrence.objects.filter(run=run)
    return Counter(met.values_list("problem__salesforce_id", "problem__code", "problem__field"))


def _members(contacts: dict[int | None, str]) -> Rows:
    members = ListMember.objects.values_list("list__name", "contact_id")
    return Counter((name, contacts[contact]) for name, contact in members)


def _sums(run: ImportRun) -> Rows:
    phases = run.phases.values_list("kind", "sobject", "state", *_SUMS)
    return Counter((*values, repr(sorted(reasons.items()))) for *values, reasons in phases)


def _history(run: ImportRun, contacts: dict[int | None, str], companies: dict[int | None, str]) -> Rows:
    def value(name: str, text: str | None) -> str | None:
        return companies.get(int(text)) if text and name in ("company_id", "parent_id") else text

    keys = {"contact": contacts, "company": companies}
    names = ("kind", "record_id", "property", "old", "new")
    written = PropertyChange.objects.filter(source="import", source_id=run.pk).values_list(*names)
    rows: Rows = Counter(
        (keys[kind].get(number), name, value(name, old), value(name, new))
        for kind, number, name, old, new in written
    )
    rows["all rows of all time",] = PropertyChange.objects.count()
    return rows
