"""Filling a property of records that are here from the mirror, without asking Salesforce."""

import time
from contextlib import suppress
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from crmbridge.errors import Refused
from crmbridge.properties.history import change_source
from crmbridge.properties.models import ChangeSource, RecordKind
from integrations.mapping.mapped_field import MappedField
from integrations.models import (
    FieldMapping,
    ImportPhase,
    ImportRun,
    LinkState,
    PhaseKind,
    RunKind,
    SalesforceConnection,
    SalesforceRecord,
    SyncRule,
)
from integrations.pipeline import backfill, outcome
from integrations.pipeline.backfill import Filling
from integrations.pipeline.page import MERGE_LOCK
from integrations.pipeline.statement import execute
from integrations.salesforce.errors import Cancelled
from integrations.salesforce.records import estimate_calls
from integrations.services import phase_state, schema
from integrations.services.claims import Claim
from integrations.services.imports import write
from integrations.services.mapping_table import SOBJECTS
from integrations.services.mappings import mapped_fields


@dataclass(frozen=True)
class SidePreview:
    """What a back-fill from one object would do; `calls` is what reading the object again would take."""

    sobject: str
    field: str
    filling: Filling
    calls: int


def preview(*, mapping: FieldMapping) -> list[SidePreview]:
    """What a back-fill would do to each record of the mirror, object by object; nothing is written."""
    refuse(mapping)
    found = []
    with transaction.atomic():
        execute("SET LOCAL work_mem = '64MB'")
        for sobject, item in _sides(mapping):
            plan = backfill.plan_for(
                item,
                sobject=sobject,
                connection_id=mapping.connection_id,
                columns=_columns(mapping.connection, sobject),
            )
            backfill.find(plan, limit=2**62, lock=False)
            filling = backfill.counted(item)
            calls = estimate_calls(filling.records) if filling.unknown else 0
            found.append(SidePreview(sobject=sobject, field=item.field, filling=filling, calls=calls))
        transaction.set_rollback(True)
    return found


def start(*, mapping: FieldMapping, by: User | None = None, detach: bool = True) -> ImportRun:
    """Starts the back-fill of the mapping; Refused while one of the same mapping is under way."""
    with transaction.atomic():
        mapping = (
            FieldMapping.objects.select_for_update(of=("self",))
            .select_related("property", "connection")
            .get(pk=mapping.pk)
        )
        refuse(mapping)
        if other := ImportRun.objects.active().filter(kind=RunKind.BACKFILL, mapping=mapping).first():
            raise Refused(_("Back-fill %(id)s of the same mapping is under way.") % {"id": other.pk})
        run = ImportRun(
            kind=RunKind.BACKFILL,
            connection=mapping.connection,
            mapping=mapping,
            subject=mapping.property.display_label,
            requested_by=by,
        )
        phases = [
            ImportPhase(kind=PhaseKind.BACKFILL, sobject=sobject, expected=_expected(mapping, sobject))
            for sobject, _item in _sides(mapping)
        ]
        write(run=run, phases=phases, detach=detach)
    return run


def refuse(mapping: FieldMapping) -> None:
    """Refused if the mapping has nothing to fill."""
    target = mapping.property
    if target.archived_at is not None:
        raise Refused(_("The property %(label)s is archived.") % {"label": target.display_label})
    if mapping.rule == SyncRule.DONT_SYNC:
        raise Refused(
            _("The rule of the mapping is Don't sync, so nothing comes through it."),
            _("Choose another rule first."),
        )
    if (target.kind, target.name) == (RecordKind.CONTACT, "email"):
        raise Refused(
            _("The e-mail address tells contacts apart and is not filled in afterwards."),
            _("Import the contacts again instead."),
        )
    if target.kind == RecordKind.COMPANY and not mapping.connection.settings.account_sync:
        raise Refused(
            _("Account Sync is off, so companies stay as they are."),
            _("Switch it on in the Salesforce settings."),
        )
    if not _sides(mapping):
        raise Refused(
            _("The mapping is paused: its fields cannot be read, or do not fit the property any more."),
            _("Edit the mapping, or refresh the fields from Salesforce."),
        )


def run_backfill(*, run: ImportRun, phase: ImportPhase, held: Claim, deadline: float) -> bool:
    """Works on one object, some thousand records a transaction; returns whether it is done."""
    phase_state.begin(phase, held)
    if run.mapping is None:
        raise Refused(_("The mapping was removed meanwhile."))
    refuse(run.mapping)
    item = dict(_sides(run.mapping)).get(phase.sobject)
    if item is None:
        phase_state.finish(phase, held)
        return True
    while True:
        if held.is_cancelled():
            raise Cancelled
        if not _fill_part(run=run, phase=phase, item=item, held=held):
            phase_state.finish(phase, held)
            return True
        if time.monotonic() >= deadline:
            return False
        phase.refresh_from_db()


def _fill_part(*, run: ImportRun, phase: ImportPhase, item: MappedField, held: Claim) -> bool:
    started = time.monotonic()
    plan = backfill.plan_for(
        item,
        sobject=phase.sobject,
        connection_id=run.org.pk,
        columns=_columns(run.org, phase.sobject),
        run_id=run.pk,
        phase_id=phase.pk,
    )
    with (
        change_source(ChangeSource.BACKFILL, source_id=run.pk, actor_id=run.requested_by_id),
        transaction.atomic(),
    ):
        execute("SELECT pg_advisory_xact_lock(%(lock)s)", {"lock": MERGE_LOCK})
        last = backfill.find(plan, after=phase.cursor["id"] if phase.cursor else "")
        if last is None:
            return False
        result = backfill.fill(plan)
        outcome.save(
            phase_id=phase.pk, outcome=result, cursor={"id": last}, seconds=time.monotonic() - started
        )
        held.fence(faults=0)
    return True


def _sides(mapping: FieldMapping) -> list[tuple[str, MappedField]]:
    """The objects that feed the mapping, contacts before leads as in an import."""
    found = []
    for sobject in sorted(SOBJECTS[RecordKind(mapping.property.kind)]):
        mapped = mapped_fields(connection=mapping.connection, sobject=sobject)
        found += [(sobject, item) for item in mapped if item.property == mapping.property.name]
    return found


def _columns(connection: SalesforceConnection, sobject: str) -> tuple[str, ...]:
    """The fields that an import would read now; none if nothing is known of the object."""
    with suppress(Refused):
        return tuple(schema.readable_fields(connection=connection, sobject=sobject))
    return ()


def _expected(mapping: FieldMapping, sobject: str) -> int:
    records = SalesforceRecord.objects.filter(connection=mapping.connection_id, sobject=sobject)
    return records.filter(link_state=LinkState.LINKED).count()
