"""The embedded PostgreSQL, with real servers in folders of their own."""

import contextlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from django.db import NotSupportedError, OperationalError
from django.db.utils import ConnectionHandler
from pytest_django import DjangoDbBlocker

from crmbridge import embedded_postgres
from crmbridge.embedded_postgres import EmbeddedPostgresError, place, programs
from crmbridge.postgres_backend.base import DatabaseWrapper

PROJECT = Path(__file__).resolve().parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="changes users, which only root may")
START = "import sys, pathlib, crmbridge.embedded_postgres as e; e.start(folder=pathlib.Path(sys.argv[1]))"


@pytest.fixture(autouse=True)
def _databases_of_their_own(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """These tests open other databases than the one that pytest-django guards."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def place_for_it() -> Iterator[Path]:
    """A folder that every user can enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="crmbridge-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def folder(place_for_it: Path) -> Iterator[Path]:
    """Where a test's server goes; afterwards it is gone."""
    folder = place_for_it / "postgres"
    yield folder
    embedded_postgres.remove(folder=folder)


@pytest.fixture
def server(folder: Path) -> Path:
    embedded_postgres.start(folder=folder)
    return folder


def ask(folder: Path, statement: str, *, alias: str = "default") -> Any:
    """The first value of a statement's first row, asked through Django as the application does it."""
    settings = embedded_postgres.database_settings(folder=folder)
    database = ConnectionHandler({"default": settings, alias: settings})[alias]
    try:
        with database.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        database.close()


def postmaster(folder: Path) -> psutil.Process:
    return psutil.Process(int((folder / "data" / "postmaster.pid").read_text().split()[0]))


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_settings_touch_no_file(folder: Path) -> None:
    settings = embedded_postgres.database_settings(folder=folder)
    assert settings["NAME"] == "crmbridge"
    assert not folder.exists()


def test_it_starts_when_somebody_connects(folder: Path) -> None:
    assert not embedded_postgres.is_ready(folder=folder)
    assert ask(folder, "SELECT current_database()") == "crmbridge"
    assert embedded_postgres.is_ready(folder=folder)


def test_it_listens_on_a_private_socket_only(server: Path) -> None:
    assert ask(server, "SHOW listen_addresses") == ""
    assert mode(server) == 0o700


def test_it_stores_utf8_with_checksums_and_knows_the_case_of_all_scripts(server: Path) -> None:
    assert ask(server, "SHOW server_encoding") == "UTF8"
    assert ask(server, "SHOW data_checksums") == "on"
    assert ask(server, "SELECT lower('ÄЖΩ')") == "äжω"


def test_its_processes_know_none_of_our_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "only for the web server")
    ask(folder, "CREATE TABLE environment (line text); COPY environment FROM PROGRAM 'env'")
    assert "PGDATA" in ask(folder, "SELECT string_agg(line, ' ') FROM environment")
    assert "SECRET_KEY" not in ask(folder, "SELECT string_agg(line, ' ') FROM environment")


def test_it_runs_until_it_is_stopped(server: Path) -> None:
    first = postmaster(server)
    embedded_postgres.start(folder=server)
    assert postmaster(server) == first
    assert embedded_postgres.stop(folder=server)
    assert not first.is_running() or first.status() == psutil.STATUS_ZOMBIE
    assert not embedded_postgres.stop(folder=server)


def test_processes_that_start_it_together_get_one_server(folder: Path) -> None:
    together = [
        subprocess.Popen([sys.executable, "-c", START, str(folder)], cwd=PROJECT) for _number in range(5)
    ]
    assert [process.wait(timeout=60) for process in together] == [0] * 5
    servers = [process for process in psutil.process_iter(["cmdline"]) if _is_postmaster_of(process, folder)]
    assert [process.pid for process in servers] == [postmaster(folder).pid]


def _is_postmaster_of(process: psutil.Process, folder: Path) -> bool:
    """The processes below a postmaster call themselves `postgres: …`, without its arguments."""
    return f'unix_socket_directories="{folder}"' in (process.info["cmdline"] or [])


def test_it_recovers_when_it_was_killed_in_the_middle_of_work(server: Path) -> None:
    ask(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    with contextlib.closing(psycopg.connect(host=str(server), user="postgres", dbname="crmbridge")) as busy:
        busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 10000000000)")
        postmaster(server).kill()
        assert ask(server, "SELECT answer FROM kept") == 42


def test_it_starts_although_its_old_process_id_is_another_process_now(server: Path) -> None:
    old = (server / "data" / "postmaster.pid").read_text()
    embedded_postgres.stop(folder=server)
    user = embedded_postgres.owner(server)
    other = subprocess.Popen(["sleep", "60"], user=user.pw_uid if os.geteuid() == 0 else None)
    try:
        stale = "\n".join([str(other.pid), *old.splitlines()[1:]])
        (server / "data" / "postmaster.pid").write_text(stale)
        assert ask(server, "SELECT 1") == 1
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_it_starts_again_when_its_socket_was_swept_away(server: Path) -> None:
    (server / ".s.PGSQL.5432").unlink()
    assert ask(server, "SELECT 1") == 1


def test_an_interrupted_creation_is_begun_anew(folder: Path) -> None:
    (folder / "data.new").mkdir(parents=True)
    (folder / "data.new" / "PG_VERSION").write_text("18\n")
    assert ask(folder, "SELECT 1") == 1


def test_data_of_another_version_is_left_alone(server: Path) -> None:
    embedded_postgres.stop(folder=server)
    (server / "data" / "PG_VERSION").write_text("17\n")
    with pytest.raises(OperationalError, match="written by PostgreSQL 17"):
        ask(server, "SELECT 1")
    (server / "data" / "PG_VERSION").write_text("18\n")


@pytest.mark.parametrize("name", ["with spaces and 'quotes'", "deep/" * 30 + "long"])
def test_any_path_will_do(place_for_it: Path, name: str) -> None:
    folder = place_for_it / name / "postgres"
    try:
        assert ask(folder, "SELECT 1") == 1
        assert mode(place.socket_folder(folder)) == 0o700
    finally:
        embedded_postgres.remove(folder=folder)
    assert not place.socket_folder(folder).exists()


@as_root
def test_a_socket_folder_that_somebody_else_made_is_refused(place_for_it: Path) -> None:
    folder = place_for_it / ("deep/" * 30) / "postgres"
    squatted = place.socket_folder(folder)
    squatted.mkdir()
    os.chown(squatted, 12345, 12345)
    try:
        with pytest.raises(EmbeddedPostgresError, match="somebody else"):
            embedded_postgres.start(folder=folder)
    finally:
        squatted.rmdir()


@as_root
def test_below_a_closed_folder_root_keeps_the_data_elsewhere(place_for_it: Path) -> None:
    closed = place_for_it / "closed"
    closed.mkdir(mode=0o700)
    folder = closed / "postgres"
    try:
        assert ask(folder, "SELECT 1") == 1
        assert folder.readlink().is_relative_to("/var/lib")
        assert mode(closed) == 0o700
    finally:
        elsewhere = folder.resolve()
        embedded_postgres.remove(folder=folder)
    assert not elsewhere.exists()
    assert not folder.is_symlink()


@as_root
def test_programs_in_a_closed_folder_are_copied(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o700)
    programs.copy_to(tmp_path / "closed")
    monkeypatch.setattr(programs, "in_wheel", lambda: tmp_path / "closed" / programs.BIN)
    assert ask(folder, "SELECT 1") == 1
    assert Path(postmaster(folder).cmdline()[0]).is_relative_to(folder)
    assert mode(tmp_path) == 0o700


def start_as(user: str, folder: Path) -> str:
    """Starts the server as another user, in a fork because that user may not be able to run our Python."""
    reader, writer = os.pipe()
    if (child := os.fork()) == 0:
        entry = pwd.getpwnam(user)
        os.setgroups([])
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)
        try:
            embedded_postgres.start(folder=folder)
        except BaseException as error:
            os.write(writer, str(error).encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as said:
        return said.read()


@as_root
def test_root_and_the_user_of_a_checkout_share_the_users_server(place_for_it: Path, folder: Path) -> None:
    shutil.chown(place_for_it, "nobody")
    assert start_as("nobody", folder) == ""
    assert postmaster(folder).username() == "nobody"
    embedded_postgres.stop(folder=folder)
    assert ask(folder, "SELECT 1") == 1
    assert postmaster(folder).username() == "nobody"


@as_root
def test_a_users_attempt_on_a_server_that_is_not_theirs_is_explained(server: Path) -> None:
    assert "belongs to the user" in start_as("daemon", server)


def test_the_chores_start_tell_and_stop(place_for_it: Path, folder: Path) -> None:
    def chore(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "crmbridge.embedded_postgres", *arguments]
        environment = {**os.environ, "CRMBRIDGE_VAR": str(place_for_it)}
        return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)

    assert chore("status").returncode == 1
    assert "Running" in chore("start").stdout
    assert chore("status").returncode == 0
    assert chore("psql", "--tuples-only", "--command=SELECT 6 * 7").stdout.strip() == "42"
    assert "Stopped" in chore("stop").stdout
    assert chore("status").returncode == 1


def test_a_server_older_than_15_is_refused_in_one_sentence(
    server: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DatabaseWrapper, "pg_version", 140_012)
    with pytest.raises(NotSupportedError, match="PostgreSQL 15 or later is required"):
        ask(server, "SELECT 1", alias="one that Django has not checked yet")


def test_a_server_without_a_free_connection_is_not_taken_for_an_absent_one(server: Path) -> None:
    before = postmaster(server)
    with contextlib.ExitStack() as stack:
        for _number in range(100):
            stack.enter_context(psycopg.connect(host=str(server), user="postgres", dbname="crmbridge"))
        with pytest.raises(OperationalError, match="too many clients"):
            ask(server, "SELECT 1")
    assert postmaster(server) == before


def test_it_outlives_the_interrupted_process_that_started_it(server: Path) -> None:
    """Ctrl-C goes to every process of the foreground group."""
    assert os.getpgid(postmaster(server).pid) != os.getpgid(0)
