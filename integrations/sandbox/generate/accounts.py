"""Generated accounts."""

from collections.abc import Iterator
from dataclasses import dataclass

from integrations.sandbox.generate.nasty import overlay
from integrations.sandbox.generate.places import address
from integrations.sandbox.generate.regions import Region, slug
from integrations.sandbox.generate.world import Record, World, fate, is_gone, record_id
from integrations.sandbox.schema import SObject

PREFIX = "001"
WORDS = ("Nordic", "Blue River", "Summit", "Atlas", "Evergreen", "Pioneer", "Harbor", "Quantum", "Vertex")
WITH_CONTACTS = 0.8
CHILD_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Employer:
    """What a contact needs to know of its account."""

    id: str
    region: Region
    domain: str


def accounts(world: World, sobject: SObject, *, count: int, employers: list[Employer]) -> Iterator[Record]:
    """The records of Account; the living ones that get contacts are added to `employers`."""
    for index in range(count):
        region = world.region()
        name, short = _names(world, region)
        domain = f"{short}{index + 1}.example"
        if not is_gone(index) and index < count * WITH_CONTACTS:
            employers.append(Employer(record_id(index, prefix=PREFIX), region, domain))
        yield overlay(_account(world, sobject, index, region, name, domain), index, address="Billing")


def _names(world: World, region: Region) -> tuple[str, str]:
    """A company's name, and the Latin letters of it. Domains end in .example, so that no real one is hit."""
    last, last2, word = world.pick(region.last), world.pick(region.last), world.pick(WORDS)
    pattern = world.pick(region.companies)
    name = pattern.format(last=last.written, last2=last2.written, word=word)
    return name, slug(pattern.format(last=last.slug, last2=last2.slug, word=word))


def _account(world: World, sobject: SObject, index: int, region: Region, name: str, domain: str) -> Record:
    fields, phone = sobject.fields, world.digits(region.phone)
    billing = address(world, region, prefix="Billing")
    same = world.random() < 0.5
    shipping = {key.replace("Billing", "Shipping"): value if same else None for key, value in billing.items()}
    return {
        "Id": record_id(index, prefix=PREFIX),
        **fate(index, prefix=PREFIX),
        "Name": name,
        "Type": world.pick(fields["Type"].values),
        "ParentId": _parent(world, index),
        **billing,
        **shipping,
        "Phone": phone,
        "Fax": world.maybe(0.2, phone),
        "AccountNumber": world.maybe(0.6, world.digits("CD######")),
        "Website": world.maybe(0.9, f"https://www.{domain}/"),
        "Sic": world.maybe(0.3, world.digits("####")),
        "Industry": world.maybe(0.9, world.pick(fields["Industry"].values)),
        "AnnualRevenue": world.maybe(0.8, float(int(10 ** (4 + world.random() * 6)))),
        "NumberOfEmployees": world.maybe(0.8, int(10 ** (world.random() * 5))),
        "Ownership": world.maybe(0.5, world.pick(fields["Ownership"].values)),
        "TickerSymbol": world.maybe(0.05, slug(name)[:4].upper() or None),
        "Description": world.maybe(0.2, f"{name} of {region.country}."),
        "Rating": world.maybe(0.5, world.pick(fields["Rating"].values)),
        "Site": world.maybe(0.2, "Headquarters"),
        "AccountSource": world.maybe(0.6, world.pick(fields["AccountSource"].values)),
        "YearStarted": world.maybe(0.2, world.digits("19##")),
        **world.audit(),
        "LastActivityDate": world.maybe(0.4, world.day(world.random() * 400)),
        "Tier__c": world.pick(fields["Tier__c"].values),
        "Renewal_Date__c": world.maybe(0.5, world.day(-world.random() * 700)),
        "Health_Score__c": world.maybe(0.7, round(world.random() * 100, 2)),
        "Legacy_Number__c": f"{index + 1:08}",
        "Regions__c": world.maybe(0.3, world.several(fields["Regions__c"].values, number=2)),
    }


def _parent(world: World, index: int) -> str | None:
    """An earlier, living account: so there are no cycles."""
    place = int(world.random() * index)
    return world.maybe(CHILD_SHARE, record_id(place, prefix=PREFIX)) if index and not is_gone(place) else None
