"""The lines of the benchmark as a table of plain text."""

from collections.abc import Iterable

from tests.bench.measure import Line

_HEAD = f"{'':38} {'records':>10} {'seconds':>8} {'records/s':>10} {'× floor':>8} {'calls':>6} {'memory':>7}  stages"


def rows(lines: Iterable[Line]) -> Iterable[str]:
    """One text a line, as they come; every line after the floor of its object is compared with it."""
    floors: dict[str, float] = {}
    yield _HEAD
    for line in lines:
        floors.setdefault(line.sobject, line.seconds)
        yield _row(line, floors[line.sobject])


def _row(line: Line, floor: float) -> str:
    stages = sorted(line.stages.items(), key=lambda item: -item[1])
    shown = ", ".join(f"{name} {seconds:.2f}" for name, seconds in stages if seconds >= 0.01)
    title = (
        f"{line.title}, {line.sobject.lower()}s"
        if "," not in line.title
        else f"{line.title}: {line.sobject.lower()}s"
    )
    calls = "" if line.calls is None else str(line.calls)
    memory = "" if line.memory is None else f"{line.memory:.0f} MB"
    return (
        f"{title:38} {line.rows:>10,} {line.seconds:>8.2f} {line.rows / line.seconds:>10,.0f}"
        f" {line.seconds / floor:>8.2f} {calls:>6} {memory:>7}  {shown}"
    )
