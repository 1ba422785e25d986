"""2,000 random lists over random records, blanks and histories included: the query and plain Python agree."""

import json
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from companies.models import Company
from contacts.models import Contact
from crmbridge.lists.filters import catalogue, compile, operators
from crmbridge.lists.filters.catalogue import KnownImport
from crmbridge.lists.filters.definition import Definition, Filter, dump, load
from crmbridge.lists.filters.sentence import sentence
from crmbridge.lists.models import List, ListMember
from crmbridge.properties.history import change_source
from crmbridge.properties.models import ChangeSource, Property, PropertyChange
from crmbridge.properties.types import PropertyType
from tests.crmbridge.lists.oracle import Person, World, matches

TODAY = date(2026, 11, 24)
CASES = 2_000
WORDS = [
    "Energy",
    "energy",
    "Banking",
    "日本",
    "Ärger",
    "ärger",
    "50%",
    "a_b",
    "a\\b",
    "x' OR 1=1",
    '"q"',
    "en",
    "e",
]
NUMBERS = ["0", "1", "1.50", "-3", "1000000", "0.1"]
DAYS = [(TODAY + timedelta(days=days)).isoformat() for days in (-400, -31, -30, -1, 0, 1, 7, 8, 90)]
# Columns and keys of the bag of each type that a filter may ask for.
CONTACT = {
    "country": "text",
    "industry": "choice",
    "annual_revenue": "number",
    "birthdate": "date",
    "email_opt_out": "yes_no",
}
COMPANY = {"country": "text", "industry": "choice", "annual_revenue": "number"}
CUSTOM = {f"c_{kind}": kind for kind in PropertyType.values}
IMPORTS = [4, 5, 6]


def chance(randomly: random.Random, type: str) -> Any:
    """A value of a type as Python has it, or none."""
    if randomly.random() < 0.3:
        return None
    if type == "number":
        return Decimal(randomly.choice(NUMBERS))
    if type == "date":
        return date.fromisoformat(randomly.choice(DAYS))
    if type == "datetime":
        day = datetime.fromisoformat(randomly.choice(DAYS)).replace(tzinfo=UTC)
        return day + randomly.choice(
            [timedelta(0), timedelta(seconds=-1), timedelta(hours=23, minutes=59, microseconds=5)]
        )
    if type == "yes_no":
        return randomly.random() < 0.5
    if type == "multiple_choice":
        return randomly.sample(WORDS, randomly.randint(1, 3))
    return randomly.choice(WORDS)


def in_bag(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def record(model: Any, standard: dict[str, str], randomly: random.Random, **more: Any) -> tuple[Any, Person]:
    """A record with two states, the first of which is history now."""
    states = []
    for _number in range(2):
        columns = {name: chance(randomly, type) for name, type in standard.items()}
        bag = {name: chance(randomly, type) for name, type in CUSTOM.items()}
        states.append((columns, bag))
    (old_columns, old_bag), (columns, bag) = states
    item = model.objects.create(**old_columns, properties=_stored(old_bag), **more)
    written_by = randomly.choice([None, *IMPORTS])
    with change_source(ChangeSource.IMPORT, source_id=written_by):
        model.objects.filter(pk=item.pk).update(**columns, properties=_stored(bag))
    once = {name: [value] for name, value in (old_columns | old_bag).items()}
    changed = PropertyChange.objects.filter(kind=model.KIND, record_id=item.pk).exists()
    return item, Person(
        id=item.pk,
        values=columns | bag,
        once=once,
        created_by=item.created_by_import,
        written_by={written_by} if written_by and changed else set(),
    )


def _stored(bag: dict[str, Any]) -> dict[str, Any]:
    return {name: in_bag(value) for name, value in bag.items() if value is not None}


class Sides:
    """The same records in the database and in Python."""

    def __init__(self, randomly: random.Random) -> None:
        self.randomly = randomly
        for name, type in CUSTOM.items():
            for kind in ("contact", "company"):
                Property.objects.create(kind=kind, name=name, label=name, type=type)
        self.companies = [
            record(Company, COMPANY, randomly, created_by_import=randomly.choice([None, *IMPORTS]))
            for _n in range(12)
        ]
        self.contacts = [self._contact() for _n in range(40)]
        self.lists: dict[int, tuple[str, Definition | None]] = {}
        for kind in ("contact", "company"):
            for source in (
                ("", "salesforce-campaign:701A", "salesforce-campaign:701B") if kind == "contact" else ("",)
            ):
                self._static(kind, source)
        self.world = World(types=self._types(), lists=self.lists, today=TODAY)
        for kind in ("contact", "company", "contact"):
            self._active(kind)

    def _contact(self) -> tuple[Any, Person]:
        at = self.randomly.choice([None, *self.companies])
        item, person = record(
            Contact,
            CONTACT,
            self.randomly,
            company=at[0] if at else None,
            created_by_import=self.randomly.choice([None, *IMPORTS]),
        )
        if at:
            person.company = at[1]
            at[1].contacts.append(person)
        return item, person

    def _types(self) -> dict[tuple[str, str], str]:
        contact = {("contact", name): type for name, type in (CONTACT | CUSTOM).items()}
        return contact | {("company", name): type for name, type in (COMPANY | CUSTOM).items()}

    def _static(self, kind: str, source: str) -> None:
        made = List.objects.create(name=f"static {kind} {source}", kind=kind, source=source)
        self.lists[made.pk] = (kind, None)
        for item, person in self.contacts if kind == "contact" else self.companies:
            if self.randomly.random() < 0.4:
                ListMember.objects.create(list=made, **{kind: item})
                person.static.add(made.pk)
                if source:
                    person.campaigns.add(source.partition(":")[2])

    def _active(self, kind: str) -> None:
        """Lists that lists name: each may name those before it."""
        definition = self.definition(kind)
        made = List.objects.create(name="active", kind=kind, type="active", filters=dump(definition))
        self.lists[made.pk] = (kind, definition)

    def definition(self, kind: str) -> Definition:
        """Random groups of filters."""
        groups = self.randomly.choice([1, 1, 2, 3])
        return Definition(
            tuple(
                tuple(self.filter(kind) for _n in range(self.randomly.choice([1, 1, 2, 3])))
                for _g in range(groups)
            )
        )

    def filter(self, kind: str) -> Filter:
        chosen = self.randomly
        about = chosen.choices(["contact", "company", "list", "campaign", "import"], [5, 5, 1, 0.5, 0.5])[0]
        if about == "list":
            numbers = chosen.sample(sorted(self.lists), chosen.choice([1, 1, 2]))
            return Filter("list", "", chosen.choice(["member", "not_member"]), tuple(map(str, numbers)))
        if about == "import" or (about == "campaign" and kind == "company"):
            return Filter(
                "import", "", chosen.choice(["created_by", "changed_by"]), (str(chosen.choice(IMPORTS)),)
            )
        if about == "campaign":
            return Filter(
                "campaign",
                "",
                chosen.choice(["in_campaign", "not_in_campaign"]),
                (chosen.choice(["701A", "701B"]),),
            )
        name, type = chosen.choice([(n, t) for (a, n), t in self.world.types.items() if a == about])
        operator = chosen.choice(operators.BY_TYPE[type])
        values = self.values(operator.takes, type)
        return Filter(
            about, name, operator.name, values, with_blank=not operator.names_blank and chosen.random() < 0.4
        )

    def values(self, takes: str, type: str) -> tuple[str, ...]:
        several = self.randomly.choice([1, 1, 2, 3])
        pools = {
            "texts": (WORDS, several),
            "options": (WORDS, several),
            "numbers": (NUMBERS, several),
            "days": (DAYS, several),
        }
        pools |= {
            "number": (NUMBERS, 1),
            "two numbers": (NUMBERS, 2),
            "day": (DAYS, 1),
            "two days": (DAYS, 2),
        }
        pools |= {
            "span": (["0", "1", "30", "31", "400"], 1),
            "yes or no": (["yes", "no"], 1),
            "nothing": (["-"], 0),
        }
        pool, count = pools[takes]
        values = self.randomly.sample(pool, count)
        key = Decimal if takes == "two numbers" else None
        return tuple(sorted(values, key=key) if takes.startswith("two") else values)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(8))
def test_queries_and_plain_python_find_the_same_records(seed: int, settings: Any) -> None:
    # Days begin where the installation is.
    settings.TIME_ZONE = ("UTC", "Asia/Tokyo", "America/Sao_Paulo", "Pacific/Auckland")[seed % 4]
    sides = Sides(random.Random(seed))
    known = replace(
        catalogue.read(), find_imports=lambda numbers: {number: KnownImport("x") for number in IMPORTS}
    )
    found_some = 0
    for number in range(CASES // 8):
        kind = "contact" if number % 3 else "company"
        definition = sides.definition(kind)
        told = json.dumps(dump(definition), ensure_ascii=False)
        assert load(json.loads(told)) == definition
        query = compile.records(definition, kind=kind, catalogue=known, today=TODAY)
        people = [person for _item, person in (sides.contacts if kind == "contact" else sides.companies)]
        expected = {person.id for person in people if matches(definition, kind, person, sides.world)}
        ids = list(query.values_list("pk", flat=True))
        assert set(ids) == expected, f"seed {seed}, case {number}: {told}\n{query.query}"
        assert len(ids) == len(set(ids)), f"somebody twice: {told}"
        assert "…" not in sentence(definition, kind=kind, catalogue=known), told
        found_some += 0 < len(expected) < len(people)
    # Lists of everybody or nobody would prove little.
    assert found_some > CASES / 8 / 2
