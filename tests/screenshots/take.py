"""Takes the pictures: each page in both languages, on a desk and a phone, light and dark, into var/screenshots."""

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from integrations.sandbox import DemoOrg
from tests.browser.conftest import DESKTOP, PHONE, Visitor

from .pages import pages

FOLDER = Path(settings.BASE_DIR) / "var" / "screenshots"
SIZES = {"desk": DESKTOP, "phone": PHONE}


@pytest.mark.browser
def test_every_page_has_its_picture(
    org: DemoOrg, open_window: Callable[..., Visitor], admin_client: Client
) -> None:
    for language, (size, viewport) in product(("en", "ja"), SIZES.items()):
        visitor = open_window(client=admin_client, language=language, viewport=viewport)
        for name, path in pages().items():
            page = visitor.visit(path)
            if page.locator("[hx-trigger^=load]").count():
                page.wait_for_load_state("networkidle")  # parts that the page asks for when it is there
            for theme in ("light", "dark"):
                page.emulate_media(color_scheme=theme)
                page.screenshot(
                    path=FOLDER / f"{name}-{language}-{size}-{theme}.png",
                    full_page=True,
                    animations="disabled",
                )
