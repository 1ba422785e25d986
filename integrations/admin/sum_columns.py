"""The sums of an import as columns of a list."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy

from integrations.models import ImportRun, PhaseKind


def sum_column(name: str, label: Any) -> Callable[[Any], str]:
    """A column of the list: one of the sums of an import's steps."""

    @admin.display(description=label)
    def column(run: ImportRun) -> str:
        phases = (phase for phase in run.phases.all() if phase.kind == PhaseKind.RECORDS)
        return number_format(sum(getattr(phase, name) for phase in phases), force_grouping=True)

    column.__name__ = name
    return column


SUM_COLUMNS = [
    sum_column("read", gettext_lazy("read")),
    sum_column("created", gettext_lazy("created")),
    sum_column("updated", gettext_lazy("updated")),
    sum_column("unchanged", gettext_lazy("unchanged")),
    sum_column("skipped", gettext_lazy("skipped")),
    sum_column("failed", gettext_lazy("failed")),
]
