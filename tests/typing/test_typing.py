"""What the types of the package promise, read by four type checkers and shown by an editor."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paths import GENERATED
from tests.support.subprocesses import run
from tests.typing.checkers import LanguageServer, errors

HERE = Path(__file__).parent
CHECKERS = [
    "mypy",
    *(pytest.param(name, marks=pytest.mark.heavy) for name in ("basedpyright", "ty", "pyrefly")),
]


def refused_lines(path: Path) -> list[int]:
    """The lines that say that they are refused."""
    return [
        number for number, line in enumerate(path.read_text().splitlines(), 1) if line.endswith("# refused")
    ]


@pytest.mark.parametrize("checker", CHECKERS)
def test_typed_uses_are_accepted(checker: str, tmp_path: Path) -> None:
    """Every documented use passes."""
    assert errors(checker, HERE / "uses.py", tmp_path) == {}


@pytest.mark.parametrize("checker", CHECKERS)
def test_wrong_uses_are_refused(checker: str, tmp_path: Path) -> None:
    """Each wrong use is an error, both image arguments and neither among them, and nothing else is."""
    found = errors(checker, HERE / "rejected.py", tmp_path)

    assert sorted(found) == refused_lines(HERE / "rejected.py")


@pytest.mark.heavy
def test_every_public_symbol_has_a_type() -> None:
    """What checkers of other people's code see of the package is written down, not inferred."""
    command = [str(Path(sys.executable).with_name("basedpyright")), "--pythonpath", sys.executable]
    command += ["--verifytypes", "tryleap", "--ignoreexternal", "--outputjson"]
    report = json.loads(run(command, PYTHONPATH=str(GENERATED)).stdout)["typeCompleteness"]
    symbols = report["symbols"]
    incomplete = [each["name"] for each in symbols if not each["isTypeKnown"] or each["isTypeAmbiguous"]]

    assert (incomplete, report["completenessScore"]) == ([], 1)
    assert report["exportedSymbolCounts"]["withKnownType"] > 100


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageServer]:
    """A language server that knows the package."""
    made = LanguageServer(tmp_path_factory.mktemp("editor"))
    yield made
    made.close()


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("code", "at", "text"),
    [
        ("Leap()", "Leap", "allow_insecure_http: Whether"),
        ("AsyncLeap()", "AsyncLeap", "allow_insecure_http: Whether"),
        *(
            (f"{client}().image_models{raw}.{method}", method, text)
            for client in ("Leap", "AsyncLeap")
            for raw, returned in (("", ""), (".with_raw_response", "the raw response"))
            for method, text in (
                ("list_all_models", returned or "List all models."),
                ("get_model", returned or "Get a model."),
                ("delete_model", returned or "Delete a model."),
                ("train_model", returned or "Train a model."),
            )
        ),
        ("Leap().image_models.wait_for_model", "wait_for_model", "Wait until"),
        ("Leap().image_models.train_model_and_wait", "train_model_and_wait", "Train a model and wait"),
        ("AsyncLeap().image_models.wait_for_model", "wait_for_model", "Wait until"),
        ("Leap().with_options", "with_options", "Return a copy"),
        ("Leap().image_models", "image_models", "The image models of a workspace"),
        ("ModelV2Entity.from_dict", "from_dict", "Decode an object"),
        ("ModelV2Entity.created_at_datetime", "created_at_datetime", "as a date and time"),
    ],
)
def test_an_editor_shows_the_text(
    server: LanguageServer, tmp_path: Path, code: str, at: str, text: str
) -> None:
    """Hovering over a call shows its own text, not that of something below it."""
    head = "from tryleap import AsyncLeap, Leap\nfrom tryleap.models import ModelV2Entity\n"
    file = tmp_path / f"{re.sub('[^a-z]', '', code)}.py"
    file.write_text(f"{head}{code}\n", encoding="utf-8")
    shown = server.hover(file, 2, code.index(at) + 1)

    assert text in re.sub(r"[\s\\]+|&nbsp;", " ", shown)
