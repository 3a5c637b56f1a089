"""Plain httpx with a journal by hand: the least that keeps an application from paying twice after a crash."""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
from common import main

HEADERS = {"Authorization": "Bearer key", "Accept": "application/json"}
NEW = "/api/v2/images/models/new"


def _digest(path: str) -> str:
    with open(path, "rb") as file:  # noqa: PTH123 - as in the other cases
        return hashlib.file_digest(file, "sha256").hexdigest()


def run(base_url: str, count: str, *paths: str) -> dict[str, float]:
    """Record each training durably before its upload, and its model after it, from four threads."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        # Each statement is a transaction of its own, and SQLite lets threads take turns.
        journal = sqlite3.connect(
            Path(folder) / "trainings.db", isolation_level=None, check_same_thread=False
        )
        stack.callback(journal.close)
        # The settings of our journal: a copy of the file has every commit, and a power cut loses none.
        journal.execute("PRAGMA journal_mode=DELETE")
        journal.execute("PRAGMA synchronous=EXTRA")
        journal.execute("CREATE TABLE trainings (key TEXT PRIMARY KEY, digests TEXT NOT NULL, model_id TEXT)")
        client = stack.enter_context(httpx.Client(base_url=base_url, headers=HEADERS, timeout=120))

        def one(number: int) -> None:
            key = f"k{number}"
            journal.execute(
                "INSERT INTO trainings (key, digests) VALUES (?, ?)", (key, " ".join(map(_digest, paths)))
            )
            with ExitStack() as opened:
                files = [("imageSampleFiles", opened.enter_context(open(path, "rb"))) for path in paths]  # noqa: PTH123
                model = client.post(NEW, data={"name": f"N{number}"}, files=files).json()
            journal.execute("UPDATE trainings SET model_id = ? WHERE key = ?", (model["id"], key))

        one(-1)
        cpu = time.process_time()
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(one, range(int(count))))
        cpu = time.process_time() - cpu
        if journal.execute("SELECT count(model_id) FROM trainings").fetchone() != (int(count) + 1,):
            raise RuntimeError("not all trainings are recorded with a model")
        return {"cpu": cpu}


main({"run": run})
