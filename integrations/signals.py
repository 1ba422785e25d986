"""What happens to the mirror when a person removes a record here."""

from typing import Any

from django.db.models import Model
from django.db.models.signals import post_delete

from companies.models import Company
from contacts.models import Contact
from integrations.models import LinkState, SalesforceRecord


def connect() -> None:
    """Watches contacts and companies being removed."""
    post_delete.connect(_release_contact, sender=Contact, dispatch_uid="release contact links")
    post_delete.connect(_release_company, sender=Company, dispatch_uid="release company links")


def _release_contact(instance: Model, **kwargs: Any) -> None:
    _release(contact_id=instance.pk)


def _release_company(instance: Model, **kwargs: Any) -> None:
    _release(company_id=instance.pk)


def _release(**link: Any) -> None:
    """Lets go of the records that point to a contact or company, in two statements as there are two indexes."""
    let_go = dict.fromkeys(link) | {"link_state": LinkState.UNLINKED}
    records = SalesforceRecord.objects.filter(**link)
    records.filter(link_state=LinkState.LINKED).update(**let_go)
    records.exclude(link_state=LinkState.LINKED).update(**let_go)
