"""The journal's database: its settings, what is not in it, and what happens when it fails."""

from __future__ import annotations

import os
import pickle
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.subprocesses import import_error, run_python
from tryleap import Leap
from tryleap._version import install_command
from tryleap.simulator import Simulator
from tryleap.trainings import JournalError, Trainings, _sql
from tryleap.trainings import _database as database
from tryleap.trainings._arguments import prepare
from tryleap.trainings._database import Location
from tryleap.trainings._journal import Journal
from tryleap.trainings._states import LOSE, Outcome

from .conftest import PNG, TOKEN, Blocking, Opener


def test_sqlite_is_durable(journal: Path) -> None:
    """A commit that returned survives a power cut, and the file alone is the whole journal."""
    store = Journal(journal)
    with store.open().connect() as connection:
        settings = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("synchronous", "journal_mode")
        ]

    assert settings == [3, "delete"]
    assert store.location.path is not None
    assert store.location.path.is_absolute()
    store.close()


def test_a_write_takes_the_lock_at_once(store: Journal, journal: Path) -> None:
    """A transaction that reads first and writes then waits for another instead of failing."""
    store.open()
    other = sqlite3.connect(journal, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.3, lambda: other.execute("COMMIT"))
    timer.start()
    claim = store.claim(prepare("k", {"image_sample_files": [PNG]}), "attempt")
    timer.join()
    other.close()

    assert claim.claimed


def test_a_path_stays_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative path means the folder in which the journal was opened, wherever the process goes."""
    monkeypatch.chdir(tmp_path)
    store = Journal("trainings.db")
    monkeypatch.chdir("/")

    assert store.list() == []
    assert (tmp_path / "trainings.db").exists()
    store.close()


def test_names_with_every_character(tmp_path: Path) -> None:
    """What a URL would give a meaning is part of the file's name."""
    path = tmp_path / "a?mode=memory#%41 b.db"
    store = Journal(path)

    assert store.list() == []
    assert path.exists()
    store.close()


@pytest.mark.parametrize(
    ("journal", "said"),
    [
        (":memory:", "pass the path of a file on disk"),
        ("", "pass the path of a file on disk"),
        ("sqlite://", "pass the path of a file on disk"),
        ("mysql://user:secret@host/db", "a mysql URL: use SQLite or PostgreSQL"),
        ("nonsense://user:secret@host/db", "nonsense"),
        ("postgresql://user:secret@host:port/db", "is not a valid database URL"),
    ],
)
def test_no_place_for_a_journal(journal: str, said: str) -> None:
    """A place that cannot be used is refused at once, and no password is in the message."""
    with pytest.raises(ValueError, match=said) as caught:
        Journal(journal)

    assert "secret" not in str(caught.value)


def test_a_url_shows_no_password() -> None:
    """Neither the journal's name nor what an error says of it."""
    location = Location("postgres://alex:hunter2@127.0.0.1:1/trainings")

    assert str(location) == "postgresql://alex:***@127.0.0.1:1/trainings"
    with pytest.raises(TypeError, match="must be a path or the URL of a database, not int"):
        Location(7)  # type: ignore[arg-type]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """The file is created, its folder is not."""
    with pytest.raises(JournalError, match=r"the folder .*nowhere does not exist"):
        Journal(tmp_path / "nowhere" / "trainings.db").open()


def test_another_file_is_not_overwritten(tmp_path: Path) -> None:
    """A file that is no database stays as it is."""
    path = tmp_path / "notes.txt"
    path.write_text("not a database" * 100)
    with pytest.raises(JournalError, match="file is not a database"):
        Journal(path).open()

    assert path.read_text() == "not a database" * 100


def edited(statement: str) -> Callable[[Path], None]:
    """Changes a row of the journal behind the back of whoever has it open."""

    def edit(journal: Path) -> None:
        store = Journal(journal)
        with store.open().begin() as connection:
            connection.exec_driver_sql(statement)
        store.close()

    return edit


def replaced(journal: Path) -> None:
    other = journal.with_name("other.db")
    with closing(Journal(other)) as store:
        store.open()
    other.replace(journal)


@pytest.mark.usefixtures("quick_retries")
@pytest.mark.parametrize(
    ("meanwhile", "said"),
    [
        # Tags follow from the journal's id.
        (edited("UPDATE tryleap_journal SET journal_id = 'another'"), "was replaced"),
        # No connection that is kept open is used that has another file open than the one at the path.
        (replaced, "was replaced"),
        # An empty journal would train everything again.
        (Path.unlink, "unable to open database file"),
    ],
    ids=["another id", "another file", "no file"],
)
def test_another_journal_is_not_written(
    trainings: Blocking, simulator: Simulator, journal: Path, meanwhile: Callable[[Path], None], said: str
) -> None:
    """Where the journal became another one while it was open nothing is recorded, and nothing sent."""
    trainings.start("k", image_sample_files=[PNG])
    meanwhile(journal)
    with pytest.raises(JournalError, match=said):
        trainings.start("other", image_sample_files=[PNG])

    assert len(simulator.uploads) == 1
    assert journal.exists() == (meanwhile is not Path.unlink)


@pytest.mark.usefixtures("quick_retries")
def test_another_journal_is_read_as_it_is(trainings: Blocking, journal: Path) -> None:
    """The trainings of the one that has taken its place; none can be read of a file that is not there."""
    trainings.start("k", image_sample_files=[PNG])
    replaced(journal)
    assert trainings.list() == []

    journal.unlink()
    with pytest.raises(JournalError, match="unable to open database file"):
        trainings.list()


def test_another_schema_is_refused(trainings: Blocking, simulator: Simulator, journal: Path) -> None:
    """Also by a process that has it open when a newer version changes it; the message has the way out."""
    edited("UPDATE tryleap_journal SET schema_version = 2")(journal)
    with pytest.raises(JournalError, match="schema version"):
        trainings.start("k", image_sample_files=[PNG])
    with pytest.raises(JournalError, match=r"has schema version 2, .* supports 1\. Upgrade"):
        Journal(journal).open()

    assert not simulator.uploads


FORK = """
import os, sys
from tryleap.trainings._arguments import prepare
from tryleap.trainings._journal import Journal

def claim(key):
    return store.claim(prepare(key, {"image_sample_urls": ["https://a.example"]}), str(os.getpid())).claimed

store = Journal("trainings.db")
claim("parent")
engine = store.open()
child = os.fork()
if child == 0:
    print(claim("parent"), claim("child"), store.open() is engine, flush=True)
    sys.exit()
os.waitpid(child, 0)
print(claim("child"), claim("later"), store.open() is engine, [each.key for each in store.list()])
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_fork_opens_connections_of_its_own(tmp_path: Path) -> None:
    """What a parent has open is not used by its child, nor closed where the child ends."""
    ended = run_python("-c", FORK, cwd=tmp_path)

    assert ended.stderr == ""
    assert ended.stdout.splitlines() == ["False True False", "False True True ['parent', 'child', 'later']"]


@pytest.mark.usefixtures("quick_retries")
def test_a_read_only_journal_can_be_read(
    trainings: Blocking, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is sent that could not be recorded before."""
    connect = sqlite3.connect
    started = trainings.start("k", image_sample_files=[PNG])
    monkeypatch.setattr(
        database.sqlite3, "connect", lambda url, **rest: connect(url.replace("mode=rw", "mode=ro"), **rest)
    )
    trainings.inner._journal.close()
    with pytest.raises(JournalError, match="readonly"):
        trainings.start("other", image_sample_files=[PNG])

    assert trainings.list() == [started]
    assert len(simulator.uploads) == 1


def limited(monkeypatch: pytest.MonkeyPatch, journal: Journal) -> Callable[[], None]:
    """Fills the disk for a journal; the function that is returned makes room again."""
    connect = journal.location._connect_sqlite
    full = True

    def on_full_disk() -> sqlite3.Connection:
        connection = connect()
        if full:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    monkeypatch.setattr(journal.location, "_connect_sqlite", on_full_disk)
    journal.close()

    def make_room() -> None:
        nonlocal full
        full = False
        journal.close()

    return make_room


@pytest.mark.usefixtures("quick_retries")
def test_nothing_is_sent_on_a_full_disk(
    trainings: Blocking, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A claim that cannot be recorded is none; with room again the training is started."""
    make_room = limited(monkeypatch, trainings.inner._journal)
    long = {"name": "x" * 3900, "image_sample_files": [PNG]}

    def fill() -> None:
        for number in range(100):
            trainings.start(f"k{number}", **long)

    with pytest.raises(JournalError, match="full"):
        fill()
    sent = len(simulator.uploads)
    make_room()

    assert all(each.state == "started" for each in trainings.list())
    assert trainings.start("last", **long).state == "started"
    assert len(simulator.uploads) == sent + 1


def test_a_model_outlives_the_journal(
    trainings: Blocking, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal fails after the response: the error holds the model, and the tag repairs the row."""
    monkeypatch.setattr("tryleap.trainings._journal.PATIENT", (0.0, 0.0))
    journal = trainings.inner._journal
    settle = journal._settle
    tries: list[int] = []

    def fails(*args: Any) -> Any:
        tries.append(1)
        raise sa.exc.OperationalError("UPDATE", {}, sqlite3.OperationalError("disk I/O error"))

    monkeypatch.setattr(journal, "_settle", fails)
    with pytest.raises(JournalError, match=r"started training 'k' as model .* disk I/O error") as caught:
        trainings.start("k", image_sample_files=[PNG])
    monkeypatch.setattr(journal, "_settle", settle)

    assert len(tries) == 3
    assert caught.value.model.id == simulator.uploads[0].model_id
    assert trainings.get("k").state == "sending"
    assert [each.model_id for each in trainings.reconcile().adopted] == [caught.value.model.id]


def lost_acknowledgements(monkeypatch: pytest.MonkeyPatch, journal: Journal) -> list[int]:
    """Commits of the journal succeed and say that they have failed, every other time."""
    monkeypatch.setattr(database, "BRIEF", (0.0,))
    commits: list[int] = []
    dialect = journal.open().dialect
    commit = dialect.do_commit

    def lost(connection: Any) -> None:
        commit(connection)
        commits.append(1)
        if len(commits) % 2:
            raise sqlite3.OperationalError("the connection was lost")

    monkeypatch.setattr(dialect, "do_commit", lost)
    return commits


def test_a_lost_acknowledgement_is_found(
    trainings: Blocking, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A claim whose commit seemed to fail is known again by its attempt, and counted once."""
    commits = lost_acknowledgements(monkeypatch, trainings.inner._journal)
    training = trainings.start("k", image_sample_files=[PNG])
    with trainings.inner._journal.open().connect() as connection:
        claims = connection.execute(sa.text("SELECT claims FROM tryleap_journal")).scalar_one()
        connection.rollback()

    assert (training.state, training.attempts, claims) == ("started", 1, 1)
    assert len(simulator.uploads) == 1
    assert len(commits) >= 4


def test_a_claim_that_failed_is_given_back(
    trainings: Blocking, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit went through and the journal cannot say so: nothing is sent, and the row is free again."""
    monkeypatch.setattr("tryleap.trainings._database.BRIEF", ())
    journal = trainings.inner._journal
    claim = journal.claim

    def claims_and_fails(*args: Any) -> Any:
        claim(*args)
        raise JournalError("the network is gone")

    monkeypatch.setattr(journal, "claim", claims_and_fails)
    with pytest.raises(JournalError, match="the network is gone"):
        trainings.start("k", image_sample_files=[PNG])

    assert trainings.get("k").state == "pending"
    assert not simulator.requests


def test_no_key_and_no_image(open_trainings: Opener, simulator: Simulator, journal: Path) -> None:
    """The file holds no credential, no image, no webhook and no signature of a URL."""
    trainings = open_trainings()
    trainings.start("files", image_sample_files=[PNG], webhook_url="https://example.com/hook?secret=hush")
    simulator.faults.add("train_model", status=400, body={"message": f"not with {TOKEN}"})
    with pytest.raises(Exception, match="400"):
        trainings.start("urls", image_sample_urls=["https://example.com/me.jpg?signature=hush"])
    trainings.refresh()
    content = journal.read_bytes()

    assert b"files" in content
    for secret in (TOKEN.encode(), b"a picture of Alex", b"hush"):
        assert secret not in content


def test_texts_that_no_database_takes(store: Journal) -> None:
    """What a server said is kept, however strange: null characters and lone surrogates are replaced."""
    key = "k\u00e9\U0001f600"
    store.claim(prepare(key, {"image_sample_files": [PNG], "name": "a\0b"}), "attempt")
    settled = store.settle(key, "attempt", Outcome(LOSE, "a\0b\ud800" + "x" * 9999))

    assert settled.error == "a\ufffdb?" + "x" * 3996


def test_many_keys_are_read_in_batches(store: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite accepts a limited number of parameters: no row is lost at the borders of batches."""
    monkeypatch.setattr(_sql, "KEYS_AT_ONCE", 2)
    for key in "abcde":
        store.claim(prepare(key, {"image_sample_files": [PNG]}), key)

    assert store.by_keys([*"abcde", "missing"]) == {each.key: each for each in store.list()}
    assert store.by_keys([]) == {}


def test_a_journal_and_its_errors_pickle(journal: Path) -> None:
    """Process pools and queues carry them to other processes."""
    store = Journal(journal)
    store.claim(prepare("k", {"image_sample_files": [PNG]}), "attempt")
    copy = pickle.loads(pickle.dumps(store))
    error = JournalError("it fails", training=store.get("k"))
    carried = pickle.loads(pickle.dumps(error))

    with closing(copy):
        assert copy.list() == store.list()
    assert (str(carried), carried.training, carried.model) == ("it fails", error.training, None)
    store.close()


def test_the_package_loads_no_database() -> None:
    """SQLAlchemy is imported where trainings are named; without it the error says what to install."""
    loaded = run_python("-c", "import sys\nfrom tryleap import Leap\nprint('sqlalchemy' in sys.modules)")

    assert loaded.stdout == "False\n", loaded.stderr
    assert import_error("import tryleap; tryleap.trainings", "sqlalchemy") == (
        f"tryleap.trainings needs SQLAlchemy: {install_command('trainings')}"
    )


def test_a_journal_opens_where_it_is_used(simulator: Simulator, journal: Path) -> None:
    """The context manager is a convenience: without it the first use opens the journal."""
    with Leap(TOKEN, base_url=simulator.base_url) as leap:
        trainings = Trainings(leap, journal)
        assert repr(trainings) == f"<Trainings {journal}>"
        assert not journal.exists()
        assert trainings.list() == []
        assert journal.exists()
        trainings.close()
        assert trainings.list() == []
        trainings.close()
