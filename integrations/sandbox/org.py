"""The demo org: a Salesforce-compatible HTTP server in a box."""

from __future__ import annotations

import secrets
import tempfile
import threading
from collections import deque
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from integrations.sandbox import faults, ids, oauth, resources
from integrations.sandbox.bulk.ingest_jobs import IngestJobs
from integrations.sandbox.bulk.query_jobs import QueryJobs
from integrations.sandbox.cursors import Cursors
from integrations.sandbox.faults import Answer, Fault, Faults, Gate
from integrations.sandbox.fill import Source, fill
from integrations.sandbox.oauth.sessions import Sessions
from integrations.sandbox.record_access import RecordAccess
from integrations.sandbox.server import Server
from integrations.sandbox.store import Store
from integrations.sandbox.usage import Usage

# Importing these registers the routes that the server answers.
ROUTES = (oauth, resources)
KEPT_REQUESTS = 10_000
DAILY_CALLS = 100_000
BULK_PAGE = 50_000
REST_PAGE = 2_000
LOOPBACK = "127.0.0.1"
ANY_HOST = ("0.0.0.0", "::")  # noqa: S104


class DemoOrg(RecordAccess):
    """An org that listens between `start` and `stop`, or inside a `with` block.

    Its records come from a folder of CSV files named after objects (`data`), or are generated: the sizes
    count deleted and merged records too. Settings may be changed at any time; a change holds from the next
    request on. Faults let `after` matching requests pass, then meet `times`. Everything is gone when the org
    stops.
    """

    def __init__(
        self,
        *,
        data: Path | None = None,
        contacts: int = 2_000,
        accounts: int = 250,
        leads: int = 400,
        campaigns: int = 3,
        seed: int = 7,
        host: str = LOOPBACK,
        port: int = 0,
        client_id: str = "",
        client_secret: str = "",
    ) -> None:
        super().__init__()
        sizes = {"Contact": contacts, "Account": accounts, "Lead": leads, "Campaign": campaigns}
        self._source = Source(data, sizes, seed)
        self._host, self._port = host, port
        self.api_limit = DAILY_CALLS
        self.bulk_delay = 0.0
        self.bulk_page_size = BULK_PAGE
        self.rest_page_size = REST_PAGE
        self.rotate_refresh_tokens = False
        self.redirect_uris: set[str] = set()
        self.jwt_public_key: str | bytes | None = None
        self.client_id = client_id or f"3MVG9{secrets.token_urlsafe(24)}"
        self.client_secret = client_secret or secrets.token_hex(32).upper()
        self.org_id = ids.new_id(prefix="00D", number=1)
        self.user_id = ids.new_id(prefix="005", number=1)
        self.username = "admin@demo.example"
        self.password = secrets.token_urlsafe(9)
        self.security_token = secrets.token_urlsafe(18)
        self._requests: deque[tuple[str, str]] = deque(maxlen=KEPT_REQUESTS)
        self.stopping = threading.Event()
        self.faults = Faults()
        self.usage = Usage()
        self.sessions = Sessions(self.org_id)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Takes its port, makes its records and answers. Raises OSError when the port is taken."""
        with ExitStack() as cleanup:
            self._server = Server(self, host=self._host, port=self._port)
            cleanup.callback(self._server.server_close)
            folder = cleanup.enter_context(tempfile.TemporaryDirectory(prefix="demo-org-"))
            self.folder = Path(folder)
            self.store = cleanup.enter_context(closing(Store(self.folder)))
            self.schema = fill(self.store, self._source, username=self.username, org_id=self.org_id)
            self.schema_changed = datetime.now(UTC).replace(microsecond=0)
            self.cursors = cleanup.enter_context(closing(Cursors(self.store)))
            self._cleanup = cleanup.pop_all()
        self.query_jobs, self.ingest_jobs = QueryJobs(self), IngestJobs(self)
        host = LOOPBACK if self._host in ANY_HOST else self._host
        self.url = f"http://{host}:{self._server.server_address[1]}"
        self._server.start()

    def stop(self) -> None:
        """Ends every connection and removes the records."""
        self.stopping.set()
        self._server.stop()
        self._cleanup.close()

    @property
    def identity_url(self) -> str:
        """The identity URL of the connected user."""
        return f"{self.url}/id/{self.org_id}/{self.user_id}"

    @property
    def requests(self) -> list[tuple[str, str]]:
        """Method and path of the last requests, the newest last."""
        return list(self._requests)

    def remember(self, method: str, path: str) -> None:
        """Adds a request to those that are kept."""
        self._requests.append((method, path))

    @property
    def api_calls(self) -> int:
        """How many API calls have been counted."""
        return self.usage.calls

    def fail_next(
        self,
        path_contains: str = "",
        *,
        status: int = 503,
        body: Any = "<html><body>Service Unavailable</body></html>",
        times: int = 1,
        after: int = 0,
        headers: dict[str, str] | None = None,
    ) -> None:
        """Answers matching requests with this instead; a body that is no text goes out as JSON."""
        answer = faults.always(status=status, body=body, headers=headers)
        self.answer_next(path_contains, answer, times=times, after=after)

    def answer_next(self, path_contains: str, answer: Answer, *, times: int = 1, after: int = 0) -> None:
        """Lets `answer` answer matching requests; it is given a function that gives the true answer."""
        self.faults.add(Fault(path_contains, times, after, answer=answer))

    def hold_next(self, path_contains: str, *, times: int = 1, after: int = 0) -> Gate:
        """Keeps matching requests waiting, and their answers open, until the gate is opened."""
        gate = Gate()
        self.answer_next(path_contains, gate, times=times, after=after)
        return gate

    def drop_next(
        self, path_contains: str = "", *, after_bytes: int = 0, times: int = 1, after: int = 0
    ) -> None:
        """Breaks the connection of matching requests after that many bytes of the body."""
        self.faults.add(Fault(path_contains, times, after, drop_after=after_bytes))

    def expire_tokens(self) -> None:
        """Ends every access token that is out there; refresh tokens still work."""
        self.sessions.expire_all()

    def expire_locators(self) -> None:
        """Ends every query locator that is out there."""
        self.cursors.close()

    def hide_field(self, sobject: str, field: str) -> None:
        """Takes a field away from the connected user: describe and SOQL no longer know it."""
        self.schema.hide(sobject, field)
        self._touch_schema()

    def show_field(self, sobject: str, field: str) -> None:
        """Gives a hidden field back."""
        self.schema.show(sobject, field)
        self._touch_schema()

    def _touch_schema(self) -> None:
        """Moves the time of the last change on, by a second at least: HTTP dates tell no less."""
        present = datetime.now(UTC).replace(microsecond=0)
        self.schema_changed = max(present, self.schema_changed + timedelta(seconds=1))
