"""The log of an import."""

import pytest
from django.contrib.auth.models import User

from integrations.models import EventKind, ImportEvent, ImportRun
from integrations.services import file_slices, files, imports, journal, revival, slices

pytestmark = pytest.mark.django_db


def kinds(run: ImportRun) -> list[str]:
    return list(ImportEvent.objects.filter(run=run).values_list("kind", flat=True))


@pytest.fixture
def run(monkeypatch) -> ImportRun:
    monkeypatch.setattr(file_slices, "ROWS_AT_ONCE", 1)
    mika = User.objects.create_user("mika")
    file = files.upload(name="x.csv", data=b"Email\na@example.com\nb@example.com\n")
    return files.start(file=file, by=mika, detach=False)


def test_each_thing_once_however_many_slices_it_takes(run):
    while slices.run_slice(run_id=run.pk, seconds=0):
        pass
    assert kinds(run) == ["asked", "started", "step", "step_done", "finished"]
    newest_first = list(journal.of_run(run.pk))
    assert str(newest_first[-1].by) == "mika"
    assert newest_first[1].step == run.phases.get()


def test_cancel_and_resume_name_who_asked(run):
    slices.run_slice(run_id=run.pk, seconds=0)
    lee = User.objects.create_user("lee")
    imports.cancel(run=run, by=lee)
    imports.resume(run=run, by=lee, detach=False)
    assert kinds(run) == ["asked", "started", "step", "cancelled", "resumed"]
    assert set(ImportEvent.objects.filter(by=lee).values_list("kind", flat=True)) == {"cancelled", "resumed"}


def test_what_stopped_it_is_told(run, monkeypatch):
    monkeypatch.setattr("integrations.services.file_slices.import_rows", lambda **_: 1 / 0)
    slices.run_slice(run_id=run.pk)
    last = ImportEvent.objects.latest("pk")
    assert last.kind == EventKind.FAILED
    assert last.told.startswith("The import met an unexpected error")


def test_a_lost_worker_is_told(run):
    ImportRun.objects.update(state="running", lease_until="2020-01-01T00:00Z")
    revival.revive()
    assert kinds(run) == ["asked", "revived"]
