"""Use all features of an installed tryleap with its own simulator; the exit status is 0 if all worked.

This runs as a file, in an environment with the package and its extras, so it imports nothing else of the
project.
"""

from __future__ import annotations

import asyncio
import importlib.metadata
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image

import tryleap
from tryleap import AsyncLeap, Leap, NotFoundError
from tryleap.simulator import Simulator, running

KEY = "key-of-the-trial"
TRAINING = 1800.0  # seconds by which the simulator's clock is advanced


def draw() -> bytes:
    """Return a real image, because the command checks what it uploads."""
    buffer = io.BytesIO()
    Image.effect_noise((512, 512), 64).save(buffer, "PNG")
    return buffer.getvalue()


PICTURE = draw()


def insist(holds: bool, what: str) -> None:  # noqa: FBT001 - it reads like a sentence
    """Exit with a message unless a condition holds."""
    if not holds:
        sys.exit(f"trial: {what}")


def where_from(version: str) -> None:
    """Check that the package is from this environment, and its version."""
    place = Path(tryleap.__file__ or "").resolve()
    insist(
        place.is_relative_to(Path(sys.prefix).resolve()), f"tryleap comes from {place}, not from {sys.prefix}"
    )
    versions = {tryleap.__version__, importlib.metadata.version("tryleap")}
    insist(versions == {version}, f"versions {versions} are installed, not {version}")
    insist((place.parent / "openapi.json").is_file(), "the document is not in the package")


def sync(server: Simulator, picture: Path) -> None:
    """Use all operations and wait, with the sync client and HTTP/2."""
    with Leap(KEY, base_url=server.base_url, http2=True) as leap:
        models = leap.image_models
        started = models.train_model(name="sync", image_sample_files=[picture, ("second.png", PICTURE)])
        insist(
            [each.id for each in models.list_all_models().models] == [started.id],
            "list: not what was trained",
        )
        insist(models.get_model(started.id).status != "finished", "get: finished at once")
        server.advance(TRAINING)
        insist(models.wait_for_model(started.id, timeout=30).status == "finished", "wait: not finished")
        insist(models.delete_model(started.id).id == started.id, "delete: another model")
        try:
            models.get_model(started.id)
        except NotFoundError:
            return
        insist(False, "get: a deleted model is still there")


async def awaited(server: Simulator) -> None:
    """Use all operations and wait, with the async client."""
    async with AsyncLeap(KEY, base_url=server.base_url) as leap:
        models = leap.image_models
        started = await models.train_model(name="async", image_sample_urls=["https://example.com/me.jpg"])
        listed = await models.list_all_models()
        insist([each.id for each in listed.models] == [started.id], "list, awaited: not what was trained")
        insist((await models.get_model(started.id)).status != "finished", "get, awaited: finished at once")
        server.advance(TRAINING)
        finished = await models.wait_for_model(started.id, timeout=30)
        insist(finished.status == "finished", "wait, awaited: not finished")
        insist((await models.delete_model(started.id)).id == started.id, "delete, awaited: another model")


def command(server: Simulator, *words: str) -> Any:
    """Run the installed command with --json; return the objects that it prints."""
    variables = {"LEAP_API_KEY": KEY, "LEAP_BASE_URL": server.base_url}
    done = subprocess.run(  # noqa: S603 - the command of this environment
        [Path(sys.executable).parent / "tryleap", *words, "--json"],
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    insist(done.returncode == 0, f"tryleap {' '.join(words)} exited with {done.returncode}: {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def commands(server: Simulator, picture: Path) -> None:
    """Use all commands that call the service."""
    (started,) = command(server, "models", "train", str(picture), "--name", "command")
    server.advance(TRAINING)
    finished = {**started, "status": "finished"}
    insist(command(server, "models", "wait", started["id"]) == [finished], "command wait: not finished")
    insist(command(server, "models", "list") == [finished], "command list: another model")
    insist(command(server, "models", "get", started["id"]) == [finished], "command get: another model")
    insist(command(server, "models", "delete", started["id"], "--yes") == [finished], "command delete")
    command(server, "doctor")


def main() -> None:
    """Run everything; the argument is the expected version."""
    where_from(sys.argv[1])
    with running(training_seconds=TRAINING) as server, TemporaryDirectory() as folder:
        picture = Path(folder) / "me-1.png"
        picture.write_bytes(PICTURE)
        sync(server, picture)
        asyncio.run(awaited(server))
        commands(server, picture)
        insist(len(server.uploads) == 3, f"{len(server.uploads)} trainings reached the service, not 3")
        sizes = [len(PICTURE), len(PICTURE)]
        insist([file.size for file in server.uploads[0].files] == sizes, "files did not arrive whole")
    print("four operations (sync, async), waiting, and the command line: all well")


if __name__ == "__main__":
    main()
