"""Finding contacts by what people know of them."""

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from companies.models import Company
from contacts.models import Contact
from crmbridge import search

# More companies than these are too many to name one by one in a query; so are more contacts than those.
_COMPANIES_NAMED = 1_000
_CONTACTS_NAMED = 2_000


def matching(contacts: QuerySet[Contact], term: str) -> QuerySet[Contact]:
    """The contacts whose e-mail address, name or company starts with the term, or those that a finder knows by it.

    They are looked up first, in no order, which reads the indexes of names and addresses; asked for the newest
    of them, the database would rather read all contacts from the newest on, and find few matches late or never.
    Of a term that matches many, the newest are found soon in just that way.
    """
    if found := search.find(Contact.KIND, term):
        return contacts.filter(pk__in=found)
    ways = [*_ways(term.lower()), _of_company(term.lower())]
    if also := search.also(Contact.KIND, term):
        ways.append(Q(pk__in=also))
    condition = reduce(or_, ways)
    matches = Contact.objects.filter(condition).order_by().values_list("pk", flat=True)
    named = list(matches[: _CONTACTS_NAMED + 1])
    return contacts.filter(pk__in=named) if len(named) <= _CONTACTS_NAMED else contacts.filter(condition)


def _of_company(term: str) -> Q:
    """Companies that are named by their numbers let the index on them be used beside the others."""
    companies = _companies(term).values_list("pk", flat=True)
    named = list(companies[: _COMPANIES_NAMED + 1])
    return Q(company__in=named if len(named) <= _COMPANIES_NAMED else companies)


def _ways(term: str) -> list[Q]:
    by_email = Q(email__lower__startswith=term)
    first, _, rest = term.partition(" ")
    if not rest:
        return [
            by_email,
            *(Q(**{f"{name}__lower__startswith": term}) for name in ("first_name", "last_name")),
        ]
    # Both orders: "amy diaz" and "diaz amy"; in Japan the family name comes first.
    return [
        by_email,
        Q(first_name__lower=first, last_name__lower__startswith=rest),
        Q(last_name__lower=first, first_name__lower__startswith=rest),
    ]


def _companies(term: str) -> QuerySet[Company]:
    return Company.objects.filter(Q(name__lower__startswith=term) | Q(domain__startswith=term)).order_by()
