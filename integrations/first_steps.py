"""The first steps of a new installation: a list that ticks itself."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from integrations.models import ImportRun, RecordGroup, RunState, WorkerHeartbeat
from integrations.services import connect

_PEOPLE = (RecordGroup.LEADS_AND_CONTACTS, RecordGroup.CONTACTS, RecordGroup.LEADS)


@dataclass(frozen=True)
class Step:
    """What to do, where, and whether it is done; `command` for what is done on the server."""

    label: Any
    is_done: bool
    url: str = ""
    command: str = ""


def steps() -> list[Step]:
    """The steps in their order, from the empty installation to the first companies."""
    connection = connect.current()
    syncs = connection is not None and connection.settings.account_sync
    imported = set(
        ImportRun.objects.filter(state=RunState.FINISHED, is_dry=False)
        .values_list("record_group", flat=True)
        .distinct()
    )
    imports = reverse("admin:integrations_importrun_changelist")
    return [
        Step(
            _("Connect Salesforce"),
            connection is not None and connection.is_connected,
            url=reverse("admin:integrations_salesforceconnection_changelist"),
        ),
        Step(
            _("Start a worker, which does the imports"),
            WorkerHeartbeat.is_fresh(),
            command="manage.py qcluster",
        ),
        Step(_("Switch on Account Sync"), syncs, url=reverse("admin:integrations_syncsettings_changelist")),
        Step(_("Import leads and contacts"), not imported.isdisjoint(_PEOPLE), url=imports),
        Step(_("Import the accounts of your contacts"), RecordGroup.ACCOUNTS in imported, url=imports),
    ]
