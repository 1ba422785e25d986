"""A believable org of any size from a seed."""

from collections.abc import Iterable, Iterator
from itertools import chain

from integrations.sandbox.generate.accounts import Employer, accounts
from integrations.sandbox.generate.campaigns import all_members, campaigns
from integrations.sandbox.generate.contacts import Person, contacts
from integrations.sandbox.generate.leads import leads
from integrations.sandbox.generate.world import Record, World
from integrations.sandbox.schema import Schema

__all__ = ["generate"]


def generate(schema: Schema, *, sizes: dict[str, int], seed: int) -> Iterator[tuple[str, Iterable[Record]]]:
    """Objects with their records, to be taken in this order: later ones refer to earlier ones.

    `sizes` counts all records of an object, deleted and merged ones included.
    """
    world, objects = World(seed=seed), schema.objects
    employers: list[Employer] = []
    people: list[Person] = []
    open_leads: list[Person] = []
    yield "Account", accounts(world, objects["Account"], count=sizes["Account"], employers=employers)
    yield (
        "Contact",
        contacts(world, objects["Contact"], count=sizes["Contact"], employers=employers, people=people),
    )
    yield "Lead", leads(world, objects["Lead"], count=sizes["Lead"], people=people, open_leads=open_leads)
    members = all_members(world, campaigns=sizes["Campaign"], people=people, open_leads=open_leads)
    yield "CampaignMember", chain.from_iterable(members.values())
    yield "Campaign", campaigns(world, count=sizes["Campaign"], members=members)
