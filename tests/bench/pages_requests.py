"""The pages that are measured, each for thirty different records or words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from contacts.models import Contact
from integrations.models import SalesforceRecord

LIST, COMPANIES = "/contacts/contact/", "/companies/company/"
FILTERS = {
    "has e-mail": "email__isempty=0",
    "no e-mail": "email__isempty=1",
    "has company": "company__isempty=0",
    "no company": "company__isempty=1",
    "imported": "source=import",
    "created here": "source=here",
}


@dataclass(frozen=True)
class Measured:
    """A line of the table and the address of its n-th request."""

    title: str
    url: Callable[[int], str]


def measured(*, contacts: int) -> Iterator[Measured]:
    """Every page, its requests spread over the records."""

    def contact(n: int) -> int:
        return 1 + (n * 7919) % contacts

    found = {n: Contact.objects.get(pk=contact(n)) for n in range(31)}
    ids = dict(
        SalesforceRecord.objects.filter(contact_id__isnull=False).values_list("contact_id", "salesforce_id")[
            :31
        ]
    )
    salesforce_ids = list(ids.values())
    yield Measured("home", lambda n: "/")
    yield Measured("All Contacts", lambda n: LIST)
    yield Measured("All Contacts, far behind", lambda n: f"{LIST}?p={min(contacts // 50, 180) - n // 4}")
    yield Measured("All Contacts, by name", lambda n: f"{LIST}?o=1")
    yield Measured("All Contacts, by name, backwards", lambda n: f"{LIST}?o=-1")
    for title, query in FILTERS.items():
        yield Measured(f"filter: {title}", lambda n, query=query: f"{LIST}?{query}")  # type: ignore[misc]
    words: dict[str, Callable[[int], str]] = {
        "a first name": lambda n: str(found[n].first_name),
        "a name": lambda n: f"{found[n].first_name} {found[n].last_name}",
        "start of an e-mail": lambda n: f"{found[n].first_name}.{found[n].last_name}{n}",
        "a company": lambda n: f"Globex {n}",
        "a company's first word": lambda n: "Globex",
        "a domain": lambda n: f"acme{n}",
        "Salesforce ID, 15": lambda n: salesforce_ids[n][:15],
        "Salesforce ID, 18": lambda n: salesforce_ids[n],
        "nothing": lambda n: f"zzz{n}",
    }
    for title, word in words.items():
        yield Measured(f"search: {title}", lambda n, word=word: f"{LIST}?q={word(n)}")  # type: ignore[misc]
    yield Measured("contact", lambda n: f"{LIST}{contact(n)}/change/")
    yield Measured("contact with a long history", lambda n: f"{LIST}1/change/")
    yield Measured("companies", lambda n: COMPANIES)
    yield Measured("companies, by name", lambda n: f"{COMPANIES}?o=1")
    yield Measured("companies, search", lambda n: f"{COMPANIES}?q=acme {n}")
    yield Measured("company", lambda n: f"{COMPANIES}{2 + n % max(contacts // 8 - 2, 1)}/change/")
    yield Measured("company with many contacts", lambda n: f"{COMPANIES}1/change/")
    yield Measured("contacts of that company", lambda n: f"{LIST}?company__id__exact=1")
    yield Measured("Import Status", lambda n: "/integrations/importrun/1/")
    yield Measured("its problems", lambda n: "/integrations/importrun/1/problems/")
