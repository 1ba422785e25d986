"""manage.py sf_check"""

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmbridge.errors import Refused
from integrations.management.console import ServiceCommand
from integrations.services import connect
from integrations.services.check import Check, check


class Command(ServiceCommand):
    """Checks the connection."""

    help: Any = gettext_lazy(
        "Checks the connection: sign-in, API calls left, objects and fields that the user may read."
    )
    examples = "sf_check\nsf_check --json"

    def run(self, **options: Any) -> None:
        found = check(connection=connect.require_current())
        if options["json"]:
            self.say_json(asdict(found))
        else:
            self._say(found)
        if found.complaints:
            raise Refused(" ".join(found.complaints))

    def _say(self, found: Check) -> None:
        self.say(_("Organization: %(org)s (%(id)s)") % {"org": found.org, "id": found.org_id})
        self.say(_("User: %(user)s") % {"user": found.username})
        self.say(
            _("Instance: %(url)s, API %(version)s") % {"url": found.instance, "version": found.api_version}
        )
        told = {"used": f"{found.api_used:,}", "limit": f"{found.api_limit:,}"}
        self.say(_("API calls: %(used)s of %(limit)s in the last 24 hours") % told)
        self.say(_("Bulk query jobs left: %(count)s") % {"count": f"{found.bulk_jobs_left:,}"})
        for name, count in found.fields.items():
            self.say(_("%(name)s: %(count)s fields can be read") % {"name": name, "count": count})
