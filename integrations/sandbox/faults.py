"""Faults to order: an answer other than the true one, or a connection that breaks off."""

import json
import threading
from dataclasses import dataclass, field
from typing import Any

from integrations.sandbox.messages import JSON, Response


@dataclass(slots=True)
class Fault:
    """What happens to the next requests whose target contains `path_contains`, `times` times."""

    path_contains: str
    times: int
    answer: Response | None = None
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
                    return self._use(fault)
        return None

    def _use(self, fault: Fault) -> Fault:
        fault.times -= 1
        if fault.times <= 0:
            self._waiting.remove(fault)
        return fault


def answer(*, status: int, body: Any, headers: dict[str, str] | None) -> Response:
    """The answer of a fault: text goes out as it is (HTML when it looks so), other values as JSON."""
    if isinstance(body, str):
        kind = "text/html;charset=UTF-8" if body.lstrip().startswith("<") else JSON
        return Response(status, body.encode(), kind, dict(headers or {}))
    return Response(status, json.dumps(body).encode(), headers=dict(headers or {}))
