"""Faults to order: an answer other than the true one, a late answer, or a connection that breaks off."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from integrations.sandbox.messages import JSON, Response

# Answers in place of the org: it is given a function that gives the org's true answer.
Answer = Callable[[Callable[[], Response]], Response]


@dataclass(slots=True)
class Fault:
    """What happens to the next requests whose target contains `path_contains`: `after` pass, then come `times`."""

    path_contains: str
    times: int
    after: int = 0
    answer: Answer | None = None
    drop_after: int | None = None


@dataclass(slots=True)
class Faults:
    """The faults that wait for their requests, oldest first."""

    _waiting: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault) -> None:
        """Orders a fault."""
        with self._lock:
            self._waiting.append(fault)

    def take(self, target: str, *, drops: bool) -> Fault | None:
        """The next fault for a target, used up once: a broken connection (`drops`) or another answer."""
        with self._lock:
            for fault in self._waiting:
                if fault.path_contains in target and (fault.drop_after is not None) == drops:
                    if fault.after == 0:
                        return self._use(fault)
                    fault.after -= 1
        return None

    def _use(self, fault: Fault) -> Fault:
        fault.times -= 1
        if fault.times <= 0:
            self._waiting.remove(fault)
        return fault


class Gate:
    """Holds requests back until it is opened, which the end of its `with` block does; then answers truly."""

    def __init__(self) -> None:
        self._opened, self._lock = threading.Event(), threading.Lock()
        self.arrived = 0

    def __call__(self, true_answer: Callable[[], Response]) -> Response:
        """Answers one request, in its time."""
        with self._lock:
            self.arrived += 1
        self._opened.wait()
        return true_answer()

    def open(self) -> None:
        """Lets everybody pass."""
        self._opened.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.open()


def always(*, status: int, body: Any, headers: dict[str, str] | None) -> Answer:
    """An answer that is ever the same: text goes out as it is (HTML when it looks so), other values as JSON."""
    if isinstance(body, str):
        kind = "text/html;charset=UTF-8" if body.lstrip().startswith("<") else JSON
        response = Response(status, body.encode(), kind, dict(headers or {}))
    else:
        response = Response(status, json.dumps(body).encode(), headers=dict(headers or {}))
    return lambda true_answer: response
