"""Pages of other documents: generic, complete, and whole whatever text a document holds."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from scripts.generator import pipeline
from scripts.generator.render import markdown, templates
from scripts.generator.views.package import package_view
from tests.integration.docs.pages import blocks, links, tables
from tests.support.documents import document, reference, responding, write_document
from tests.support.http_server import Response, serving
from tests.support.subprocesses import run
from tests.unit.generator.test_hostile_document import PAYLOADS, accepted_positions, planted, write

FEATURES = pipeline.ROOT / "tests" / "integration" / "features" / "features.yaml"
READER = MarkdownIt("commonmark", {"html": True}).enable("table")
# What breaks tables, and what opens something.
HARD = st.lists(
    st.sampled_from(
        ["|", "`", "``", "\\", "\n", "\r\n", "<b>", "&lt;", "*", "_", "[", "](", ")", "a", " ", "- ", "1. "]
    )
).map("".join)

_RUN_ALL = """
import json, sys
sys.path.insert(0, sys.argv[1])
for code in json.load(sys.stdin):
    exec(compile(code, "page", "exec", dont_inherit=True), {"__name__": "__main__"})
"""


def pages_of(spec: Path, config: Path | None = None) -> dict[str, str]:
    """Render the pages of a document."""
    _, api, choices = pipeline.understand(spec, config)
    return dict(templates.render_pages(api, choices, package_view(api, choices)))


def tokens(text: str) -> Iterator[Token]:
    """All tokens of a page, the inner ones too."""
    for each in READER.parse(text):
        yield each
        yield from each.children or ()


def shown(text: str) -> str:
    """What a reader sees of Markdown on one line, without line breaks."""
    return " ".join(
        "".join(each.content for each in tokens(text) if each.type in ("text", "code_inline")).split()
    )


@pytest.fixture(scope="module")
def features() -> dict[str, str]:
    """The pages of a document with every feature."""
    return pages_of(FEATURES)


def test_nothing_of_this_api(features: dict[str, str]) -> None:
    """Pages of another document do not speak of this API."""
    text = "\n".join(features.values()).lower()

    assert "leap" not in text
    assert "training" not in text
    assert "image_models" not in text


@pytest.mark.parametrize(
    ("required", "expected"),
    [
        (["all", "named", "next"], {"all": [], "named": {}, "next": None, "word": "text"}),
        (["without"], {"all": [], "named": {}, "without": {}, "word": "text"}),
    ],
)
def test_models_that_hold_themselves(tmp_path: Path, required: list[str], expected: dict[str, Any]) -> None:
    """An example ends where a model comes again: by an empty array or map, by null, at worst by nothing."""
    node = reference("Node")
    properties = {
        "all": {"type": "array", "items": node},
        "named": {"type": "object", "additionalProperties": node},
        "next": {"anyOf": [node, {"type": "null"}]},
        "without": node,
        "word": {"type": "string"},
    }
    schemas = {"Node": {"type": "object", "required": required, "properties": properties}}
    spec = write_document(tmp_path, document({"responses": responding(node)}, schemas, version="3.1.0"))

    assert expected in [
        json.loads(block) for text in pages_of(spec).values() for block in blocks(text, "json")
    ]


def test_a_page_for_everything(features: dict[str, str]) -> None:
    """There is a page for each resource and each model, and every operation and link is on one."""
    _, api, _ = pipeline.understand(FEATURES, None)
    text = "\n".join(features.values())

    assert {f"docs/{each.class_name}Api.md" for each in api.resources} <= set(features)
    assert {f"docs/{each.class_name}.md" for each in api.models} <= set(features)
    assert [each.id for each in api.operations if f"operation `{each.id}`" not in text] == []
    for name, page in features.items():
        for link in links(page):
            target = os.path.normpath(os.path.join(os.path.dirname(name), link.partition("#")[0] or name))  # noqa: PTH118, PTH120 - no files
            if not link.startswith(("https://", "#")):
                assert target in features, link


def test_examples_fit_their_client(tmp_path: Path) -> None:
    """Every block of Python of another document's pages calls its client as it wants to be called."""
    pipeline.generate(FEATURES, None, tmp_path / "out")
    files = [tmp_path / "out" / "README.md", *sorted((tmp_path / "out" / "docs").glob("*.md"))]
    programs = [code for file in files[1:] for code in blocks(file.read_text(encoding="utf-8"), "python")]
    # Where nothing is caught, a response with an error ends the program: that is left to our own document.
    programs = [code for code in programs if "except" in code or "from_dict" in code]
    (tmp_path / "file.bin").write_bytes(b"bytes")
    python = [sys.executable, "-W", "error", "-W", "ignore:old.send_deprecated", "-c", _RUN_ALL]
    with serving(lambda _: Response(400)) as server:
        own = {"FEATURES_BASE_URL": server.base_url, "FEATURES_API_KEY": "any-key"}
        done = run([*python, str(tmp_path / "out")], tmp_path, given=json.dumps(programs), **own)

    assert done.returncode == 0, done.stderr
    assert len(programs) > 50
    assert done.stdout.count("400") > 50


@pytest.mark.parametrize("name", PAYLOADS)
def test_hostile_document(name: str, tmp_path: Path) -> None:
    """Whatever a document says, tables stay whole, it brings no HTML, and examples are Python."""
    payload = f"{PAYLOADS[name]} | <img src=x onerror=alert(1)> `|` [x](javascript:alert(1)) ```"
    accepted, _ = accepted_positions(tmp_path, payload)

    found = pages_of(*write(tmp_path, planted(*accepted, payload=payload)))

    for text in found.values():
        html = {each.content for each in tokens(text) if each.type in ("html_inline", "html_block")}
        ours = re.compile(r"</?code>|<details>\n<summary>[\w ]+</summary>\n|</details>\n")
        assert [each for each in html if not ours.fullmatch(each)] == []
        targets = [str(each.attrs["href"]) for each in tokens(text) if each.type == "link_open"]
        assert [each for each in targets if each.startswith("javascript")] == []
        for names, *others in tables(text):
            assert [cells for cells in others if len(cells) != len(names)] == []
        for each in tokens(text):
            if each.type == "fence" and each.info == "python":
                compile(each.content, "page", "exec", dont_inherit=True)


@given(HARD | st.text())
def test_cell_holds_any_text(text: str) -> None:
    """A text in a cell stays in it, opens no HTML, and is shown as it is but for its layout."""
    page = f"| a | b |\n| --- | --- |\n| {markdown.cell(text)} | {markdown.code(text)} |\n\nend\n"
    kinds = [each.type for each in tokens(page)]
    html = [each.content for each in tokens(page) if each.type in ("html_inline", "html_block")]

    assert kinds.count("td_open") == 2
    assert kinds.count("tr_open") == 2
    assert set(html) <= {"<code>", "</code>"}


@given(HARD | st.text())
@example("__0__")
@example("a__b_c")
def test_text_is_shown_as_it_is(text: str) -> None:
    """A text without links and code is shown letter by letter; a block of code ends where it should."""
    line = " ".join(markdown.prose(text).split())

    if "`" not in line and "](" not in line:
        assert shown(markdown.inline(text)) == line
    assert [each.content for each in tokens(markdown.fenced(line)) if each.type == "fence"] == [f"{line}\n"]


def test_what_keeps_its_meaning() -> None:
    """Code, lists and links to web addresses of a description keep their meaning; headings do not."""
    text = "# No heading\n\n- one `a|b`\n- two [site](https://example.com/a_b)\n  goes on\n\n1) last"
    written = markdown.paragraphs(text)
    kinds = [each.type for each in tokens(written)]

    assert "heading_open" not in kinds
    assert kinds.count("list_item_open") == 3
    assert kinds.count("link_open") == 1
    assert "https://example.com/a_b" in written
