"""A short soak, and that a soak finds what it is there to find."""

from pathlib import Path

import pytest

from . import memory, snapshot
from .sizes import SMALL_ORG
from .soak import soak
from .worker import Memory

SEED = 4


@pytest.mark.usefixtures("transactional_db")
def test_five_imports_through_faults_end_like_five_in_peace(tmp_path: Path) -> None:
    lines: list[str] = []
    soak(seed=SEED, count=5, sizes=SMALL_ORG, folder=tmp_path, say=lines.append)
    assert len(lines) == 6
    assert any("kill_worker" in line for line in lines)


def test_a_row_that_is_missing_doubled_or_other_is_a_difference() -> None:
    peace = {"contacts": snapshot.Rows([("003A", "Ada"), ("003B", "Bo")]), "history": snapshot.Rows()}
    assert snapshot.differences(peace, peace) == []
    doubled = {**peace, "contacts": snapshot.Rows([("003A", "Ada"), ("003A", "Ada")])}
    assert snapshot.differences(doubled, peace) == [
        "contacts: 1 rows missing, 1 rows too many",
        "  - ('003B', 'Bo')",
        "  + ('003A', 'Ada')",
    ]


def test_memory_that_was_not_measured_is_wrong_when_it_should_have_been() -> None:
    samples = [Memory(frozenset({number}), 100.0) for number in range(9)]
    assert [memory.verdict(samples, is_due=due)[0] for due in (False, True)] == [True, False]


@pytest.mark.parametrize(("last", "right"), [(100.0, True), (119.0, True), (121.0, False)])
def test_memory_may_vary_but_not_grow(last: float, right: bool) -> None:
    one, other = frozenset({1}), frozenset({2})
    samples = [Memory(other, 900.0), *[Memory(one, mb) for mb in (100.0, 100.0, 100.0, last, last, last)]]
    assert memory.verdict(samples, is_due=True)[0] is right
