"""Contacts as rows of a file."""

from contacts.models import Contact
from crmbridge.properties.export import RecordResource
from crmbridge.properties.models import columns


class ContactResource(RecordResource):
    """Every property of a contact, and its company's number."""

    class Meta:
        model = Contact
        fields = ("id", *columns(Contact.STANDARD_PROPERTIES), "company")
