"""The whole API that the service publishes: each operation is generated, typed, and called over HTTP."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from scripts.generator import pipeline
from tests.conformance.test_mock_servers import complaints
from tests.conformance.tools import free_port, listening, node_program
from tests.support.modes import Mode

pytestmark = pytest.mark.heavy

HERE = Path(__file__).parent
DOCUMENT = HERE / "published.yaml"
PACKAGE = "leap"


class Use(NamedTuple):
    """A call of one operation: what comes back, with what, and what it must not be called without."""

    method: str
    operation: str
    response: str
    arguments: tuple[str, ...] = ()
    keywords: dict[str, Any] = {}  # noqa: RUF012 - nobody changes it
    required: tuple[str, ...] = ()


MODEL, JOB = "26a1a203", "a047df00"
DRAWING = {
    "prompt": "a lighthouse",
    "negative_prompt": "people",
    "steps": 30,
    "width": 512,
    "height": 512.5,
    "number_of_images": 2,
    "prompt_strength": 5,
    "seed": 11,
    "webhook_url": "https://example.com/told",
}
TEXTS = {"name": "Alex", "subject_keyword": "@alex", "subject_type": "person", "webhook_url": "https://e.com"}
PNG = b"\x89PNG\r\n\x1a\n"
JOBS, MODELS = "/api/v1/images/models/{modelId}/inferences", "/api/v2/images/models"
MUSIC = "/api/v1/music"
ONE = f"{JOBS}/{{inferenceId}}"

FILES = {**TEXTS, "image_sample_files": [PNG, ("me.jpg", b"x", "image/jpeg")]}
URLS = {**TEXTS, "image_sample_urls": ["https://e.com/1"]}
PAGE = {"only_finished": True, "page": 2, "page_size": 1.5}
SONG = {"prompt": "a waltz", "mode": "music", "duration": 12}
USES = (
    Use("images.generate", f"POST {JOBS}", "InferenceEntity", (MODEL,), DRAWING, ("prompt",)),
    Use("images.generate", f"POST {JOBS}", "InferenceEntity", (MODEL,), {"prompt": "p"}, ("prompt",)),
    Use("images.list_all", f"GET {JOBS}", "list", (MODEL,)),
    Use("images.list_all", f"GET {JOBS}", "list", (MODEL,), PAGE),
    Use("images.find_one", f"GET {ONE}", "InferenceEntity", (MODEL, JOB)),
    Use("images.find_one", f"GET {ONE}", "InferenceEntity", ("a/b", "../é")),
    Use("images.delete", f"DELETE {ONE}", "NoneType", (MODEL, JOB)),
    Use("image_models.train_model", f"POST {MODELS}/new", "ModelV2Entity", (), FILES),
    Use("image_models.train_model", f"POST {MODELS}/new", "ModelV2Entity", (), URLS),
    Use("image_models.list_all_models", f"GET {MODELS}", "ListModelsV2Response"),
    Use("image_models.get_model", f"GET {MODELS}/{{modelId}}", "ModelV2Entity", (MODEL,)),
    Use("image_models.delete_model", f"DELETE {MODELS}/{{modelId}}", "ModelV2Entity", (MODEL,)),
    Use(
        "music.generate", f"POST {MUSIC}", "MusicgenInferenceEntity", (), SONG, ("prompt", "mode", "duration")
    ),
    Use("music.list_all", f"GET {MUSIC}", "list"),
    Use("music.find_one", f"GET {MUSIC}/{{inferenceId}}", "MusicgenInferenceEntity", (JOB,)),
)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The generated package, ready to be imported."""
    output = tmp_path_factory.mktemp("published") / "out"
    report = pipeline.generate(DOCUMENT, None, output)
    assert report.operations == len({use.operation for use in USES})
    sys.path.insert(0, str(output))
    importlib.invalidate_caches()
    yield output
    sys.path.remove(str(output))


@pytest.fixture(scope="module")
def steady(package: Path) -> Iterator[str]:
    """A server that knows nothing but the document."""
    options = ("--host", "127.0.0.1", "--port", free_port(), "--quiet", "--log-format=text")
    with listening(node_program("steady"), *options, str(DOCUMENT)) as base_url:
        yield base_url


@pytest.mark.parametrize("use", USES, ids=lambda use: use.method)
def test_each_operation_is_as_documented(package: Path, steady: str, mode: Mode, use: Use) -> None:
    """A server that knows nothing but the document finds nothing wrong, and its response is read strictly."""
    options = {"base_url": steady, "max_retries": 0, "strict": True, "access_token": "key"}
    resource, _, name = use.method.partition(".")
    calls = getattr(mode.calls(importlib.import_module(PACKAGE), "Leap", **options), resource)
    response = getattr(calls.with_raw_response, name)(*use.arguments, **use.keywords)

    assert complaints(response.headers) == []
    assert response.headers["x-steady-matched-path"] == use.operation.partition(" ")[2]
    assert type(response.data).__name__ == use.response


@pytest.mark.parametrize(
    "use", [use for use in USES if use.arguments or use.required], ids=lambda use: use.method
)
def test_what_is_required_must_be_given(package: Path, use: Use) -> None:
    """A call without a path parameter or a required field of the body is a TypeError, before it is sent."""
    resource, _, name = use.method.partition(".")
    with importlib.import_module(PACKAGE).Leap("key", base_url="http://127.0.0.1:9") as client:
        method = getattr(getattr(client, resource), name)
        for left_out in use.required:
            with pytest.raises(TypeError, match=f"'{left_out}'"):
                method(*use.arguments, **{k: v for k, v in use.keywords.items() if k != left_out})
        if use.arguments:
            with pytest.raises(TypeError, match="positional argument"):
                method(*use.arguments[:-1], **use.keywords)


def typed_lines(mode: Mode) -> tuple[list[str], list[int]]:
    """A module that makes every call, once whole and once without each thing that is required."""
    wait, define, client = ("await ", "async def", "AsyncLeap") if mode.is_async else ("", "def", "Leap")
    lines = [f"from {PACKAGE} import {client}", f"{define} use(client: {client}) -> None:"]
    refused = []
    for use in USES:
        keywords = [f"{name}={value!r}" for name, value in use.keywords.items()]
        calls = [[*map(repr, use.arguments), *keywords]]
        calls += [[each for each in calls[0] if not each.startswith(f"{key}=")] for key in use.required]
        calls += [[*map(repr, use.arguments[:-1]), *keywords]] if use.arguments else []
        for number, arguments in enumerate(calls):
            lines.append(f"    {wait}client.{use.method}({', '.join(arguments)})")
            refused += [len(lines)] if number else []
    return [*lines, ""], refused


@pytest.mark.parametrize("checker", ["mypy", "basedpyright"])
def test_types(package: Path, tmp_path: Path, mode: Mode, checker: str) -> None:
    """Package and calls pass both type checkers, which refuse each call without what is required."""
    lines, refused = typed_lines(mode)
    (tmp_path / "uses.py").write_text("\n".join(lines))
    settings = {"include": [str(package / PACKAGE), "uses.py"], "extraPaths": [str(package)]}
    settings |= {"typeCheckingMode": "standard", "pythonVersion": "3.11"}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings))
    commands = {
        "mypy": ("mypy", "--strict", "--no-error-summary", "-p", PACKAGE, "-m", "uses"),
        "basedpyright": ("basedpyright", "--warnings", "--pythonpath", sys.executable),
    }
    done = subprocess.run(
        [sys.executable, "-m", *commands[checker]],
        cwd=tmp_path,
        env={"MYPYPATH": f"{package}:{tmp_path}", "PATH": ""},
        capture_output=True,
        text=True,
    )
    errors = [
        line for line in done.stdout.splitlines() if re.search(r":\d+(:\d+)?: error| - (error|warn)", line)
    ]

    assert all("uses.py:" in line for line in errors), done.stdout
    assert sorted({int(line.partition("uses.py:")[2].split(":")[0]) for line in errors}) == refused, (
        done.stdout
    )
