"""Create the environments of the clients to compare, on demand.

Versions are pinned, so that figures of different days are comparable.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from attrs import frozen

from scripts.generator import pipeline
from scripts.options import ROOT

FOLDER = ROOT / ".venv-bench"
GENERATED = ROOT / "generated"

_CLIENT = ("anyio==4.16.0", "attrs==26.1.0", "httpx==0.28.1")
_PINNED = {
    "client": _CLIENT,
    "journal": (*_CLIENT, "sqlalchemy==2.1.9"),
    "command": (*_CLIENT, "rich==15.0.0", "typer==0.27.3"),
    "sdk": ("leap-python-sdk==1.1.4",),
    "openai": ("openai==3.52.0",),
    "generator": (
        "openapi-generator-cli==7.26.0",
        "pydantic==2.14.3",
        "python-dateutil==2.9.0.post0",
        "urllib3==2.5.0",
    ),
    "httpx2": ("httpx2==2.16.2", "attrs==26.1.0"),
}


@frozen
class Peer:
    """An environment to run cases in.

    Args:
        python: Its interpreter.
        path: Additional folders to import from.
        missing: Why it is not available, or "".
    """

    python: Path
    path: tuple[Path, ...] = ()
    missing: str = ""


def ours() -> Peer:
    """Return our client with its required dependencies only: httpx imports more if rich is installed."""
    return _with_client(_environment("client"), GENERATED)


def bare() -> Peer:
    """Return the same environment without our client."""
    return Peer(_environment("client"))


def journal() -> Peer:
    """Return our client with the dependencies of its journal."""
    return _with_client(_environment("journal"), GENERATED)


def command() -> Peer:
    """Return our client with the dependencies of its command line."""
    return _with_client(_environment("command"), GENERATED)


def sdk() -> Peer:
    """Return an environment with leap-python-sdk."""
    return Peer(_environment("sdk"))


def openai() -> Peer:
    """Return an environment with openai."""
    return Peer(_environment("openai"))


def httpx2() -> Peer:
    """Return our client, regenerated for httpx2."""
    python, folder = _environment("httpx2"), FOLDER / "ours-on-httpx2"
    config = FOLDER / "httpx2.yaml"
    chosen = (
        (ROOT / "generator-config.yaml")
        .read_text()
        .replace("http_library: httpx\n", "http_library: httpx2\n")
    )
    config.write_text(chosen)
    pipeline.generate(config_path=config, output=folder)
    return _with_client(python, folder)


def stock() -> Peer:
    """Return the project's environment with the output of openapi-python-client's own templates."""
    folder = FOLDER / "stock-output"
    write_stock(GENERATED / "tryleap" / "openapi.json", folder / "stock")
    return Peer(Path(sys.executable), (folder,))


def openapi_generator() -> Peer:
    """Return the output of openapi-generator for the same document; this needs Java."""
    if shutil.which("java") is None:
        return Peer(Path(sys.executable), missing="openapi-generator needs Java, and there is none")
    python, folder = _environment("generator"), FOLDER / "openapi-generator-output"
    command = [str(python.with_name("openapi-generator-cli")), "generate", "-g", "python", "-o", str(folder)]
    command += ["-i", str(GENERATED / "tryleap" / "openapi.json"), "--package-name", "og_client"]
    _run([*command, "--skip-validate-spec"])
    return Peer(python, (folder,))


def write_stock(spec: Path, folder: Path) -> None:
    """Generate a package with openapi-python-client's own templates, and format it with ruff."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    config = folder.parent / "stock.json"
    ruff = [
        f"{sys.executable} -P -m ruff check . --fix-only --extend-select=I",
        f"{sys.executable} -P -m ruff format .",
    ]
    config.write_text(json.dumps({"post_hooks": ruff}))
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none", "--overwrite"]
    _run([*command, "--path", str(spec), "--output-path", str(folder), "--config", str(config)])


def _with_client(python: Path, folder: Path) -> Peer:
    """Link our client into site-packages: a further folder on the path would slow other imports."""
    package = next(python.parents[1].glob("lib/python3*/site-packages")) / "tryleap"
    package.unlink(missing_ok=True)
    package.symlink_to(folder / "tryleap", target_is_directory=True)
    return Peer(python)


def _environment(name: str) -> Path:
    folder = FOLDER / name
    python = folder / "bin" / "python"
    wanted = "\n".join(_PINNED[name])
    stamp = folder / "pinned.txt"
    if not stamp.is_file() or stamp.read_text() != wanted:
        print(f"making an environment with {', '.join(_PINNED[name])} ...", file=sys.stderr, flush=True)
        venv.create(folder, with_pip=True, clear=True)
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *_PINNED[name]])
        stamp.write_text(wanted)
    return python


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - commands of ours
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
