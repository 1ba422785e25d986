"""`/services/data/` and the list of resources of one version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integrations.sandbox.messages import Request, Response
from integrations.sandbox.routes import VERSIONS, Call, api, open_to_all

if TYPE_CHECKING:
    from integrations.sandbox.org import DemoOrg

SEASONS = ("Spring", "Summer", "Winter")
FIRST_VERSION, FIRST_YEAR = 48, 20
RESOURCES = ("composite", "jobs", "limits", "query", "queryAll", "sobjects")


def release(version: int) -> str:
    """The release a version came with: 48 is Spring '20, and three follow each year."""
    year, season = divmod(version - FIRST_VERSION, len(SEASONS))
    return f"{SEASONS[season]} '{FIRST_YEAR + year + (SEASONS[season] == 'Winter')}"


@open_to_all("GET", "/services/data")
def versions(org: DemoOrg, request: Request) -> Response:
    """All versions; needs no access token and costs no call."""
    return Response.json(
        [{"label": release(v), "url": f"/services/data/v{v}.0", "version": f"{v}.0"} for v in VERSIONS]
    )


@api("GET", "/")
def resources(call: Call) -> Response:
    """The resources of one version, and who is asking."""
    identity = f"{call.org.url}/id/{call.org.org_id}/{call.org.user_id}"
    return Response.json({name: f"{call.base}/{name}" for name in RESOURCES} | {"identity": identity})
