"""The outcome of an import as the parts of one bar."""

import itertools

import pytest

from integrations.admin.outcome import BAR_WIDTH, parts
from integrations.models import ImportPhase
from integrations.services import progress
from tests.integrations.admin.conftest import make_run

pytestmark = pytest.mark.django_db


def test_the_parts_fill_the_bar_without_gap_or_overlap(run):
    found = parts(progress.status(run=run), link_problems=True)
    assert sum(part.count for part in found) == 61_000
    assert sum(part.width for part in found) == BAR_WIDTH
    for before, after in itertools.pairwise(found):
        assert before.x + before.width == after.x


def test_an_import_that_has_read_nothing_has_an_empty_bar(org):
    run = make_run(org)
    ImportPhase.objects.create(run=run, order=10, sobject="Contact")
    found = parts(progress.status(run=run), link_problems=True)
    assert {(part.count, part.width, part.url) for part in found} == {(0, 0, "")}
