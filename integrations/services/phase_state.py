"""Where a step of an import stands. Changes raise ClaimLost when another worker has the import."""

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Least

from integrations.models import EventKind, ImportPhase, ImportRun, PhaseState
from integrations.salesforce.page import Page
from integrations.services import journal
from integrations.services.claims import Claim
from integrations.services.plans import keys_phase


def begin(phase: ImportPhase, held: Claim) -> None:
    """Marks the step as the one under way."""
    _update(phase, held, state=PhaseState.NOW)
    if phase.state == PhaseState.NEXT:
        journal.note(phase.run_id, EventKind.STEP, step=phase)


def is_again(phase: ImportPhase) -> bool:
    """Whether the step has started over: its pages have gone in before."""
    return bool(phase.cursor.get("again")) if phase.cursor else phase.pages > 0


def noted(page: Page, *, again: bool) -> Page:
    """The page, its cursor marked when the step has started over, for the workers that go on from there."""
    return replace(page, cursor={**page.cursor, "again": True}) if again else page


def finish(phase: ImportPhase, held: Claim) -> None:
    """Marks the step as done. What went in before it started over counts as what it was, not as unchanged."""
    ImportRun.objects.filter(pk=held.run_id, lease=held.lease).update(faults=0)
    created = Least("created_before", "unchanged")
    updated = Least("updated_before", F("unchanged") - created)
    _update(
        phase,
        held,
        state=PhaseState.DONE,
        created=F("created") + created,
        updated=F("updated") + updated,
        unchanged=F("unchanged") - created - updated,
        created_before=0,
        updated_before=0,
    )
    journal.note(phase.run_id, EventKind.STEP_DONE, step=phase)


def start_over(phase: ImportPhase, held: Claim, **changes: Any) -> None:
    """Lets the step read from its start again, with sums of nothing; what went in already is remembered."""
    _update(
        phase,
        held,
        cursor=None,
        created_before=F("created_before") + F("created"),
        updated_before=F("updated_before") + F("updated"),
        skip_reasons={},
        **dict.fromkeys(("read", "created", "updated", "unchanged", "skipped", "failed", "removed"), 0),
        **changes,
    )


def go_round_semi_join(phase: ImportPhase, held: Claim) -> None:
    """Puts a step before this one that notes the accounts of contacts; this one then keeps only those."""
    with transaction.atomic():
        start_over(phase, held, selection="noted")
        keys = keys_phase()
        keys.run_id, keys.order = phase.run_id, phase.order - 1
        keys.save()


def _update(phase: ImportPhase, held: Claim, **changes: Any) -> None:
    with transaction.atomic():
        held.fence()
        ImportPhase.objects.filter(pk=phase.pk).update(**changes)
