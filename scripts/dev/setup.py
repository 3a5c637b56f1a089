"""Create one of the project's environments from its hash-pinned lock, unless it is up to date.

The environments are `.venv`, `.venv-check` and `.venv-docs` in the checkout. This runs before anything is
installed, so it only imports the standard library. It runs under the interpreter of the new environment.

An environment is only used if it has a stamp, which is written last, so that an incomplete one is created
again. A lock file prevents two runs at the same time.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

ENVIRONMENTS = {"dev": ".venv", "check-all": ".venv-check", "docs": ".venv-docs"}

STAMP = "tryleap-ready"

# Increase this when `make` creates another environment from the same lock, so that older ones are replaced.
RECIPE = 2

# pip settings that would change where packages are installed, or which. Those for the index, certificates and
# proxies are kept.
UNWANTED = (
    "PIP_USER",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_ROOT",
    "PIP_CONSTRAINT",
    "PIP_REQUIREMENT",
    "PIP_PYTHON",
)


class SetupError(Exception):
    """The environment could not be created; the message says what to do."""


def base_interpreter() -> str:
    """Return the path of the interpreter itself, also in a virtual environment."""
    return os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)


def expected_stamp(lock: Path, environment: Path) -> str:
    """Return the stamp of an up-to-date environment: lock, interpreter and path."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    return (
        f"recipe {RECIPE}\nlock {digest}\npython {sys.version}\nfrom {base_interpreter()}\nat {environment}\n"
    )


def is_ready(environment: Path, expected: str) -> bool:
    """Return whether an environment is complete and up to date, and its interpreter exists."""
    try:
        found = (environment / STAMP).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return found == expected and (environment / "bin" / "python").exists()


@contextlib.contextmanager
def only_one(lock_file: Path) -> Iterator[None]:
    """Hold an exclusive lock during the block; the system releases it if the process dies."""
    with lock_file.open("w", encoding="utf-8") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def run_step(command: list[str], failure: str) -> None:
    """Run a command; raise `SetupError` with its output if it fails."""
    environment = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    result = subprocess.run(  # noqa: S603 - commands of ours
        command, check=False, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if result.returncode:
        raise SetupError(
            "\n".join(part for part in (result.stdout.strip(), result.stderr.strip(), failure) if part)
        )


def remove(environment: Path) -> None:
    """Remove an environment; of a link only the link."""
    if environment.is_symlink() or environment.is_file():
        environment.unlink()
    elif environment.exists():
        shutil.rmtree(environment)


def make(environment: Path, lock: Path) -> None:
    """Create an environment and install the packages of its lock."""
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        raise SetupError(
            f"{sys.executable} cannot make virtual environments: install its venv module "
            "(on Debian and Ubuntu the package python3-venv), then run the same command again"
        )
    remove(environment)
    run_step(
        [base_interpreter(), "-m", "venv", str(environment)],
        f"{environment.name} could not be created (see above); fix that, then run it again",
    )
    # The lock is complete, so pip has nothing to resolve. Twice --quiet: only errors.
    run_step(
        [
            *(str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet", "--quiet"),
            *("--no-input", "--disable-pip-version-check", "--require-hashes", "--no-deps", "-r", str(lock)),
        ],
        f"the packages of {lock.name} could not be installed (see above); fix that, then run it again",
    )
    # Makes the client of the checkout importable, like an editable installation.
    packages = environment / "lib" / "python{}.{}".format(*sys.version_info[:2]) / "site-packages"
    (packages / "tryleap-checkout.pth").write_text(f"{environment.parent / 'generated'}\n", encoding="utf-8")


def set_up(name: str, root: Path = ROOT) -> bool:
    """Bring an environment up to date.

    Args:
        name: The name of its lock: `dev`, `check-all` or `docs`.
        root: The checkout.

    Returns:
        Whether it was created.

    Raises:
        SetupError: It could not be created.
    """
    environment = root / ENVIRONMENTS[name]
    lock = root / "scripts" / "locks" / f"{name}.txt"
    if is_ready(environment, expected_stamp(lock, environment)):
        return False
    with only_one(root / f"{environment.name}.lock"):
        expected = expected_stamp(lock, environment)
        if is_ready(environment, expected):  # made by another run while this one waited
            return False
        print(
            f"Setting up {environment.name} from scripts/locks/{lock.name} (once; about half a minute) ...",
            flush=True,
        )
        began = time.monotonic()
        make(environment, lock)
        unfinished = environment / f"{STAMP}.new"
        unfinished.write_text(expected, encoding="utf-8")
        unfinished.replace(environment / STAMP)
        print(f"{environment.name} is ready after {time.monotonic() - began:.0f} s.", flush=True)
    return True


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m scripts.dev.setup", description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=sorted(ENVIRONMENTS), help="which lock, and so which environment")
    try:
        set_up(parser.parse_args(arguments).name)
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("setup: interrupted; the next run starts over", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
