"""What the commands of the integration share: what Salesforce refuses, and finding an import."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from crmbridge.errors import Refused
from crmbridge.management.console import ConsoleCommand
from integrations.models import ImportRun, SalesforceConnection
from integrations.models.import_run import ImportRunQuerySet
from integrations.salesforce.errors import SalesforceError


class ServiceCommand(ConsoleCommand):
    """A command that may speak to Salesforce, which may refuse."""

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Turns what Salesforce refuses into Refused as well."""
        with super().refusals():
            try:
                yield
            except SalesforceError as error:
                raise Refused(error.message, error.remedy) from None


def runs() -> ImportRunQuerySet:
    """Imports with their settings; no secret is read, so that they can be shown when the keys are lost."""
    secrets = (f"connection__{name}" for name in SalesforceConnection.SECRETS)
    return ImportRun.objects.select_related("connection__settings").defer(*secrets)


def find_run(number: int | None) -> ImportRun:
    """The import with this number, by default the latest."""
    found = runs().order_by("-pk").first() if number is None else runs().filter(pk=number).first()
    if found is not None:
        return found
    if number is None:
        raise Refused(_("There is no import yet."), _("Start one with sf_import."))
    raise Refused(_("There is no import %(id)s.") % {"id": number})
