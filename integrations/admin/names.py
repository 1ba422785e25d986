"""Names of a few records, for examples."""

from collections.abc import Iterable
from typing import Any

from companies.models import Company
from contacts.models import Contact
from crmbridge.properties.models import RecordKind


def record_names(kind: str, numbers: Iterable[int]) -> dict[int, str]:
    """What each of the records is called; those that are gone are missing."""
    model: Any = Contact if kind == RecordKind.CONTACT else Company
    return {number: str(record) for number, record in model.objects.in_bulk(list(numbers)).items()}
