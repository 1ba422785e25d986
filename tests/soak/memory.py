"""Whether the worker's memory grows."""

from itertools import groupby
from statistics import mean

from .worker import Memory

# Imports that one worker must live through before anything can be said.
FEWEST = 6
_SHARE, _MEGABYTES = 1.15, 5.0


def verdict(samples: list[Memory], *, is_due: bool) -> tuple[bool, str]:
    """Compares the first with the last third of the longest time in which the processes stayed the same.

    Without such a time nothing can be said, which is only right when none was due.
    """
    stays = [list(group) for _, group in groupby(samples, key=lambda sample: sample.pids)]
    longest = [sample.megabytes for sample in max(stays, key=len, default=[])]
    if len(longest) < FEWEST:
        return not is_due, f"memory: no worker lived through {FEWEST} imports, so its growth was not judged"
    third = len(longest) // 3
    first, last = mean(longest[:third]), mean(longest[-third:])
    grown = last > first * _SHARE + _MEGABYTES
    told = (
        f"memory over {len(longest)} imports in one worker: {first:.1f} MB in the first third, {last:.1f} MB"
    )
    return not grown, f"{told} in the last{', which is too much more' if grown else ''}"
