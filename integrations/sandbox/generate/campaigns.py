"""Generated campaigns and their members, of both kinds."""

from collections.abc import Iterator

from integrations.sandbox.generate.contacts import Person
from integrations.sandbox.generate.world import Record, World, record_id

NAMES = ("Spring Webinar", "Product Launch", "Trade Fair Tokyo", "Customer Day Köln", "Newsletter Sign-ups",
         "Partner Roadshow", "夏の展示会", "Référence clients")  # fmt: skip
SHARE_OF_PEOPLE = 0.2
LEAST_MEMBERS = 20
MOST_MEMBERS = 5_000
RESPONDED = 0.3
DELETED_EVERY, DELETED_AT = 100, 57


def campaigns(world: World, *, count: int, members: dict[str, list[Record]]) -> Iterator[Record]:
    """The records of Campaign, with the counts of their members."""
    for index in range(count):
        campaign_id, start = record_id(index, prefix="701"), 30 + world.random() * 900
        mine = [member for member in members[campaign_id] if not member["IsDeleted"]]
        round_number = index // len(NAMES)
        name = NAMES[index % len(NAMES)] + (f" {round_number + 1}" if round_number else "")
        yield {
            "Id": campaign_id,
            "IsDeleted": 0,
            "Name": name,
            "Type": world.pick(("Webinar", "Conference", "Trade Show", "Email")),
            "Status": world.pick(("Planned", "In Progress", "Completed")),
            "StartDate": world.day(start),
            "EndDate": world.day(start - 14),
            "BudgetedCost": float(int(world.random() * 50_000)),
            "IsActive": int(world.random() < 0.7),
            "NumberOfLeads": sum(member["LeadId"] is not None for member in mine),
            "NumberOfContacts": sum(member["ContactId"] is not None for member in mine),
            "NumberOfConvertedLeads": 0,
            "NumberOfResponses": sum(bool(member["HasResponded"]) for member in mine),
            **world.audit(),
        }


def all_members(
    world: World, *, campaigns: int, people: list[Person], open_leads: list[Person]
) -> dict[str, list[Record]]:
    """The members of every campaign by its id: a share of the contacts and of the open leads."""
    number, members = 0, {}
    for index in range(campaigns):
        campaign_id = record_id(index, prefix="701")
        mine = [("ContactId", person) for person in _sample(world, people)]
        mine += [("LeadId", person) for person in _sample(world, open_leads)]
        members[campaign_id] = [
            _member(world, place, campaign_id, kind, person)
            for place, (kind, person) in enumerate(mine, start=number)
        ]
        number += len(mine)
    return members


def _sample(world: World, people: list[Person]) -> list[Person]:
    wanted = min(max(int(len(people) * SHARE_OF_PEOPLE), LEAST_MEMBERS), MOST_MEMBERS)
    return world.rng.sample(people, min(len(people), wanted))


def _member(world: World, number: int, campaign_id: str, kind: str, person: Person) -> Record:
    responded = world.random() < RESPONDED
    audit = world.audit()
    del audit["OwnerId"]
    return {
        "Id": record_id(number, prefix="00v"),
        "IsDeleted": int(number % DELETED_EVERY == DELETED_AT),
        "CampaignId": campaign_id,
        "ContactId": None,
        "LeadId": None,
        kind: person.id,
        "Status": "Responded" if responded else "Sent",
        "HasResponded": int(responded),
        "FirstRespondedDate": world.day(world.random() * 300) if responded else None,
        "FirstName": person.first.written,
        "LastName": person.last.written,
        "Email": person.email,
        "Country": person.region.country,
        **audit,
    }
