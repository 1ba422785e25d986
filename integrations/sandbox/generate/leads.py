"""Generated leads."""

from collections.abc import Iterator

from integrations.sandbox.generate.accounts import WORDS
from integrations.sandbox.generate.contacts import NO_EMAIL_AT, NO_EMAIL_EVERY, OPTED_OUT, TITLES, Person
from integrations.sandbox.generate.nasty import overlay
from integrations.sandbox.generate.places import address
from integrations.sandbox.generate.regions import Name
from integrations.sandbox.generate.world import Record, World, fate, is_gone, record_id
from integrations.sandbox.schema import SObject

PREFIX = "00Q"
CONVERTED_EVERY, CONVERTED_AT = 25, (3, 17)
SHARED_EMAIL_EVERY, SHARED_EMAIL_AT = 20, 9
OPEN_STATES = ("Open - Not Contacted", "Working - Contacted", "Closed - Not Converted")


def leads(
    world: World, sobject: SObject, *, count: int, people: list[Person], open_leads: list[Person]
) -> Iterator[Record]:
    """The records of Lead; the living, unconverted ones are added to `open_leads`."""
    for index in range(count):
        contact = world.pick(people) if people and _refers_to_contact(index) else None
        region = contact.region if contact else world.region()
        first = contact.first if contact else world.pick(region.first)
        last = contact.last if contact else world.pick(region.last)
        email = contact.email if contact else _email(index, first, last)
        lead = Person(record_id(index, prefix=PREFIX), None, email, region, first, last)
        converted = contact if _is_converted(index) else None
        if not is_gone(index) and converted is None:
            open_leads.append(lead)
        record = _lead(world, sobject, index, lead) | _conversion(world, converted)
        yield overlay(record, index, address="")


def _is_converted(index: int) -> bool:
    return index % CONVERTED_EVERY in CONVERTED_AT


def _refers_to_contact(index: int) -> bool:
    return _is_converted(index) or index % SHARED_EMAIL_EVERY == SHARED_EMAIL_AT


def _email(index: int, first: Name, last: Name) -> str | None:
    if index % NO_EMAIL_EVERY == NO_EMAIL_AT:
        return None
    return f"{first.slug}.{last.slug}{index + 1}@lead.example"


def _conversion(world: World, contact: Person | None) -> Record:
    if contact is None:
        return {"IsConverted": 0, "Status": world.pick(OPEN_STATES)}
    return {
        "IsConverted": 1,
        "Status": "Closed - Converted",
        "ConvertedDate": world.day(1 + world.random() * 700),
        "ConvertedAccountId": contact.account_id,
        "ConvertedContactId": contact.id,
    }


def _lead(world: World, sobject: SObject, index: int, lead: Person) -> Record:
    fields, region = sobject.fields, lead.region
    company = world.pick(region.companies)
    return {
        "Id": lead.id,
        **fate(index, prefix=PREFIX),
        "LastName": lead.last.written,
        "FirstName": lead.first.written,
        "Salutation": world.maybe(0.3, world.pick(fields["Salutation"].values)),
        "Title": world.maybe(0.7, world.pick(TITLES)),
        "Company": company.format(last=lead.last.written, last2=lead.first.written, word=world.pick(WORDS)),
        **address(world, region, prefix=""),
        "Phone": world.maybe(0.7, world.digits(region.phone)),
        "MobilePhone": world.maybe(0.3, world.digits(region.phone)),
        "Email": lead.email,
        "Website": world.maybe(0.4, f"www.lead{index + 1}.example"),
        "Description": world.maybe(0.1, "Asked for a quote."),
        "LeadSource": world.maybe(0.8, world.pick(fields["LeadSource"].values)),
        "Industry": world.maybe(0.6, world.pick(fields["Industry"].values)),
        "Rating": world.maybe(0.4, world.pick(fields["Rating"].values)),
        "AnnualRevenue": world.maybe(0.4, float(int(10 ** (4 + world.random() * 5)))),
        "NumberOfEmployees": world.maybe(0.4, int(10 ** (world.random() * 4))),
        **world.audit(),
        "ConvertedDate": None,
        "ConvertedAccountId": None,
        "ConvertedContactId": None,
        "HasOptedOutOfEmail": int(world.random() < OPTED_OUT),
        "Score__c": world.maybe(0.6, float(int(world.random() * 100))),
        "Budget__c": world.maybe(0.3, round(world.random() * 500_000, 2)),
        "Demo_Date__c": world.maybe(0.2, world.day(200 - world.random() * 400)),
        "Interests__c": world.maybe(0.3, world.several(fields["Interests__c"].values, number=2)),
        "External_Id__c": f"L-{index + 1:07}",
    }
