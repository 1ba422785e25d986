"""The import of a file, slice by slice."""

import time
from collections.abc import Iterator
from itertools import islice

from django.db import transaction

from integrations.files.contact_rows import ROW, ContactRows, KnownContacts, Seen, keys_of, repeats
from integrations.files.matching import EMAIL, SALESFORCE_ID
from integrations.models import ImportFile, ImportPhase, ImportRun
from integrations.pipeline.file_page import import_rows
from integrations.salesforce.errors import Cancelled
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
    seen, taken = _pass_over(file, rows, last=phase.cursor["row"] if phase.cursor else 0)
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        if held.is_cancelled():
            raise Cancelled
        # A new one for each chunk: keys of rows whose transaction failed must not stay.
        resource = ContactRows(columns=file.columns, mode=file.mode, run_id=run.pk, seen=seen, taken=taken)
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


def _pass_over(
    file: ImportFile, rows: Iterator[tuple[int, list[str]]], *, last: int
) -> tuple[Seen, dict[int, int]]:
    """Moves behind the last row that went in; returns the keys of the rows before and the contacts that they were."""
    seen: Seen = {}
    taken: dict[int, int] = {}
    before = _up_to(rows, last) if last else iter(())
    while chunk := list(islice(before, ROWS_AT_ONCE)):
        resource = ContactRows(columns=file.columns, mode=file.mode, run_id=None, seen={})
        dataset = resource.dataset(chunk)
        with transaction.atomic():  # it locks what it reads, which is of no use here and soon over
            known = KnownContacts(resource, dataset)
        for row in dataset.dict:
            number, email = row[ROW], row.get(EMAIL, "")
            keys = keys_of(email=email, salesforce_id=row.get(SALESFORCE_ID, ""))
            if repeats(keys, seen=seen, row=number) is None and (contact := known.by_keys(keys)):
                taken.setdefault(contact.pk, number)
    return seen, taken


def _up_to(rows: Iterator[tuple[int, list[str]]], last: int) -> Iterator[tuple[int, list[str]]]:
    """The rows up to and with the last one."""
    for number, cells in rows:
        yield number, cells
        if number >= last:
            return
