"""Which function answers which path, and what every API call passes through first."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from integrations.sandbox.errors import ApiError, invalid_session, not_found
from integrations.sandbox.messages import Request, Response

if TYPE_CHECKING:
    from integrations.sandbox.org import DemoOrg

VERSIONS = range(48, 68)
LONGEST_TARGET = 16_384
DATA_PATH = re.compile(r"/services/data/v(?P<version>\d+)\.0(?P<rest>/.*)?")


@dataclass(frozen=True, slots=True)
class Call:
    """A signed-in request to the versioned API."""

    org: DemoOrg
    request: Request
    version: int

    @property
    def base(self) -> str:
        """The path of this version, `/services/data/v60.0`."""
        return f"/services/data/v{self.version}.0"


ApiHandler = Callable[..., Response]
OpenHandler = Callable[..., Response]


@dataclass(frozen=True, slots=True)
class _Route:
    method: str
    pattern: re.Pattern[str]
    handler: Callable[..., Response]


_api: list[_Route] = []
_open: list[_Route] = []


def api(method: str, path: str) -> Callable[[ApiHandler], ApiHandler]:
    """Registers a handler of the versioned API: `handler(call, **parts of the path in braces)`.

    Where two paths match, the one with fewer braces wins: `/sobjects/{name}/describe` is no record's id.
    """
    return _register(_api, method, path)


def open_to_all(method: str, path: str) -> Callable[[OpenHandler], OpenHandler]:
    """Registers a handler of a whole path that needs no access token and is not counted."""
    return _register(_open, method, path)


def _register(routes: list[_Route], method: str, path: str) -> Callable[[Any], Any]:
    pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path) + "/?", re.IGNORECASE)

    def add(handler: Any) -> Any:
        routes.append(_Route(method, pattern, handler))
        routes.sort(key=lambda route: route.pattern.groups)
        return handler

    return add


def answer(org: DemoOrg, request: Request) -> Response:
    """The answer to any request. Raises ApiError."""
    if len(request.target) > LONGEST_TARGET:
        raise ApiError(414, "URI_TOO_LONG", f"The URI is longer than {LONGEST_TARGET} characters")
    route, parts = _find(_open, request.method, request.path)
    if route is not None:
        return route.handler(org, request, **parts)
    match = DATA_PATH.fullmatch(request.path)
    if match is None:
        raise not_found()
    org.usage.count(org, request)
    return dispatch(org, request, match)


def dispatch(org: DemoOrg, request: Request, match: re.Match[str]) -> Response:
    """The answer of the versioned API, already signed in and counted. Raises ApiError."""
    version, path = int(match["version"]), match["rest"] or "/"
    if version not in VERSIONS:
        raise not_found()
    route, parts = _find(_api, request.method, path)
    if route is None:
        raise _no_route(path)
    return route.handler(Call(org, request, version), **parts)


def subrequest(org: DemoOrg, request: Request) -> Response:
    """The answer to a request inside a composite one; errors come back as answers."""
    try:
        match = DATA_PATH.fullmatch(request.path)
        if match is None:
            raise not_found()
        return dispatch(org, request, match)
    except ApiError as error:
        return Response.json(error.body(), status=error.status)


def sign_in(org: DemoOrg, request: Request) -> None:
    """Lets a request with a living access token pass. Raises ApiError INVALID_SESSION_ID."""
    scheme, _, token = request.header("Authorization").partition(" ")
    if scheme.lower() not in ("bearer", "oauth") or not org.sessions.is_alive(token.strip()):
        raise invalid_session()


def _find(routes: list[_Route], method: str, path: str) -> tuple[_Route | None, dict[str, str]]:
    for route in routes:
        match = route.pattern.fullmatch(path)
        if match is not None and route.method == method:
            return route, {name: unquote(part) for name, part in match.groupdict().items()}
    return None, {}


def _no_route(path: str) -> ApiError:
    methods = sorted({route.method for route in _api if route.pattern.fullmatch(path)})
    if not methods:
        return not_found()
    allowed = ",".join(methods)
    return ApiError(405, "METHOD_NOT_ALLOWED", f"HTTP Method not allowed. Allowed are {allowed}")
