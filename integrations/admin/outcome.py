"""The outcome of an import as the parts of one bar."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from integrations.models import COUNTED_KINDS, ImportRun, RecordGroup, RunKind
from integrations.services.progress import RunStatus

BAR_WIDTH = 1000
_SUMS = ("read", "created", "updated", "unchanged", "skipped", "failed", "removed")


@dataclass(frozen=True)
class Part:
    """One outcome: its count, its place in the bar (of BAR_WIDTH) and the page that lists its records."""

    key: str
    label: Any
    count: int
    x: int
    width: int
    url: str


@dataclass(frozen=True)
class RowSums:
    """The sums of an import in a list, from its steps that were fetched with it."""

    run: ImportRun
    read: int
    created: int
    updated: int
    unchanged: int
    skipped: int
    failed: int
    removed: int

    @classmethod
    def of(cls, run: ImportRun) -> "RowSums":
        """The sums of the steps that read records."""
        steps = [phase for phase in run.phases.all() if phase.kind in COUNTED_KINDS]
        return cls(run=run, **{name: sum(getattr(step, name) for step in steps) for name in _SUMS})


def parts(status: RunStatus | RowSums, *, link_problems: bool) -> list[Part]:
    """Created, updated, unchanged, skipped, failed and, if any, removed, which add up to what was read.

    `link_problems` is for people who may see the problems behind skipped and failed.
    """
    labels = {
        "created": _("created"),
        "updated": _("updated"),
        "unchanged": _("unchanged"),
        "skipped": _("skipped"),
        "failed": _("failed"),
    } | ({"removed": _("removed")} if status.removed else {})
    result, before = [], 0
    for key, label in labels.items():
        count = getattr(status, key)
        start, end = _place(before, status.read), _place(before + count, status.read)
        url = _url(status.run, key, link_problems) if count else ""
        result.append(Part(key, label, count, x=start, width=end - start, url=url))
        before += count
    return result


def _place(count: int, whole: int) -> int:
    return count * BAR_WIDTH // whole if whole else 0


def _url(run: ImportRun, key: str, link_problems: bool) -> str:
    if key == "created":
        return created_url(run) if run.kind in (RunKind.SALESFORCE, RunKind.FILE) and not run.is_dry else ""
    if link_problems and key in ("skipped", "failed") and not run.is_dry:
        return reverse("admin:integrations_importrun_problems", args=[run.pk])
    return ""


def created_url(run: ImportRun) -> str:
    """The list of the records that an import created."""
    is_accounts = run.record_group == RecordGroup.ACCOUNTS
    name = "admin:companies_company_changelist" if is_accounts else "admin:contacts_contact_changelist"
    return f"{reverse(name)}?created_by_import={run.pk}"
