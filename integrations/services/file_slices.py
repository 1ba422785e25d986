"""The import of a file, slice by slice."""

import time
from collections.abc import Iterator
from itertools import islice

from integrations.files.contact_rows import ContactRows
from integrations.files.matching import EMAIL, SALESFORCE_ID
from integrations.models import ImportFile, ImportPhase, ImportRun
from integrations.pipeline.file_page import import_rows
from integrations.salesforce.errors import Cancelled
from integrations.salesforce.ids import is_id, to_18
from integrations.services import phase_state
from integrations.services.claims import Claim
from integrations.services.files import table_of

ROWS_AT_ONCE = 1_000


def run_file(*, run: ImportRun, phase: ImportPhase, held: Claim, deadline: float) -> bool:
    """Takes rows in until the file or the time ends; returns whether the file has ended."""
    phase_state.begin(phase, held)
    file = run.file
    assert file is not None
    rows = table_of(file).rows
    seen = _pass_over(file, rows, last=phase.cursor["row"] if phase.cursor else 0)
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        if held.is_cancelled():
            raise Cancelled
        # A new one for each chunk: keys of rows whose transaction failed must not stay.
        resource = ContactRows(columns=file.columns, mode=file.mode, run_id=run.pk, seen=seen)
        import_rows(
            run=run,
            phase_id=phase.pk,
            resource=resource,
            rows=chunk,
            before_commit=lambda: held.fence(faults=0),
        )
        if time.monotonic() >= deadline:
            break
    else:
        phase_state.finish(phase, held)
        return True
    return False


def _pass_over(file: ImportFile, rows: Iterator[tuple[int, list[str]]], *, last: int) -> dict[str, int]:
    """Moves behind the last row that went in; returns the keys of the rows before, so that repeated ones are known."""
    seen: dict[str, int] = {}
    places = {name: place for place, name in enumerate(file.columns) if name in (EMAIL, SALESFORCE_ID)}
    if not last:
        return seen
    for number, cells in rows:
        for name, place in places.items():
            if cells[place]:
                seen.setdefault(_key(name, cells[place]), number)
        if number >= last:
            break
    return seen


def _key(name: str, value: str) -> str:
    if name == EMAIL:
        return value.lower()
    return to_18(value) if is_id(value) else value
