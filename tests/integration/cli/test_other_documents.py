"""Commands come from the document: another one gets its own, with every kind of argument."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.generator import pipeline
from scripts.generator.document.problems import GenerationError
from tests.support.http_server import HTTPServer, Response, serving

SHELF = Path(__file__).with_name("shelf.yaml")


RESPONSES = {
    "GET": Response(200, b'[{"title": "Notes", "shelfMark": "A 1"}]'),
    "POST": Response(204, media_type=None),
    "PUT": Response(200, b"set", "text/plain"),
    "DELETE": Response(204, media_type=None),
}


@pytest.fixture
def shelf() -> Iterator[HTTPServer]:
    """A running server of that document."""
    with serving(lambda request: RESPONSES[request.method]) as server:
        yield server


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The client of that document, without a configuration of its own."""
    folder = tmp_path_factory.mktemp("shelf")
    pipeline.generate(SHELF, None, folder / "out")
    return folder / "out"


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(package: Path, shelf: HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs its command line."""
    monkeypatch.setenv("SHELF_API_KEY", "secret")
    monkeypatch.setenv("SHELF_BASE_URL", shelf.base_url)
    monkeypatch.setenv("PYTHONPATH", str(package))

    def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "shelf", *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, input=stdin)

    return run


def test_help(run: Run) -> None:
    """The group comes from the tag, commands and options from operations and parameters."""
    assert " find-books " in run("books", "--help").stdout
    out = run("books", "find-books", "-h").stdout

    assert "Find books." in out
    for option in (
        "--since DATE",
        "--limit NUMBER",
        "--lent",
        "--no-lent",
        "--genre TEXT",
        "--order [up|down]",
    ):
        assert option in out
    assert "shelf books find-books --author 'Ada L.'" in out
    assert "Exit status: 0 success, 1 an error" in run("--help").stdout
    assert "waited for" not in run("--help").stdout


def test_parameters(run: Run, shelf: HTTPServer) -> None:
    """Each kind of parameter reaches the service; the document's own --json moves ours aside."""
    done = run(
        *("books", "find-books", "--author", "A & B", "--since", "2026-01-31", "--limit", "3", "--no-lent"),
        *("--genre", "x", "--genre", "y", "--order", "up", "--json", "z", "--help", "me", "--shelf-json"),
    )

    assert done.stderr == ""
    assert json.loads(done.stdout) == {"title": "Notes", "shelfMark": "A 1"}
    assert shelf.requests[0].target == (
        "/books?author=A%20%26%20B&since=2026-01-31&limit=3&lent=false&genre=x&genre=y&order=up&json=z&help=me"
    )


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("books", "find-books"), "Missing option '--author'"),
        (
            ("books", "find-books", "--author", "a", "--since", "soon"),
            "'soon' is not a date such as 2026-01-31",
        ),
        (("books", "find-books", "--author", "a", "--order", "x"), "'x' is not one of up, down"),
        (("books", "add-book", "--body", "{"), "not valid JSON"),
        (("books", "add-book", "--body", "@gone.json"), "gone.json cannot be read"),
        (("books", "set-cover", "1", "--body", "gone.png"), "there is no file 'gone.png'"),
        (("books", "remove-book", "1"), "asks for confirmation"),
    ],
)
def test_wrong_values(run: Run, shelf: HTTPServer, arguments: tuple[str, ...], what: str) -> None:
    """They are refused before anything is sent."""
    done = run(*arguments)

    assert done.returncode == 2
    assert what in done.stderr
    assert len(done.stderr.splitlines()) == 2
    assert shelf.requests == []


def test_json_body(run: Run, shelf: HTTPServer, tmp_path: Path) -> None:
    """JSON comes from the command line, a file or standard input; "Done." stands for an empty response."""
    book = '{"title": "Notes"}'
    (tmp_path / "book.json").write_text(book)

    for done in (
        run("books", "add-book", "--body", book),
        run("books", "add-book", "--body", "@book.json"),
        run("books", "add-book", "--body", "-", stdin=book),
    ):
        assert (done.returncode, done.stdout, done.stderr) == (0, "Done.\n", "")
    assert [json.loads(request.body) for request in shelf.requests] == [[json.loads(book)]] * 3


def test_a_deprecated_operation(run: Run, package: Path) -> None:
    """The help, the docstring and the page say that the document advises against it; others do not."""
    reported = "Deprecated: the document advises against it."
    methods = (package / "shelf" / "resources" / "books.py").read_text()
    page = (package / "docs" / "BooksApi.md").read_text()

    assert reported in run("books", "remove-book", "--help").stdout
    assert reported not in run("books", "set-cover", "--help").stdout
    assert methods.count(reported) == 1
    assert reported in methods.partition("def remove_book")[2]
    assert page.count("operation `removeBook`, deprecated\n") == page.count("deprecated") == 1


def test_other_bodies(run: Run, shelf: HTTPServer, tmp_path: Path) -> None:
    """A file is sent as it is; a text that is answered is a result like any other."""
    (tmp_path / "cover.png").write_bytes(b"\x89PNG")

    done = run("books", "set-cover", "7", "--body", "cover.png")

    assert (done.returncode, done.stdout, done.stderr) == (0, "set\n", "")
    (request,) = shelf.requests
    assert (request.method, request.target, request.body) == ("PUT", "/books/7", b"\x89PNG")
    assert run("books", "remove-book", "7", "--yes", "--json").stdout == "null\n"


@pytest.mark.parametrize(
    ("commands", "what"),
    [
        ({"operations": {"nothing": {"name": "x"}}}, "'nothing' is among commands.operations"),
        ({"groups": {"Nothing": "x"}}, "'Nothing' is among commands.groups"),
        ({"operations": {"addBook": {"name": "find-books"}}}, "two commands are called 'books find-books'"),
        ({"operations": {"findBooks": {"options": {"nothing": "x"}}}}, "'nothing' is named in commands"),
        ({"operations": {"findBooks": {"options": {"since": "limit"}}}}, "two options .* are called --limit"),
        ({"operations": {"findBooks": {"columns": ["nothing"]}}}, "'nothing' is a column of commands"),
        ({"operations": {"findBooks": {"colums": []}}}, "the key 'colums' is unknown"),
    ],
)  # fmt: skip
def test_choices_that_mean_nothing(tmp_path: Path, commands: dict[str, Any], what: str) -> None:
    """A choice that names what the document does not have stops the run."""
    (tmp_path / "choices.yaml").write_text(yaml.safe_dump({"commands": commands}))

    with pytest.raises(GenerationError, match=what):
        pipeline.generate(SHELF, tmp_path / "choices.yaml", tmp_path / "out")
