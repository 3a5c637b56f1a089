"""A journal in PostgreSQL: all that holds of one in SQLite, and what only a server can do to it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.postgresql import USER
from tryleap import Leap
from tryleap.cli import main
from tryleap.models import ModelV2Entity
from tryleap.simulator import Simulator, running
from tryleap.trainings import JournalError, Trainings
from tryleap.trainings._arguments import prepare
from tryleap.trainings._journal import Journal
from tryleap.trainings._tags import tagged_name

from . import test_journal, test_runs, test_settling, test_start
from .conftest import PNG, TOKEN

psycopg = pytest.importorskip("psycopg", reason="the extra postgres; make check-all has it")
pytestmark = pytest.mark.heavy

# They read or write the file.
ABOUT_FILES = {"test_a_restored_journal_is_repaired"}
for module in (test_start, test_settling, test_runs):
    globals().update(
        {
            name: value
            for name, value in vars(module).items()
            if name.startswith("test_") and name not in ABOUT_FILES
        }
    )
test_another_schema_is_refused = test_journal.test_another_schema_is_refused
test_texts_that_no_database_takes = test_journal.test_texts_that_no_database_takes


@pytest.fixture
def simulator(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    """As the module has it from which a test comes."""
    is_run = request.function.__module__ == test_runs.__name__
    with running(training_seconds=0.01 if is_run else 1000, seed=1) as server:
        yield server


@pytest.fixture
def journal(postgresql_database: str) -> str:
    """Takes the place of the file."""
    return postgresql_database


class Proxy:
    """Stands between a client and the server, and cuts a connection at a COMMIT: before it, or its response.

    Args:
        folder: Where the server's socket file is.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cuts: list[str] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.threads = [threading.Thread(target=self.accept)]
        self.threads[0].start()

    def accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            upstream = socket.socket(socket.AF_UNIX)
            upstream.connect(str(self.folder / ".s.PGSQL.5432"))
            thread = threading.Thread(target=self.serve, args=(client, upstream))
            self.threads.append(thread)
            thread.start()

    def serve(self, client: socket.socket, upstream: socket.socket) -> None:
        """Forward by turns, as the protocol asks and answers by turns."""
        with client, upstream:
            back = threading.Thread(target=self.forward, args=(upstream, client))
            while data := client.recv(65536):
                cut = self.cuts.pop(0) if b"COMMIT" in data and self.cuts else ""
                if cut == "before":
                    break
                if cut == "answer":
                    # The response is read here, so the server has committed; nobody else hears of it.
                    self.muted = True
                    upstream.sendall(data)
                    self.answered.wait(10)
                    break
                with suppress(OSError):  # the server may have ended the connection
                    upstream.sendall(data)
                if back.ident is None:
                    self.muted, self.answered = False, threading.Event()
                    back.start()
            for each in (client, upstream):
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
            if back.ident is not None:
                back.join()
            self.muted = False

    muted = False
    answered = threading.Event()

    def forward(self, upstream: socket.socket, client: socket.socket) -> None:
        try:
            while data := upstream.recv(65536):
                if self.muted:
                    self.answered.set()
                    return
                client.sendall(data)
        except OSError:
            return

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for each in self.threads:
            each.join()


@pytest.fixture
def proxy(postgresql_server: Path) -> Iterator[Proxy]:
    """A proxy in front of the server."""
    made = Proxy(postgresql_server)
    yield made
    made.close()


@pytest.fixture
def database(postgresql_database: str) -> str:
    """The database's name."""
    return postgresql_database.partition("@/")[2].partition("?")[0]


@pytest.mark.parametrize(
    "cuts", [["answer"], ["before"], ["", "answer"], ["", "before"], ["answer", "answer"]]
)
def test_a_lost_commit(
    simulator: Simulator, proxy: Proxy, postgresql_database: str, database: str, cuts: list[str]
) -> None:
    """Claim or record: whether the server has committed is found out on a new connection."""
    Journal(postgresql_database).open()
    url = f"postgresql://{USER}@127.0.0.1:{proxy.port}/{database}"
    with Leap(TOKEN, base_url=simulator.base_url) as leap, Trainings(leap, url) as trainings:
        proxy.cuts = list(cuts)
        training = trainings.start("k", image_sample_files=[PNG])

        assert proxy.cuts == []
        assert (training.state, training.attempts) == ("started", 1)
        assert len(simulator.uploads) == 1


@pytest.mark.parametrize("statement", range(12))
def test_a_terminated_backend(
    simulator: Simulator, postgresql_database: str, statement: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An administrator, or a restart, ends the session before any of its statements: one training."""
    with Leap(TOKEN, base_url=simulator.base_url) as leap, Trainings(leap, postgresql_database) as trainings:
        engine = trainings._journal.open()
        seen: list[str] = []

        def terminate(connection: Any, cursor: Any, text: str, *rest: Any) -> None:
            if len(seen) == statement:
                pid = connection.connection.driver_connection.info.backend_pid
                with psycopg.connect(postgresql_database, autocommit=True) as other:
                    other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
            seen.append(text)

        sa.event.listen(engine, "before_cursor_execute", terminate)
        training = trainings.start("k", image_sample_files=[PNG])

        assert len(seen) > 12
        assert (training.state, training.attempts) == ("started", 1)
        assert len(simulator.uploads) == 1


def test_eight_create_the_schema_at_once(postgresql_database: str) -> None:
    """All open one journal with one id."""
    journals = [Journal(postgresql_database) for _ in range(8)]
    barrier = threading.Barrier(8)
    problems: list[Exception] = []

    def open_(journal: Journal) -> None:
        barrier.wait()
        try:
            journal.open()
        except Exception as problem:  # noqa: BLE001 - shown below
            problems.append(problem)

    threads = [threading.Thread(target=open_, args=(each,)) for each in journals]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert problems == []
    assert len({each.journal_id for each in journals}) == 1


@pytest.mark.parametrize(
    ("command", "status"), [(("run", "people.csv", "--dry-run"), 0), (("list",), 2), (("wait",), 2)]
)
def test_commands_that_only_look_create_no_tables(  # noqa: PLR0917 - what it takes
    postgresql_database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: tuple[str, ...],
    status: int,
) -> None:
    """In an empty database there is no journal; a dry run says what would be sent."""
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text("key,images\nada,https://a.example/1.jpg\n", encoding="utf-8")
    try:
        ended: Any = main(("trainings", *command, "--journal", postgresql_database))
    except SystemExit as end:
        ended = end.code
    with psycopg.connect(postgresql_database) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()

    assert ended == status
    assert tables == []
    written = capsys.readouterr()
    assert "there is no journal" in written.err if status else "send 1" in written.out


def test_two_refreshes_lock_rows_in_one_order(
    postgresql_database: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Two processes that have read the rows in different orders do not deadlock when they change them."""
    first, second = Journal(postgresql_database), Journal(postgresql_database)
    models = []
    for key in ("a", "b"):
        prepared = prepare(key, {"image_sample_urls": ["https://a.example"]})
        tag = first.claim(prepared, f"attempt of {key}").training.tag
        models.append(
            ModelV2Entity.from_dict({"id": key, "name": tagged_name(None, tag), "status": "queued"})
        )
    has_read, may_write, has_written, may_go_on = (threading.Event() for _ in range(4))

    def before_a_statement(connection: Any, cursor: Any, text: str, *rest: Any) -> None:
        if text.startswith("UPDATE") and not has_read.is_set():
            has_read.set()
            assert may_write.wait(10)

    def after_a_statement(connection: Any, cursor: Any, text: str, *rest: Any) -> None:
        if text.startswith("UPDATE") and not has_written.is_set():
            has_written.set()
            assert may_go_on.wait(10)

    sa.event.listen(first.open(), "before_cursor_execute", before_a_statement)
    sa.event.listen(second.open(), "after_cursor_execute", after_a_statement)
    with ThreadPoolExecutor(2) as pool, psycopg.connect(postgresql_database, autocommit=True) as connection:
        observed = [pool.submit(first.observe, models)]
        assert has_read.wait(10)
        # An update puts the row behind the others.
        connection.execute("UPDATE tryleap_trainings SET name = 'Alex' WHERE key = 'a'")
        keys = connection.execute("SELECT key FROM tryleap_trainings").fetchall()
        observed.append(pool.submit(second.observe, models))
        assert has_written.wait(10)
        may_write.set()
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        while connection.execute(waiting).fetchone() == (0,):
            time.sleep(0.01)
        may_go_on.set()
        changed = [len(each.result().changed) for each in observed]

    assert keys == [("b",), ("a",)]
    assert changed == [0, 2]
    assert caplog.messages == []


def test_a_commit_is_durable_whatever_the_default(postgresql_database: str, database: str) -> None:
    """A database whose default gives up durability for speed does not give up the journal's."""
    with psycopg.connect(postgresql_database, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {database} SET synchronous_commit = off")
    journal = Journal(postgresql_database)
    with journal.open().begin() as connection:
        settings = [
            connection.exec_driver_sql(f"SHOW {name}").scalar()
            for name in ("synchronous_commit", "transaction_isolation", "idle_in_transaction_session_timeout")
        ]

    assert settings == ["on", "read committed", "1min"]


def test_a_server_that_is_down() -> None:
    """The error names the journal, without its password."""
    journal = Journal("postgresql://alex:hunter2@127.0.0.1:9/trainings")
    with pytest.raises(JournalError, match=r"postgresql://alex:\*\*\*@127.0.0.1:9/trainings") as caught:
        journal.open()

    assert "hunter2" not in str(caught.value)
