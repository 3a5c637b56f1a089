"""Serve a package index on this machine during a block."""

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

# It runs in its own process, because pypiserver changes how its whole process imports.
SERVER = Path(__file__).with_name("index_server.py")


@frozen
class Index:
    """A running index.

    Args:
        address: Its URL for uploads, without a slash at the end.
        folder: The folder of the uploaded files.
        password: The password of UPLOADER.
    """

    address: str
    folder: Path
    password: str

    @property
    def simple(self) -> str:
        """Its URL for installers."""
        return f"{self.address}/simple/"

    def upload(self, package: Package) -> None:
        """Upload a wheel and its sdist with twine.

        Raises:
            DistributionError: twine or the index rejects them.
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
    """Return environment variables that exclude this machine from proxies."""
    lists = {
        name: ",".join(filter(None, (environment.get(name), LOOPBACK))) for name in ("no_proxy", "NO_PROXY")
    }
    return {**environment, **lists}


@contextlib.contextmanager
def serving() -> Iterator[Index]:
    """Serve an empty index on a free port during the block.

    Raises:
        DistributionError: It did not start.
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
