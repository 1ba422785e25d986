"""Step 6b: the sums, written with the rows that they count."""

import json
from dataclasses import dataclass, field
from typing import Any

from integrations.pipeline.problems import SKIPPED_STATES
from integrations.pipeline.statement import execute, fetch


@dataclass(frozen=True)
class Outcome:
    """What became of the rows of one page; read = created + updated + unchanged + skipped + failed + removed."""

    read: int = 0
    created: int = 0
    updated: int = 0
    failed: int = 0
    removed: int = 0
    skip_reasons: dict[str, int] = field(default_factory=dict)

    @property
    def skipped(self) -> int:
        """Rows that were left out, for whatever reason."""
        return sum(self.skip_reasons.values())

    @property
    def unchanged(self) -> int:
        """Rows that are here and needed nothing."""
        return self.read - self.created - self.updated - self.skipped - self.failed - self.removed


def skip_reasons() -> dict[str, int]:
    """How many rows of the page were skipped, by problem code."""
    rows = fetch("SELECT state, count(*) FROM matched WHERE state <> 'linked' GROUP BY state")
    return {SKIPPED_STATES[state][0]: count for state, count in rows}


def save(*, phase_id: int, outcome: Outcome, cursor: dict[str, Any], seconds: float) -> None:
    """Adds the page's sums to the step and moves its cursor behind the page."""
    execute(
        """UPDATE integrations_importphase SET
               read = read + %(read)s, created = created + %(created)s, updated = updated + %(updated)s,
               unchanged = unchanged + %(unchanged)s, skipped = skipped + %(skipped)s,
               failed = failed + %(failed)s, removed = removed + %(removed)s,
               skip_reasons = skip_reasons || (
                   SELECT COALESCE(
                       jsonb_object_agg(n.key, n.value::bigint + COALESCE((skip_reasons ->> n.key)::bigint, 0)), '{{}}')
                   FROM jsonb_each_text(%(skip_reasons)s::jsonb) n),
               cursor = %(cursor)s::jsonb, pages = pages + 1, seconds = seconds + %(seconds)s
           WHERE id = %(phase)s""",
        {
            "read": outcome.read,
            "created": outcome.created,
            "updated": outcome.updated,
            "unchanged": outcome.unchanged,
            "skipped": outcome.skipped,
            "failed": outcome.failed,
            "removed": outcome.removed,
            "skip_reasons": json.dumps(outcome.skip_reasons),
            "cursor": json.dumps(cursor),
            "seconds": seconds,
            "phase": phase_id,
        },
    )
