"""Contacts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContactsConfig(AppConfig):
    """The people that a team markets to."""

    name = "contacts"
    verbose_name = _("Contacts")
