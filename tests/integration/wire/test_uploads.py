"""The bytes that arrive at the server are those of the files, in constant memory.

What a part looks like is asserted in unit/runtime, and by outside parsers in conformance/test_form.py.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.file_arguments import KINDS, PNG, as_path
from tests.support.modes import Mode
from tests.support.paths import GENERATED, ROOT
from tryleap.simulator import Simulator

CONTENTS = {
    "one byte": b"a",
    "64 KiB less one": PNG + b"a" * (65536 - 1 - len(PNG)),
    "64 KiB": PNG + b"b" * (65536 - len(PNG)),
    "64 KiB and one": PNG + b"c" * (65536 + 1 - len(PNG)),
    "1 MiB and one": bytes(range(256)) * 4096 + b"d",
    "boundary pattern": PNG + b"\r\n--" + b"0" * 32 + b"\r\n\r\n--" + b"f" * 32 + b"--\r\n",
    "50 MB": bytes(range(256)) * (50 * 1024 * 1024 // 256),
}


@pytest.mark.parametrize(
    ("kind", "content"),
    [*((kind, "1 MiB and one") for kind in KINDS), *(("path", name) for name in CONTENTS)],
)
def test_bytes_arrive(call: Any, simulator: Simulator, tmp_path: Path, kind: str, content: str) -> None:
    """Every kind of file argument, and every awkward size and content, arrives with the same SHA-256."""
    data = CONTENTS[content]
    call(simulator.base_url, "train_model", name="x", image_sample_files=[KINDS[kind](tmp_path, data)])

    (file,) = simulator.uploads[-1].files
    assert (file.size, file.sha256) == (len(data), hashlib.sha256(data).hexdigest())


_MEMORY = """
import resource, sys
from tests.support.modes import Mode

name, base_url, *files = sys.argv[1:]
mode = Mode(name)

def peak():
    if sys.platform == "linux":  # getrusage may tell of the process that started this one
        with open("/proc/self/status") as status:
            return int(next(line.split()[1] for line in status if line.startswith("VmHWM:")))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

async def train(leap):
    for file in files:
        before = peak()
        await mode.settle(leap.image_models.train_model(image_sample_files=[file]))
    return peak() - before

print(mode.use(lambda: mode.client(access_token="key", base_url=base_url), train))
"""


def test_memory_is_constant(mode: Mode, simulator: Simulator, tmp_path: Path) -> None:
    """A 1 GiB upload from a path raises the process's peak memory by less than 16 MiB."""
    small, large = as_path(tmp_path, PNG), tmp_path / "large.png"
    with large.open("wb") as file:
        file.truncate(1024**3)
    command = [sys.executable, "-c", _MEMORY, mode.name, simulator.base_url, str(small), str(large)]
    environment = {**os.environ, "PYTHONPATH": f"{GENERATED}{os.pathsep}{ROOT}"}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)

    scale = 1024 if sys.platform == "darwin" else 1
    assert int(done.stdout) / scale < 16 * 1024
    assert simulator.uploads[-1].files[0].size == 1024**3
