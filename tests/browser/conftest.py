"""A real Chromium on a real server, logged in, with every complaint of the browser noted."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright

from tests.browser.ensure_chromium import executable

# Playwright keeps an event loop in this thread; the tests use the database from it all the same.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@dataclass
class Visitor:
    """A person with a browser window, and what the browser complained of."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def visit(self, path: str) -> Page:
        """Opens a page of the console."""
        self.page.goto(self.url + path)
        return self.page

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(
            self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = executable()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def open_window(browser: Browser, live_server) -> Iterator[Callable[..., Visitor]]:
    """Opens browser windows; at the end none of them may have complained."""
    cache.clear()
    visitors: list[Visitor] = []

    def open_one(*, client: Client | None = None, language: str = "en", viewport: Any = DESKTOP) -> Visitor:
        context = browser.new_context(viewport=viewport)
        context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        if client is not None:
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}
            context.add_cookies([cookie])
        visitors.append(Visitor(page=context.new_page(), url=live_server.url))
        _listen(visitors[-1])
        return visitors[-1]

    yield open_one
    for visitor in visitors:
        visitor.page.context.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


@pytest.fixture
def mika(open_window, admin_client) -> Visitor:
    """An administrator at a desk."""
    return open_window(client=admin_client)


def _listen(visitor: Visitor) -> None:
    def on_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            visitor.complaints.append(f"{visitor.page.url}: {message.text}")

    def on_response(response: Response) -> None:
        if response.status >= 400:
            visitor.complaints.append(f"{response.status} {response.url}")

    visitor.page.on("console", on_console)
    visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
    visitor.page.on("response", on_response)
