"""Generated contacts."""

from collections.abc import Iterator
from dataclasses import dataclass

from integrations.sandbox.generate.accounts import Employer
from integrations.sandbox.generate.nasty import overlay
from integrations.sandbox.generate.places import address
from integrations.sandbox.generate.regions import Name, Region
from integrations.sandbox.generate.world import DAY, YEARS_BACK, Record, World, fate, is_gone, record_id
from integrations.sandbox.schema import SObject

PREFIX = "003"
TITLES = ("CEO", "CFO", "Sales Manager", "Buyer", "Software Engineer", "VP of Operations", "Office Manager",
          "Head of Marketing", "Consultant", "部長", "Geschäftsführerin", "Directeur commercial")  # fmt: skip
DEPARTMENTS = ("Sales", "Finance", "Engineering", "Operations", "Marketing", "人事部", "Einkauf")
NO_EMAIL_EVERY, NO_EMAIL_AT = 20, 7
SAME_EMAIL_EVERY, SAME_EMAIL_AT = 50, 21
OTHER_CASE_EVERY = 100
NO_ACCOUNT_EVERY, NO_ACCOUNT_AT = 33, 5
OPTED_OUT = 0.07


@dataclass(frozen=True, slots=True)
class Person:
    """A living contact, as leads and campaign members refer to it."""

    id: str
    account_id: str | None
    email: str | None
    region: Region
    first: Name
    last: Name


def contacts(
    world: World, sobject: SObject, *, count: int, employers: list[Employer], people: list[Person]
) -> Iterator[Record]:
    """The records of Contact; the living ones are added to `people`."""
    for index in range(count):
        employed = employers and index % NO_ACCOUNT_EVERY != NO_ACCOUNT_AT
        employer = world.pick(employers) if employed else None
        region = employer.region if employer else world.region()
        first, last = world.pick(region.first), world.pick(region.last)
        email = _email(world, index, first, last, employer, people)
        account_id = employer.id if employer else None
        person = Person(record_id(index, prefix=PREFIX), account_id, email, region, first, last)
        if not is_gone(index):
            people.append(person)
        yield overlay(_contact(world, sobject, index, person), index, address="Mailing")


def _email(
    world: World, index: int, first: Name, last: Name, employer: Employer | None, people: list[Person]
) -> str | None:
    if index % NO_EMAIL_EVERY == NO_EMAIL_AT:
        return None
    if index % SAME_EMAIL_EVERY == SAME_EMAIL_AT and people:
        taken = world.pick(people).email
        if taken is not None:
            return taken.upper() if index % OTHER_CASE_EVERY == SAME_EMAIL_AT else taken
    domain = employer.domain if employer else "mail.example"
    return f"{first.slug}.{last.slug}{index + 1}@{domain}"[:80]


def _contact(world: World, sobject: SObject, index: int, person: Person) -> Record:
    fields, region = sobject.fields, person.region
    return {
        "Id": person.id,
        **fate(index, prefix=PREFIX),
        "AccountId": person.account_id,
        "LastName": person.last.written,
        "FirstName": person.first.written,
        "Salutation": world.maybe(0.4, world.pick(fields["Salutation"].values)),
        **address(world, region, prefix="Mailing"),
        "Phone": world.maybe(0.8, world.digits(region.phone)),
        "MobilePhone": world.maybe(0.4, world.digits(region.phone)),
        "Fax": world.maybe(0.05, world.digits(region.phone)),
        "ReportsToId": None,
        "Email": person.email,
        "Title": world.maybe(0.8, world.pick(TITLES)),
        "Department": world.maybe(0.5, world.pick(DEPARTMENTS)),
        "LeadSource": world.maybe(0.6, world.pick(fields["LeadSource"].values)),
        "Birthdate": world.maybe(0.3, world.day(7_000 + world.random() * 20_000)),
        "Description": world.maybe(0.1, f"Met {person.first.written} at the fair."),
        **world.audit(),
        "LastActivityDate": world.maybe(0.3, world.day(world.random() * 400)),
        "HasOptedOutOfEmail": int(world.random() < OPTED_OUT),
        "HasOptedOutOfFax": 0,
        "DoNotCall": int(world.random() < 0.03),
        "Preferred_Language__c": region.language,
        "Interests__c": world.maybe(0.3, world.several(fields["Interests__c"].values, number=3)),
        "Loyalty_Points__c": world.maybe(0.5, round(world.random() * 20_000, 2)),
        "Newsletter__c": int(world.random() < 0.4),
        "Last_Visit__c": world.maybe(0.4, world.moment(world.random() * YEARS_BACK * 365 * DAY)),
        "External_Id__c": f"C-{index + 1:07}",
    }
