"""The one HTTP session through which everything to a Salesforce org passes."""

import threading
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from requests import PreparedRequest, Response, Session

from .errors import ConfigProblem, ResponseBroken, error_from_response
from .hosts import check_host
from .retries import repeat
from .tokens import BearerAuth, TokenSource, token_of
from .usage import ApiUsage, api_usage, is_counted, server_time

__all__ = ["SalesforceSession", "TokenSource", "newest_version"]

Result = TypeVar("Result")

_IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})


class SalesforceSession(Session):
    """A requests session for one org: signed, timed, retried, counted, and raising only our own errors.

    Paths are relative to {instance}/services/data/{api_version}/, with a leading slash to the instance.
    `timeout` is (connect, read) in seconds; `backoff` the first pause between tries in seconds.
    Idempotent methods are tried up to 1 + `retries` times, others only with `retry=True`.
    """

    def __init__(
        self,
        *,
        tokens: TokenSource,
        api_version: str = "v66.0",
        allow_loopback: bool = False,
        timeout: tuple[float, float] = (10, 120),
        retries: int = 4,
        backoff: float = 0.5,
    ) -> None:
        super().__init__()
        self.tokens = tokens
        self.api_version = api_version
        self.allow_loopback = allow_loopback
        self.timeout = timeout
        self.retries = retries
        self.backoff = backoff
        self.api_calls = 0
        self.usage: ApiUsage | None = None
        self.server_time: datetime | None = None
        self.auth = BearerAuth(tokens)
        # Salesforce compresses only for exactly this value; it ignores "gzip, deflate".
        self.headers.update({"Accept-Encoding": "gzip", "User-Agent": "crmbridge"})
        self._noting = threading.Lock()

    def fetch(
        self,
        method: str,
        path: str,
        *,
        read: Callable[[Response], Result],
        retry: bool | None = None,
        accept: Collection[int] = (),
        **options: Any,
    ) -> Result:
        """What `read` makes of the answer; when its body proves broken, the whole request is repeated.

        Statuses of 300 and above raise, except those in `accept`. `options` are those of requests.
        """

        def attempt() -> Result:
            with self._answer(method, path, accept=accept, **options) as response:
                return read(response)

        return self._repeat(method, attempt, retry)

    def request(self, method: str, url: Any, *args: Any, **options: Any) -> Response:
        """Like requests' own, so that libraries can run on this session; failures raise our errors."""
        retry = options.pop("retry", None)
        return self._repeat(method, lambda: self._answer(method, url, *args, **options), retry)

    def get_json(self, path: str, **params: Any) -> Any:
        """The decoded answer to a GET with these query parameters."""
        return self.fetch("GET", path, read=_decoded, params=params)

    def post_json(self, path: str, body: Any, retry: bool = False) -> Any:
        """The decoded answer to a POST. Only set `retry` when doing it twice does no harm."""
        return self.fetch("POST", path, read=_decoded, retry=retry, json=body)

    def patch_json(self, path: str, body: Any, retry: bool = False) -> Any:
        """The decoded answer to a PATCH, None when it is empty."""
        return self.fetch("PATCH", path, read=_decoded, retry=retry, json=body)

    def download(
        self,
        path: str,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        read: Callable[[Response], Result],
    ) -> Result:
        """What `read` makes of a large answer, taken in pieces; begins anew when the body breaks off."""
        return self.fetch("GET", path, read=read, params=params, headers=headers, stream=True)

    def take_api_calls(self) -> int:
        """The calls made since they were last taken, for adding them up elsewhere. Safe between threads."""
        with self._noting:
            calls, self.api_calls = self.api_calls, 0
        return calls

    def address(self, path: str) -> str:
        """The full address of a path. An address at the instance's host gets the instance's scheme.

        simple_salesforce always writes https, which a demo org on this machine does not speak.
        """
        instance = self._instance()
        if not path.startswith(("https://", "http://")):
            return instance + (path if path.startswith("/") else f"/services/data/{self.api_version}/{path}")
        scheme, _, host = instance.partition("://")
        parts = urlsplit(path)
        return parts._replace(scheme=scheme).geturl() if parts.netloc == host else path

    def send(self, request: PreparedRequest, **options: Any) -> Response:
        """Sends one request, to the org alone and following no redirect, and notes what the answer tells."""
        if check_host(request.url or "", allow_loopback=self.allow_loopback) != self._instance():
            raise ConfigProblem("FOREIGN_HOST")
        # simple_salesforce asks for indented bodies, which are a third larger and slower to decode.
        request.headers.pop("X-PrettyPrint", None)
        response = super().send(request, **{**options, "allow_redirects": False})
        self._note(response)
        return response

    def _repeat(self, method: str, attempt: Callable[[], Result], retry: bool | None) -> Result:
        repeatable = method.upper() in _IDEMPOTENT if retry is None else retry
        return repeat(attempt, retries=self.retries if repeatable else 0, backoff=self.backoff)

    def _answer(
        self, method: str, path: str, *args: Any, accept: Collection[int] = (), **options: Any
    ) -> Response:
        """One answer, with a new token if the old one is refused, which Salesforce does before it acts."""
        options["timeout"] = options.get("timeout") or self.timeout
        response = super().request(method, self.address(path), *args, **options)
        if response.status_code == 401:
            response.close()
            self.tokens.refresh(token_of(response.request))
            response = super().request(method, self.address(path), *args, **options)
        if response.status_code < 300 or response.status_code in accept:
            return response
        with response:
            raise error_from_response(response)

    def _instance(self) -> str:
        return check_host(self.tokens.instance_url, allow_loopback=self.allow_loopback)

    def _note(self, response: Response) -> None:
        with self._noting:
            self.api_calls += is_counted(urlsplit(response.url).path)
            self.usage = api_usage(response.headers) or self.usage
            moments = [self.server_time, server_time(response.headers)]
            self.server_time = max(filter(None, moments), default=None)


def newest_version(session: SalesforceSession, wanted: str) -> str:
    """The lower of `wanted` and the newest API version that the org has, both written as v66.0."""
    offered = [str(version["version"]) for version in session.get_json("/services/data/")]
    if not offered:
        raise ResponseBroken
    return min(wanted, f"v{max(offered, key=float)}", key=lambda version: float(version.removeprefix("v")))


def _decoded(response: Response) -> Any:
    return response.json() if response.content else None
