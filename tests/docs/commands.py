"""The reference of all commands, made from their own help by `python -m tests.docs.commands`."""

import os
import re
import sys
from pathlib import Path

from django.core.management import load_command_class

PROJECT = Path(__file__).resolve().parents[2]
APPS = {
    "The whole": ("crmbridge",),
    "Records and lists": ("crmbridge.properties", "crmbridge.lists"),
    "Salesforce": ("integrations",),
}
_HEAD = """# Commands

Made from the commands' own `--help`; `python -m tests.docs.commands > docs/commands.md` writes it anew.
Each is called as `.venv/bin/python manage.py NAME`. Those that work with records and with Salesforce take `--json`
for machines: the last line is JSON. The exit code is 0 when all went well.
"""


def reference() -> str:
    """The whole page."""
    parts = [_HEAD]
    for title, apps in APPS.items():
        parts.append(f"## {title}\n")
        for app in apps:
            folder = PROJECT.joinpath(*app.split("."), "management", "commands")
            names = sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
            parts += [_section(app, name) for name in names]
    return "\n".join(parts)


def _section(app: str, name: str) -> str:
    parser = load_command_class(app, name).create_parser("manage.py", name)
    return f"### {name}\n\n```\n{_without_common_options(parser.format_help()).strip()}\n```\n"


def _without_common_options(text: str) -> str:
    """The help without what Django adds to every command."""
    brief = "-h|--version|-v \\{0,1,2,3\\}|--settings SETTINGS|--pythonpath PYTHONPATH|--traceback"
    brief += "|--no-color|--force-color|--skip-checks"
    text = re.sub(rf"\s*\[({brief})\]", "", text)
    common = r"  (-h, --help|--version|-v[ ,].*--verbosity|--settings|--pythonpath|--traceback"
    common += r"|--no-color|--force-color|--skip-checks)"
    return re.sub(rf"^{common}\b.*\n(?:^ {{8,}}.*\n)*", "", text, flags=re.M)


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crmbridge.settings")
    os.environ["COLUMNS"] = "110"
    django.setup()
    sys.stdout.write(reference())
