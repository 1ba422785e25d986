"""Finding companies by what people know of them."""

from django.db.models import Q, QuerySet

from companies.models import Company
from crmbridge import search


def matching(companies: QuerySet[Company], term: str) -> QuerySet[Company]:
    """The companies whose name or web domain starts with the term, or those that a finder knows."""
    if found := search.find(Company.KIND, term):
        return companies.filter(pk__in=found)
    start = Q(name__lower__startswith=term.lower()) | Q(domain__startswith=term.lower())
    also = search.also(Company.KIND, term)
    return companies.filter(start | Q(pk__in=also) if also else start)
