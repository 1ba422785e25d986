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
    SalesforceRecord.objects.filter(contact_id=instance.pk).update(
        contact_id=None, link_state=LinkState.UNLINKED
    )


def _release_company(instance: Model, **kwargs: Any) -> None:
    SalesforceRecord.objects.filter(company_id=instance.pk).update(
        company_id=None, link_state=LinkState.UNLINKED
    )
