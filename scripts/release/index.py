"""Serve a package index on this machine for the duration of a block."""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import frozen

from .package import Package
from .problems import DistributionError, run

LOOPBACK = "127.0.0.1"
UPLOADER = "rehearsal"

# It runs in a process of its own, because the library changes how its whole process imports.
SERVER = Path(__file__).with_name("index_server.py")


@frozen
class Index:
    """An index that is being served.

    Args:
        address: where it takes uploads, without a slash at the end.
        folder: where it keeps what was uploaded.
        password: what it asks of those who upload, as UPLOADER; made for this run alone.
    """

    address: str
    folder: Path
    password: str

    @property
    def simple(self) -> str:
        """The address that installers are given."""
        return f"{self.address}/simple/"

    def upload(self, package: Package) -> None:
        """Upload a wheel and its sdist with twine.

        Raises:
            DistributionError: twine or the index refuses them.
        """
        run(
            [
                *(sys.executable, "-m", "twine", "upload", "--non-interactive", "--disable-progress-bar"),
                *("--config-file", os.devnull, "--repository-url", f"{self.address}/", *package.files),
            ],
            "twine could not upload to the index on this machine (see above)",
            environment={
                **direct(os.environ),
                "TWINE_USERNAME": UPLOADER,
                "TWINE_PASSWORD": self.password,
            },
        )


def direct(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment in which no proxy stands between this machine and itself."""
    lists = {
        name: ",".join(filter(None, (environment.get(name), LOOPBACK))) for name in ("no_proxy", "NO_PROXY")
    }
    return {**environment, **lists}


@contextlib.contextmanager
def serving() -> Iterator[Index]:
    """Serve an empty index on a free port of this machine, and take it down at the end of the block.

    Raises:
        DistributionError: it did not start.
    """
    password = secrets.token_urlsafe()
    with (
        tempfile.TemporaryDirectory(prefix="tryleap-index-") as folder,
        subprocess.Popen(  # noqa: S603 - our own server
            [sys.executable, "-P", "-W", "ignore", SERVER, LOOPBACK, folder, UPLOADER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "INDEX_PASSWORD": password},
        ) as server,
    ):
        try:
            port = server.stdout.readline().strip() if server.stdout else ""
            if not port:
                raise DistributionError("the index on this machine did not start (see above)")
            yield Index(f"http://{LOOPBACK}:{port}", Path(folder), password)
        finally:
            server.kill()  # it has nothing to save
