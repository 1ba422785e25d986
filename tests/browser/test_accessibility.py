"""axe-core finds nothing serious or critical on any page, in both themes."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_every_page import pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = Axe()


def violations(page: Any) -> list[str]:
    """What weighs: the rule and the elements that break it."""
    found = AXE.run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{page.url} {rule['id']}: {[node['html'][:200] for node in rule['nodes']][:3]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_shuts_anybody_out(open_window, admin_client, theme, viewport):
    mika = open_window(client=admin_client, viewport=viewport)
    mika.page.emulate_media(color_scheme=theme)
    found = [line for path in pages() for line in violations(mika.visit(path))]
    mika.complaints.clear()  # axe itself styles what it measures, which the policy forbids
    assert "\n".join(found) == ""
