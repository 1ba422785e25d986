"""A believable org of any size from a seed."""

from collections.abc import Iterable, Iterator
from itertools import chain

from integrations.sandbox.generate.accounts import Employer, accounts
from integrations.sandbox.generate.campaigns import all_members, campaigns
from integrations.sandbox.generate.contacts import Person, contacts
from integrations.sandbox.generate.leads import leads
from integrations.sandbox.generate.world import Record, World
from integrations.sandbox.schema import Schema
from integrations.sandbox.store import Store

__all__ = ["generate", "store_records"]


def generate(store: Store, schema: Schema, *, sizes: dict[str, int], seed: int) -> None:
    """Fills the store. `sizes` counts all records of an object, deleted and merged ones included."""
    world, objects = World(seed=seed), schema.objects
    employers: list[Employer] = []
    people: list[Person] = []
    open_leads: list[Person] = []
    made = {
        "Account": accounts(world, objects["Account"], count=sizes["Account"], employers=employers),
        "Contact": contacts(
            world, objects["Contact"], count=sizes["Contact"], employers=employers, people=people
        ),
        "Lead": leads(world, objects["Lead"], count=sizes["Lead"], people=people, open_leads=open_leads),
    }
    for name, records in made.items():
        store_records(store, name, records)
    members = all_members(world, campaigns=sizes["Campaign"], people=people, open_leads=open_leads)
    store_records(store, "CampaignMember", chain.from_iterable(members.values()))
    store_records(store, "Campaign", campaigns(world, count=sizes["Campaign"], members=members))


def store_records(store: Store, name: str, records: Iterable[Record]) -> None:
    """Adds records that all have the same fields in the same order."""
    rest = iter(records)
    first = next(rest, None)
    if first is not None:
        store.fill(name, list(first), _rows(first, rest))


def _rows(first: Record, rest: Iterator[Record]) -> Iterator[tuple[str | int | float | None, ...]]:
    yield tuple(first.values())
    for record in rest:
        yield tuple(record.values())
