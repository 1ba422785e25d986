"""A disk that is full, or a folder that nobody may write to."""

import json
import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from integrations.models import ImportRun
from integrations.sandbox import DemoOrg
from integrations.services import imports
from tests.e2e.processes import wait_for
from tests.integrations.services.connected import worked

from .conftest import Undisturbed
from .results import result
from .running import process

pytestmark = pytest.mark.usefixtures("connection")

LEAST_ROOM = 4_096


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux can take room away from a process")
def test_a_full_disk_stops_the_import_with_a_clear_sentence(
    org: DemoOrg, undisturbed: Callable[[str], Undisturbed], import_folder: Path
) -> None:
    usual = undisturbed("leads-and-contacts")
    with process("sf_import", "leads-and-contacts", "--wait", "--json") as importing:
        with org.hold_next("/results", after=1) as gate:
            wait_for(lambda: bool(gate.arrived))
            resource.prlimit(importing.pid, resource.RLIMIT_FSIZE, (LEAST_ROOM, resource.RLIM_INFINITY))
        out, err = importing.communicate(timeout=60)
    assert importing.returncode == 1
    assert (
        "The folder of imports cannot be written to: File too large."
        in json.loads(out.splitlines()[-1])["error"]
    )
    assert "Traceback" not in err
    assert list(import_folder.iterdir()) == []
    run = ImportRun.objects.get()
    assert (run.state, run.error_code) == ("failed", "STORAGE")
    assert result(worked(imports.resume(run=run, detach=False))) == usual.result


def test_a_folder_that_cannot_be_made_stops_the_import_with_a_clear_sentence(
    undisturbed: Callable[[str], Undisturbed], tmp_path: Path
) -> None:
    usual = undisturbed("leads-and-contacts")
    (tmp_path / "file").touch()
    with process(
        "sf_import", "leads-and-contacts", "--wait", folder=tmp_path / "file" / "imports"
    ) as importing:
        out, _err = importing.communicate(timeout=60)
    assert "The folder of imports cannot be written to: Not a directory." in out
    assert "Free space on the disk" in out
    run = ImportRun.objects.get()
    assert (run.state, run.error_code) == ("failed", "STORAGE")
    assert result(worked(imports.resume(run=run, detach=False))) == usual.result
