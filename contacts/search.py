"""Finding contacts by what people know of them."""

from django.db.models import Q, QuerySet

from companies.models import Company
from contacts.models import Contact
from crmbridge import search


def matching(contacts: QuerySet[Contact], term: str) -> QuerySet[Contact]:
    """The contacts whose e-mail address, name or company starts with the term, or those that a finder knows by it.

    Each way of searching is a query of its own, so that each can use its index; one with OR could use none.
    """
    if found := search.find(Contact.KIND, term):
        return contacts.filter(pk__in=found)
    people = Contact.objects.order_by().values("pk")
    ways = [people.filter(way) for way in (*_ways(term.lower()), Q(company__in=_companies(term.lower())))]
    return contacts.filter(pk__in=ways[0].union(*ways[1:]))


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
