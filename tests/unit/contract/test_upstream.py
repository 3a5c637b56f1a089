"""`make check-upstream`: quiet about what is known, loud about everything else."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.contract import check_upstream
from tests.support.paths import ROOT

PUBLISHED = ROOT / "tests/unit/contract/data/published-openapi.yaml"
MODELS = "/api/v2/images/models"

Document = dict[str, Any]


def published() -> Document:
    return yaml.safe_load(PUBLISHED.read_text(encoding="utf-8"))


def run(tmp_path: Path, change: Callable[[Document], None]) -> int:
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
    assert lines[0].startswith("openapi.yaml and published-openapi.yaml: 0 differences to judge, ")
    assert lines[0].endswith(" accepted, 0 accepted without need")
    assert status == 0


def test_what_is_accepted_can_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """With --all the known differences are listed under the three headings."""
    check_upstream.main([str(PUBLISHED), "--all"])
    text = capsys.readouterr().out

    assert "Accepted: The service has, and we lack" in text
    assert "Accepted: We have, and the service lacks" in text
    assert "Accepted: Both have, and it differs" in text
    assert (
        "  compatible    MusicController_generate: operation added (POST /api/v1/music): it may be called"
        in text
    )


def new_operation(document: Document) -> None:
    document["paths"][MODELS]["head"] = {
        "operationId": "Models_count",
        "responses": {"200": {"description": ""}},
    }


def lost_operation(document: Document) -> None:
    del document["paths"][f"{MODELS}/{{modelId}}"]["delete"]


def new_field(document: Document) -> None:
    document["components"]["schemas"]["ModelV2Entity"]["properties"]["progress"] = {"type": "number"}


def lost_field(document: Document) -> None:
    entity = document["components"]["schemas"]["ModelV2Entity"]
    del entity["properties"]["imageSamples"]
    entity["required"].remove("imageSamples")


def other_type(document: Document) -> None:
    document["components"]["schemas"]["ModelV2Entity"]["properties"]["createdAt"] = {"type": "integer"}


def required_field(document: Document) -> None:
    document["components"]["schemas"]["CreateAndTrainModelDto"]["required"] = ["name"]


def other_status(document: Document) -> None:
    responses = document["paths"][MODELS]["get"]["responses"]
    responses["206"] = responses.pop("200")


def other_server(document: Document) -> None:
    document["servers"][0]["url"] = "https://api.example.com"


def other_key(document: Document) -> None:
    document["components"]["securitySchemes"]["bearer"] = {"type": "apiKey", "in": "header", "name": "X-Key"}


def other_pinned_value(document: Document) -> None:
    document["paths"][MODELS]["get"]["operationId"] = "Models_list"


@pytest.mark.parametrize(
    ("change", "heading", "line"),
    [
        (new_operation, "The service has, and we lack", "compatible    Models_count: operation added"),
        (lost_operation, "We have, and the service lacks", "breaking      deleteModel: operation removed"),
        (new_field, "The service has, and we lack", "compatible    ModelV2Entity.progress: field added"),
        (
            lost_field,
            "We have, and the service lacks",
            "breaking      ModelV2Entity.imageSamples: field removed",
        ),
        (
            other_type,
            "Both have, and it differs",
            "breaking      ModelV2Entity.createdAt: type changed (string -> integer)",
        ),
        (
            required_field,
            "The service has, and we lack",
            "breaking      CreateAndTrainModelDto.name: required added",
        ),
        (other_status, "We have, and the service lacks", "breaking      listAllModels 200: status removed"),
        (other_status, "The service has, and we lack", "compatible    listAllModels 206: status added"),
        (other_server, "Both have, and it differs", "breaking      servers: first server changed"),
        (other_key, "Both have, and it differs", "breaking      authentication: security changed"),
        (
            other_pinned_value,
            "Both have, and it differs",
            "breaking      listAllModels: operation id changed (listAllModels -> Models_list)",
        ),
    ],
)
def test_news_are_listed_by_severity(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    change: Callable[[Document], None],
    heading: str,
    line: str,
) -> None:
    """A difference that nobody accepted is told under its heading, and the command fails."""
    status = run(tmp_path, change)
    text = capsys.readouterr().out
    section = text.partition(heading)[2]

    assert f"\n  {line}" in section
    assert status == 1


def test_an_accepted_difference_that_is_gone_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file of accepted differences cannot gather dust."""

    def mended(document: Document) -> None:
        del document["components"]["schemas"]["CreateAndTrainModelDto"]["properties"]["imageSampleFiles"][
            "format"
        ]

    status = run(tmp_path, mended)

    assert "Accepted, but it does not occur" in capsys.readouterr().out
    assert status == 1


def test_a_mistake_in_the_published_document_is_a_note(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the standard refuses is told, and what can be compared is compared."""

    def untitled(document: Document) -> None:
        del document["info"]["title"]

    status = run(tmp_path, untitled)

    assert "note: the published document has a mistake" in capsys.readouterr().out
    assert status == 0


def test_a_document_without_a_way_through_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A reference that leads nowhere stops the comparison, with its place."""

    def broken(document: Document) -> None:
        del document["components"]["schemas"]["ModelV2Entity"]

    status = run(tmp_path, broken)

    assert "'#/components/schemas/ModelV2Entity' leads nowhere" in capsys.readouterr().err
    assert status == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("place: x", "this is no list of entries"),
        ("- place: x\n  kind: y", "entry 1: write place, kind and reason"),
        ("- {place: x, kind: y, reason: because}", "entry 1: 'because' is no reason"),
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

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path, b"")
            self.send_response(200 if body else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


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
