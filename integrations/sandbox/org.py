"""The demo org: a Salesforce-compatible HTTP server in a box."""

from __future__ import annotations

import secrets
import tempfile
from collections import deque
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from integrations.sandbox import faults, ids, load_folder, oauth, resources, timestamps
from integrations.sandbox.bulk.ingest_jobs import IngestJobs
from integrations.sandbox.bulk.query_jobs import QueryJobs
from integrations.sandbox.cursors import Cursors
from integrations.sandbox.faults import Fault, Faults
from integrations.sandbox.generate import generate, store_records
from integrations.sandbox.generate.system import organization, users
from integrations.sandbox.oauth.sessions import Sessions
from integrations.sandbox.schema import Schema
from integrations.sandbox.schema.read import read_objects
from integrations.sandbox.server import Server
from integrations.sandbox.soql.plan import SqlValue
from integrations.sandbox.store import Store
from integrations.sandbox.usage import Usage

ROUTES = (oauth, resources)
KEPT_REQUESTS = 10_000
FIRST_NEW_RECORD = 1_000_000_000
DAILY_CALLS = 100_000
BULK_PAGE = 50_000
ANY_HOST = ("0.0.0.0", "::")  # noqa: S104


class DemoOrg:
    """An org that listens between `start` and `stop`, or inside a `with` block.

    Its records come from a folder of CSV files named after objects (`data`), or are generated: the sizes
    count deleted and merged records too. Settings may be changed at any time; a change holds from the next
    request on. Everything is gone when the org stops.
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
        host: str = "127.0.0.1",
        port: int = 0,
        client_id: str = "",
        client_secret: str = "",
    ) -> None:
        self._data, self._seed = data, seed
        self._sizes = {"Contact": contacts, "Account": accounts, "Lead": leads, "Campaign": campaigns}
        self._host, self._port = host, port
        self.api_limit = DAILY_CALLS
        self.bulk_delay = 0.0
        self.bulk_page_size = BULK_PAGE
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
        """Makes the records and starts to listen."""
        self._temporary = tempfile.TemporaryDirectory(prefix="demo-org-")
        self.folder = Path(self._temporary.name)
        self.store = Store(self.folder)
        self._fill()
        self._ids = {
            name: ids.IdSequence(prefix=sobject.prefix, start=FIRST_NEW_RECORD)
            for name, sobject in self.schema.objects.items()
        }
        self.schema_changed = datetime.now(UTC).replace(microsecond=0)
        self.cursors = Cursors(self.store)
        self.query_jobs = QueryJobs(self)
        self.ingest_jobs = IngestJobs(self)
        self._server = Server(self, host=self._host, port=self._port)
        host = "127.0.0.1" if self._host in ANY_HOST else self._host
        self.url = f"http://{host}:{self._server.server_address[1]}"
        self._server.start()

    def _fill(self) -> None:
        builtin = read_objects()
        objects = load_folder.objects_in(self._data, known=builtin) if self._data else builtin
        self.schema = Schema(objects)
        for sobject in objects:
            self.store.create(sobject)
        if self._data:
            load_folder.load(self._data, schema=self.schema, store=self.store)
        else:
            generate(self.store, self.schema, sizes=self._sizes, seed=self._seed)
        if not self.count("User"):
            store_records(self.store, "User", users(username=self.username))
        if not self.count("Organization"):
            store_records(self.store, "Organization", [organization(org_id=self.org_id)])

    def stop(self) -> None:
        """Ends every connection and removes the records."""
        self._server.stop()
        self.cursors.close()
        self.store.close()
        self._temporary.cleanup()

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

    def sql(self, statement: str, *params: SqlValue) -> list[tuple[Any, ...]]:
        """Runs SQL on the org's records and returns its rows. Booleans are 0 and 1."""
        with self.store.transaction() as connection:
            return connection.execute(statement, params).fetchall()

    def count(self, sobject: str) -> int:
        """How many living records an object has."""
        where = "WHERE IsDeleted = 0" if "IsDeleted" in self.schema.objects[sobject].fields else ""
        return int(self.store.rows(f'SELECT COUNT(*) FROM "{sobject}" {where}')[0][0])  # noqa: S608

    def insert(self, sobject: str, **fields: SqlValue) -> str:
        """Adds a record as it is given and returns its id; the missing stamps are now."""
        record = self._stamps(sobject, "CreatedDate", "LastModifiedDate", "SystemModstamp") | fields
        record.setdefault("Id", self._ids[sobject].take())
        store_records(self.store, sobject, [record])
        return str(record["Id"])

    def update(self, sobject: str, record_id: str, **fields: SqlValue) -> None:
        """Sets fields of a record; its stamps move to now."""
        changes = self._stamps(sobject, "LastModifiedDate", "SystemModstamp") | fields
        sets = ", ".join(f'"{name}" = ?' for name in changes)
        self.sql(f'UPDATE "{sobject}" SET {sets} WHERE Id = ?', *changes.values(), ids.to_18(record_id))  # noqa: S608

    def delete(self, sobject: str, record_id: str) -> None:
        """Moves a record to the bin."""
        self.update(sobject, record_id, IsDeleted=1)

    def _stamps(self, sobject: str, *names: str) -> dict[str, SqlValue]:
        return {name: timestamps.now() for name in names if name in self.schema.objects[sobject].fields}

    def new_id(self, sobject: str) -> str:
        """The id of the next record of an object."""
        return self._ids[sobject].take()

    def fail_next(
        self,
        path_contains: str = "",
        *,
        status: int = 503,
        body: Any = "<html><body>Service Unavailable</body></html>",
        times: int = 1,
        headers: dict[str, str] | None = None,
    ) -> None:
        """Answers the next matching requests with this instead; a body that is no text goes out as JSON."""
        answer = faults.answer(status=status, body=body, headers=headers)
        self.faults.add(Fault(path_contains, times, answer=answer))

    def drop_next(self, path_contains: str = "", *, after_bytes: int = 0, times: int = 1) -> None:
        """Breaks the connection of the next matching requests after that many bytes of the body."""
        self.faults.add(Fault(path_contains, times, drop_after=after_bytes))

    def expire_tokens(self) -> None:
        """Ends every access token that is out there; refresh tokens still work."""
        self.sessions.expire_all()

    def expire_locators(self) -> None:
        """Ends every query locator that is out there."""
        self.cursors.close()

    def hide_field(self, sobject: str, field: str) -> None:
        """Takes a field away from the connected user: describe and SOQL no longer know it."""
        self.schema.hide(sobject, field)
        self.schema_changed = datetime.now(UTC).replace(microsecond=0)

    def show_field(self, sobject: str, field: str) -> None:
        """Gives a hidden field back."""
        self.schema.show(sobject, field)
        self.schema_changed = datetime.now(UTC).replace(microsecond=0)
