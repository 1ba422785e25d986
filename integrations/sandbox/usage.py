"""Daily API calls: counted, told in a header, and refused above the limit."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from integrations.sandbox.errors import ApiError
from integrations.sandbox.messages import Request
from integrations.sandbox.routes import sign_in

if TYPE_CHECKING:
    from integrations.sandbox.org import DemoOrg


@dataclass(slots=True)
class Usage:
    """How many API calls the org has answered."""

    calls: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, org: DemoOrg, request: Request) -> None:
        """Signs a request in and counts it. Raises ApiError INVALID_SESSION_ID or REQUEST_LIMIT_EXCEEDED."""
        sign_in(org, request)
        with self._lock:
            if self.calls >= org.api_limit:
                raise ApiError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
            self.calls += 1

    def header(self, limit: int) -> str:
        """The value of `Sforce-Limit-Info`."""
        return f"api-usage={self.calls}/{limit}; api-bursts=1/750"
