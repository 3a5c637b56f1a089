"""Open the journal's database, make commits durable, and retry transactions."""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.pool import NullPool, QueuePool

from .._version import install_command
from ._schema import SCHEMA_VERSION, journal_table, metadata
from ._training import JournalError

T = TypeVar("T")
logger: Final = logging.getLogger(__name__)

# Seconds to wait for the lock of another transaction, each of which takes milliseconds.
_LOCK_TIMEOUT: Final = 60
# An arbitrary number that no other program is likely to use.
_ADVISORY_LOCK: Final = 0x6C6561702D6A726E
# Marks a transaction that only reads.
READ_ONLY: Final = "journal_read_only"
# Seconds between the tries of a transaction. Before anything was sent a caller is told soon; a model that
# was paid for is worth a longer wait.
BRIEF: Final = (0.1, 0.3, 1.0)
PATIENT: Final = (0.1, 0.3, 1.0, 2.0, 4.0, 8.0)


class _SqliteConnection(sqlite3.Connection):
    """A connection with the device and the inode of its file."""

    file: tuple[int, int] = (0, 0)


class Location:
    """The location of a journal. It can be pickled; for PostgreSQL it contains the password of the URL.

    Args:
        journal: A path, or the URL of a database.

    Raises:
        ValueError: It is no place for a journal.
        TypeError: It is of the wrong type.
    """

    def __init__(self, journal: str | os.PathLike[str] | URL) -> None:
        self.path: Path | None = None
        self.url: URL | None = None
        if isinstance(journal, URL) or (isinstance(journal, str) and "://" in journal):
            self._take_url(journal)
        elif isinstance(journal, str | os.PathLike):
            self._take_path(os.fspath(journal))
        else:
            raise TypeError(f"journal must be a path or the URL of a database, not {type(journal).__name__}")

    def _take_url(self, journal: str | URL) -> None:
        try:
            url = make_url(journal)
        except (exc.ArgumentError, ValueError):
            raise ValueError(
                "journal is not a valid database URL: use postgresql://user:password@host/database"
            ) from None
        backend = url.get_backend_name()
        if backend == "sqlite":
            self._take_path(url.database or "")
        elif backend in ("postgresql", "postgres"):
            self.url = url.set(drivername="postgresql+psycopg")
        else:
            raise ValueError(f"journal is a {backend} URL: use SQLite or PostgreSQL")

    def _take_path(self, path: str) -> None:
        if path in ("", ":memory:") or path.startswith("file:"):
            raise ValueError(
                f"journal is {path!r}: pass the path of a file on disk: a journal must outlive the process"
            )
        self.path = Path(path).absolute()

    def __str__(self) -> str:
        """Return the location for messages, without a password."""
        if self.url is not None:
            return self.url.set(drivername="postgresql").render_as_string(hide_password=True)
        return str(self.path)

    def engine(self) -> Engine:
        """Create the engine, without opening a connection.

        Raises:
            JournalError: The driver is not installed.
        """
        if self.url is not None:
            return self._postgresql(self.url)
        # Connections stay open: opening the file and reading its schema costs more than a transaction.
        engine = sa.create_engine(
            "sqlite://",
            creator=self._connect_sqlite,
            poolclass=QueuePool,
            max_overflow=-1,
            hide_parameters=True,
        )
        event.listen(engine, "begin", _begin_sqlite)
        event.listen(engine, "checkout", self._check_file)
        return engine

    def _connect_sqlite(self) -> _SqliteConnection:
        assert self.path is not None  # noqa: S101 - of the two kinds this is the one with a path
        # Read before the file is opened: if it is replaced in between, the next transaction notices.
        file = _file_at(self.path)
        # mode=rw never creates the file: a deleted journal must not reappear empty.
        connection = sqlite3.connect(
            f"{self.path.as_uri()}?mode=rw",
            uri=True,
            timeout=_LOCK_TIMEOUT,
            isolation_level=None,
            check_same_thread=False,
            factory=_SqliteConnection,
        )
        connection.file = file
        try:
            connection.execute("PRAGMA synchronous=EXTRA")
        except sqlite3.Error:
            # The file is no database.
            connection.close()
            raise
        return connection

    def _check_file(self, connection: _SqliteConnection, *_: object) -> None:
        """Refuse a connection to a file that was deleted or replaced; the pool then opens a new one."""
        assert self.path is not None  # noqa: S101 - as above
        if connection.file != _file_at(self.path):
            raise exc.DisconnectionError

    def _postgresql(self, url: URL) -> Engine:
        # A dead network must cause an error rather than an endless wait. Settings in the URL take precedence.
        limits = {
            "connect_timeout": "15",
            "keepalives_idle": "15",
            "keepalives_interval": "5",
            "keepalives_count": "3",
            "tcp_user_timeout": "30000",
        }
        arguments = {name: value for name, value in limits.items() if name not in url.query}
        try:
            engine = sa.create_engine(
                url,
                poolclass=NullPool,
                hide_parameters=True,
                isolation_level="READ COMMITTED",
                connect_args=arguments,
            )
        except ImportError as problem:
            raise JournalError(
                f"A journal in PostgreSQL needs psycopg: {install_command('postgres')}"
            ) from problem
        event.listen(engine, "begin", _begin_postgresql)
        return engine


def _file_at(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_dev, found.st_ino


def _create(engine: Engine, location: Location) -> None:
    """Create the file, the tables and the journal's row if missing. Others may do so concurrently."""
    if location.path is not None:
        _create_file(location.path)
    with engine.begin() as connection:
        if location.path is None:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
        metadata.create_all(connection)
        if connection.execute(sa.select(journal_table.c.one)).first() is None:
            first = {"journal_id": uuid.uuid4().hex, "schema_version": SCHEMA_VERSION}
            connection.execute(journal_table.insert().values(one=1, claims=0, **first))


def _create_file(path: Path) -> None:
    if not path.parent.is_dir():
        raise JournalError(f"The journal {path} cannot be created: the folder {path.parent} does not exist.")
    connection = sqlite3.connect(f"{path.as_uri()}?mode=rwc", uri=True, timeout=_LOCK_TIMEOUT)
    try:
        # In WAL mode a copy of the file can lack the last commits.
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("COMMIT")
    finally:
        connection.close()


def _begin_sqlite(connection: Connection) -> None:
    # Take the write lock first: upgrading a read lock can fail with "database is locked".
    reads = connection.get_execution_options().get(READ_ONLY)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    # An acknowledged commit must survive a crash, whatever the server's default. A process that is stopped
    # inside a transaction must not keep its locks.
    connection.exec_driver_sql("SET LOCAL synchronous_commit = on")
    connection.exec_driver_sql(f"SET LOCAL idle_in_transaction_session_timeout = '{_LOCK_TIMEOUT}s'")
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}s'")


class Database:
    """The database of a journal. It is thread-safe, survives a fork and can be pickled.

    Args:
        journal: A path, or the URL of a database.

    Raises:
        ValueError: It is no place for a journal.
        TypeError: It is of the wrong type.
    """

    def __init__(self, journal: str | os.PathLike[str] | URL) -> None:
        self.__setstate__({"location": Location(journal)})

    def __getstate__(self) -> dict[str, Any]:
        return {"location": self.location}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.location: Location = state["location"]
        self.journal_id = ""
        self._engine: Engine | None = None
        self._inherited: list[Engine | None] = []
        self._process = os.getpid()
        self._lock = threading.Lock()

    def exists(self) -> bool:
        """Return whether the journal exists, without creating it.

        Raises:
            JournalError: Its database cannot be read.
        """
        engine = self.location.engine()
        try:
            with self._translated():
                return _exists(engine, self.location)
        finally:
            engine.dispose()

    def open(self) -> Engine:
        """Open the journal, and create it if it does not exist.

        Returns:
            The engine.

        Raises:
            JournalError: It cannot be opened, or was created by a newer version of this package.
        """
        if self._process != os.getpid():
            self._forget()
        engine = self._engine
        if engine is not None:
            return engine
        with self._lock:
            if self._engine is None:
                self._engine = self._opened()
            return self._engine

    def _forget(self) -> None:
        """Discard what a fork has inherited, without closing it.

        SQLite allows neither use nor close of a parent's connection, and the lock may be held by a thread
        that does not exist in this process.
        """
        self._inherited.append(self._engine)
        self._engine = None
        self._lock = threading.Lock()
        self._process = os.getpid()

    def _opened(self) -> Engine:
        engine = self.location.engine()
        try:
            self.journal_id = self._prepare(engine)
        except BaseException:
            engine.dispose()
            raise
        return engine

    def _prepare(self, engine: Engine) -> str:
        """Create the journal if it does not exist, check its version, and return its id."""
        with self._translated():
            if not _exists(engine, self.location):
                _create(engine, self.location)
            with engine.execution_options(**{READ_ONLY: True}).connect() as connection:
                row = connection.execute(sa.select(journal_table)).one()
        if row.schema_version != SCHEMA_VERSION:
            raise JournalError(
                f"The journal {self.location} has schema version {row.schema_version}, but this version of"
                f" the package supports {SCHEMA_VERSION}. Upgrade the package."
            )
        return str(row.journal_id)

    def close(self) -> None:
        """Close the journal. It reopens when it is used again."""
        with self._lock:
            engine, self._engine = self._engine, None
            if engine is not None:
                engine.dispose()

    @contextmanager
    def _read_only(self) -> Iterator[Connection]:
        engine = self.open()
        read_only = engine.execution_options(**{READ_ONLY: True})
        with self._translated(), read_only.begin() as connection:
            yield connection

    def _write(self, work: Callable[[Connection], T], pauses: Sequence[float] = BRIEF) -> T:
        """Run a transaction, retrying until its commit is acknowledged. The work must be idempotent."""
        engine = self.open()
        for pause in (*pauses, None):
            try:
                with engine.begin() as connection:
                    return work(connection)
            except exc.DBAPIError as problem:
                if pause is None or not _may_pass(problem):
                    raise self._failure(problem) from problem
                logger.warning(
                    "journal %s: %s; trying again in %.1f s", self.location, _reason_of(problem), pause
                )
            time.sleep(pause)
        raise AssertionError  # the last iteration returns or raises

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (exc.SQLAlchemyError, OSError) as problem:
            raise self._failure(problem) from problem

    def _failure(self, problem: Exception) -> JournalError:
        return JournalError(f"The journal {self.location} cannot be used: {_reason_of(problem)}.")


def _exists(engine: Engine, location: Location) -> bool:
    if location.path is not None and not location.path.exists():
        return False
    return sa.inspect(engine.execution_options(**{READ_ONLY: True})).has_table(journal_table.name)


def _may_pass(problem: exc.DBAPIError) -> bool:
    """Return whether the same transaction may succeed when retried."""
    return isinstance(problem, exc.OperationalError | exc.InterfaceError) or problem.connection_invalidated


def _reason_of(problem: Exception) -> str:
    reason = str(problem.orig) if isinstance(problem, exc.DBAPIError) else str(problem)
    return " ".join(reason.split()) or type(problem).__name__
