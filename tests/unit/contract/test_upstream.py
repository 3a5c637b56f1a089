"""`make check-upstream`: quiet about what is known, loud about everything else."""

# ruff: noqa: E501 - a row of the table is a line
from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from scripts.contract import check_upstream
from tests.support.http_server import Response, serving
from tests.support.paths import ROOT

from .mutations import DELETE, SCHEMAS, Change, Document, drop, put, require, swap

PUBLISHED = ROOT / "tests/unit/contract/data/published-openapi.yaml"


def published() -> Document:
    return yaml.safe_load(PUBLISHED.read_text(encoding="utf-8"))


def run(tmp_path: Path, change: Change) -> int:
    """Compare with a published document in which something is different."""
    document = published()
    change(document)
    path = tmp_path / "published.json"
    path.write_text(json.dumps(document))
    return check_upstream.main([str(path)])


def test_the_published_document_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    """Every difference from what the service publishes is accepted, and every accepted one occurs."""
    status = check_upstream.main([str(PUBLISHED)])
    lines = capsys.readouterr().out.splitlines()

    assert len(lines) == 1
    assert lines[0].startswith("openapi.yaml and published-openapi.yaml: 0 differences to review, ")
    assert lines[0].endswith(" accepted, 0 accepted but not found")
    assert status == 0


def test_what_is_accepted_can_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """With --all the known differences are listed under the three headings."""
    check_upstream.main([str(PUBLISHED), "--all"])
    text = capsys.readouterr().out

    assert "Accepted: Only in the published document" in text
    assert "Accepted: Only in our document" in text
    assert "Accepted: Different in the two documents" in text
    assert (
        "  compatible    MusicController_generate: operation added (POST /api/v1/music): it can be called"
        in text
    )


LACKED, LACKING, DIFFERS = (
    "Only in the published document",
    "Only in our document",
    "Different in the two documents",
)
ENTITY = (*SCHEMAS, "ModelV2Entity", "properties")


# How each kind of difference is classed, test_mutations.py asserts: here it is where each is told.
@pytest.mark.parametrize(
    ("change", "heading", "line"),
    [
        (put(*ENTITY, "progress", value={"type": "number"}), LACKED, "compatible    ModelV2Entity.progress: field added"),
        (require("CreateAndTrainModelDto", "name"), LACKED, "breaking      CreateAndTrainModelDto.name: required added"),
        (drop(*DELETE), LACKING, "breaking      deleteModel: operation removed"),
        (swap(*ENTITY, "createdAt", value={"type": "integer"}), DIFFERS, "breaking      ModelV2Entity.createdAt: type changed (string -> integer)"),
    ],
)  # fmt: skip
def test_news_are_listed_by_severity(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: Change, heading: str, line: str
) -> None:
    """A difference that nobody accepted is told under its heading, and the command fails."""
    status = run(tmp_path, change)
    text = capsys.readouterr().out
    section = text.partition(heading)[2]

    assert f"\n  {line}" in section
    assert status == 1


def test_an_accepted_difference_that_is_gone_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file of accepted differences cannot gather dust."""
    field = (*SCHEMAS, "CreateAndTrainModelDto", "properties", "imageSampleFiles")
    status = run(tmp_path, drop(*field, "format"))

    assert "Accepted, but not found" in capsys.readouterr().out
    assert status == 1


def test_a_mistake_in_the_published_document_is_a_note(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the standard refuses is told, and what can be compared is compared."""
    status = run(tmp_path, drop("info", "title"))

    assert "note: the published document has a mistake" in capsys.readouterr().out
    assert status == 0


def test_a_document_without_a_way_through_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A reference that leads nowhere stops the comparison, with its place."""
    status = run(tmp_path, drop(*SCHEMAS, "ModelV2Entity"))

    assert "'#/components/schemas/ModelV2Entity' does not exist" in capsys.readouterr().err
    assert status == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("place: x", "not a list of entries"),
        ("- place: x\n  kind: y", "entry 1: write place, kind and reason"),
        ("- {place: x, kind: y, reason: because}", "entry 1: 'because' is not a reason"),
        ("- {place: x, kind: y, reason: a b c d, why: z}", "entry 1: write place, kind and reason"),
        ("- {place: 5, kind: y, reason: a b c d}", "entry 1: 'place' must be"),
        ("- {place", "not YAML"),
    ],
)
def test_an_acceptance_needs_a_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    """A file of accepted differences that says less than it must is refused."""
    path = tmp_path / "accepted.yaml"
    path.write_text(text)

    status = check_upstream.main([str(PUBLISHED), "--accepted", str(path)])

    assert said in capsys.readouterr().err
    assert status == 1


@pytest.fixture
def site() -> Iterator[str]:
    """A server that publishes the document as YAML and as JSON, and nothing else."""
    pages = {"/openapi.yaml": PUBLISHED.read_bytes(), "/openapi": json.dumps(published()).encode()}

    with serving(
        lambda request: Response(200 if request.path in pages else 404, pages.get(request.path, b""))
    ) as server:
        yield server.base_url


@pytest.mark.parametrize("page", ["/openapi.yaml", "/openapi"])
def test_a_url_is_fetched(site: str, page: str) -> None:
    """YAML and JSON are told apart by their content."""
    assert check_upstream.main([site + page]) == 0


def test_a_url_without_a_document_is_refused(site: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The message names the URL and the status."""
    status = check_upstream.main([f"{site}/missing"])

    assert f"{site}/missing cannot be read: Client error '404 Not Found'" in capsys.readouterr().err
    assert status == 1


def test_a_missing_file_and_a_missing_argument_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """The way out stands in the message."""
    assert check_upstream.main(["no-such-file.yaml"]) == 1
    assert "no-such-file.yaml: the file cannot be read" in capsys.readouterr().err
    assert check_upstream.main([""]) == 1
    assert "make check-upstream UPSTREAM=<url or file>" in capsys.readouterr().err
