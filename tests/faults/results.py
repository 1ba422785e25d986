"""What an import leaves behind, in a form that does not differ from one import to the next."""

from dataclasses import dataclass
from typing import Any

from companies.models import Company
from contacts.models import Contact
from crmbridge.lists.models import List, ListMember
from crmbridge.properties.models import PropertyChange
from integrations.models import ImportRun, PhaseKind, Problem, SalesforceRecord
from tests.integrations.services.connected import rows, sums

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Result:
    """Everything that an import writes, without the numbers and times that nobody chose."""

    state: str
    sums: dict[str, int]
    steps: Rows
    contacts: Rows
    companies: Rows
    mirror: Rows
    problems: Rows
    members: Rows
    changes: Rows


def result(run: ImportRun) -> Result:
    """The result of an import that began with nothing here."""
    return Result(
        state=run.state,
        sums=sums(run),
        steps=_steps(run),
        contacts=rows(Contact),
        companies=rows(Company),
        mirror=_mirror(),
        problems=_problems(run),
        members=sorted(ListMember.objects.values_list("list__name", *_MEMBER), key=repr),
        changes=_changes(run),
    )


def forget(run: ImportRun) -> None:
    """Removes the import and everything that it brought."""
    for model in (SalesforceRecord, Problem, List, Contact, Company, PropertyChange):
        model.objects.all().delete()
    run.delete()


_PERSON = ("email", "first_name", "last_name")
_MEMBER = tuple(f"contact__{name}" for name in _PERSON)
_STEP = ("sobject", "state", "read", "created", "updated", "unchanged", "skipped", "failed", "skip_reasons")
_RECORD = ("salesforce_id", "sobject", "link_state", "related_id", "merged_into", "fields")
_PROBLEM = ("salesforce_id", "code", "field", "property", "other_id", "raw_value", "resolved_at")


def _steps(run: ImportRun) -> Rows:
    """The sums of each step; that a semi-join was gone round adds a step and changes nothing else."""
    return list(run.phases.exclude(kind=PhaseKind.KEYS).order_by("order").values_list("kind", *_STEP))


def _mirror() -> Rows:
    people = {pk: tuple(who) for pk, *who in Contact.objects.values_list("pk", *_PERSON)}
    firms = dict(Company.objects.values_list("pk", "name"))
    records = SalesforceRecord.objects.order_by("salesforce_id").values_list(
        "contact_id", "company_id", *_RECORD
    )
    return [(people.get(contact), firms.get(company), *rest) for contact, company, *rest in records]


def _problems(run: ImportRun) -> Rows:
    met = Problem.objects.filter(occurrences__run=run).order_by("salesforce_id", "code", "field")
    return list(met.values_list(*_PROBLEM))


def _changes(run: ImportRun) -> Rows:
    """What the import wrote into the history; a link is told without the number of the record."""
    changes = PropertyChange.objects.filter(source_id=run.pk).values_list("kind", "property", "old", "new")
    return sorted(
        (
            (kind, name, *values) if not name.endswith("_id") else (kind, name)
            for kind, name, *values in changes
        ),
        key=repr,
    )
