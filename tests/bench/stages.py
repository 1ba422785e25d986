"""Which stage of the pipeline the seconds of an import go to."""

import functools
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db.backends.signals import connection_created

_PIPELINE = "integrations.pipeline."
_BY_FUNCTION = {
    ("load", "delta"): "compare",
    ("load", "mirror"): "mirror",
    ("merge", "insert_new"): "insert",
    ("match", "heal_waiting_leads"): "links",
}
_BY_MODULE = {
    "stage": "compare",
    "load": "match",
    "match": "match",
    "merge": "update",
    "emails": "update",
    "associate": "links",
    "missing_accounts": "links",
    "problems": "problems",
    "outcome": "sums",
    "page": "sums",
    "statistics": "statistics",
}


class Stages:
    """Seconds by stage: of statements by the function of the pipeline that runs them. Stages overlap in time."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._adding = threading.Lock()

    def watch(self) -> None:
        """Times every statement of connections that open from now on, every COPY and every download."""
        from integrations.pipeline import stage
        from integrations.salesforce import bulk

        connection_created.connect(self._wrap, weak=False)
        for module, name, title in ((stage, "_copy", "copy"), (bulk, "_download", "download")):
            setattr(module, name, self._timed(getattr(module, name), title))

    def add(self, stage: str, since: float) -> None:
        """Adds the time since then."""
        with self._adding:
            self.seconds[stage] += time.perf_counter() - since

    def _wrap(self, *, connection: Any, **_: Any) -> None:
        connection.execute_wrappers.append(self._execute)

    def _execute(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        stage, started = _stage_under_way(), time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            if stage:
                self.add(stage, started)

    def _timed(self, function: Callable[..., Any], stage: str) -> Callable[..., Any]:
        @functools.wraps(function)
        def timed(*arguments: Any, **options: Any) -> Any:
            started = time.perf_counter()
            try:
                return function(*arguments, **options)
            finally:
                self.add(stage, started)

        return timed


def _stage_under_way() -> str | None:
    """The stage of the innermost function of the pipeline that is on the stack."""
    frame = sys._getframe(2)
    while frame.f_back is not None:
        frame = frame.f_back
        module = str(frame.f_globals.get("__name__", ""))
        if module.startswith(_PIPELINE) and module != f"{_PIPELINE}statement":
            name = module.removeprefix(_PIPELINE)
            return _BY_FUNCTION.get((name, frame.f_code.co_name)) or _BY_MODULE.get(name, "other")
    return None
