"""Which row of the truth table a value at rest shows."""

import pytest

from integrations.mapping.why import row_of
from integrations.models import SyncRule

PREFER, ALWAYS, TWO_WAY, NONE = SyncRule.values


@pytest.mark.parametrize("rule", [PREFER, ALWAYS, TWO_WAY])
@pytest.mark.parametrize(
    ("sf", "here", "was_first", "came", "row"),
    [
        ("a", "a", True, True, 1),
        ("b", "b", False, True, 2),
        ("a", "h", False, False, 3),
        ("b", "h", False, True, 4),
        (None, "h", True, False, 5),
        (None, None, False, True, 6),
        ("a", None, False, False, 7),
        (None, None, True, False, 8),
    ],
)
def test_each_row_is_recognised(rule, sf, here, was_first, came, row):
    assert row_of(rule=rule, sf=sf, here=here, was_first=was_first, came_from_salesforce=came) == row


def test_dont_sync_is_no_row():
    assert row_of(rule=NONE, sf="a", here="h", was_first=True, came_from_salesforce=True) == 0
