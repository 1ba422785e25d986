"""Waiting for what an org does in the background."""

import time
from collections.abc import Callable

SECONDS = 10.0
STEP = 0.01


def until(happened: Callable[[], bool]) -> None:
    """Returns as soon as it happened. Raises AssertionError after ten seconds."""
    deadline = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(STEP)
