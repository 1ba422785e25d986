"""Nothing of the Japanese console is left in English, and no page is heavy."""

import gettext
import re

import pytest
from django.conf import settings
from django.utils.translation import to_locale

from tests.browser.test_every_page import pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Our own styles, scripts and pictures of one page, as they are before compression.
MOST_BYTES = 100_000
# What people read: texts, and the attributes that are shown or read aloud.
TEXTS = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const hidden = "script, style, code, [lang=en]";
  while (walker.nextNode()) {
    if (!walker.currentNode.parentElement.closest(hidden)) found.push(walker.currentNode.data);
  }
  for (const element of document.querySelectorAll("*")) {
    for (const name of ["aria-label", "title", "placeholder", "alt", "data-busy"]) {
      if (element.hasAttribute(name)) found.push(element.getAttribute(name));
    }
  }
  found.push(document.title);
  return found.map((text) => text.trim()).filter(Boolean);
}"""
# Names of things and data of the test; the same in any language.
NAMES = {
    *(
        "crmbridge",
        "Salesforce",
        "CSV",
        "XLSX",
        "ID",
        "OK",
        "English",
        "API",
        "OAuth",
        "URL",
        "admin",
        "Email",
    ),
    *("UTF-8", "UTF-16", "EUC-JP", "Spring", "Diaz", "No.", "people.csv", "x", "JWT", "PKCE"),
}
# Letters of a sentence or a word in English.
ENGLISH = re.compile(r"[A-Za-z]{3,}")
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


def english_texts() -> set[str]:
    """Every English text that has a translation, from our catalogue and the packages'."""
    import django.contrib.admin
    import django.contrib.auth
    import django_q
    import import_export

    found: set[str] = set()
    folders = [*settings.LOCALE_PATHS] + [
        f"{module.__path__[0]}/locale"
        for module in (django.contrib.admin, django.contrib.auth, django_q, import_export)
    ]
    for folder in folders:
        catalogue = gettext.translation("django", folder, [to_locale("ja")], fallback=True)
        texts = getattr(catalogue, "_catalog", {})
        found |= {
            key.partition("\x04")[2] or key
            for key, value in texts.items()
            if isinstance(key, str) and key != value
        }
    return {text.strip() for text in found}


def test_no_text_of_the_japanese_console_is_english(open_window, admin_client):
    visitor, known, left = open_window(client=admin_client, language="ja"), english_texts(), {}
    for path in pages():
        for text in visitor.visit(path).evaluate(TEXTS):
            plain = text.rstrip(":：…")
            if plain in known and plain not in NAMES and ENGLISH.search(plain) and not JAPANESE.search(plain):
                left.setdefault(plain, path)
    assert left == {}


def test_no_page_is_heavier_than_it_may_be(open_window, admin_client):
    visitor, sizes = open_window(client=admin_client), {}

    def weigh(response):
        if "/static/" in response.url and response.status == 200:
            sizes[response.url] = len(response.body())

    visitor.page.on("response", weigh)
    heavy = {}
    for path in pages():
        visitor.visit(path).wait_for_load_state("networkidle")
        ours = sum(size for url, size in sizes.items() if "/static/crmbridge/" in url)
        if ours > MOST_BYTES:
            heavy[path] = ours
    assert sizes, "no static file was seen"
    assert heavy == {}
