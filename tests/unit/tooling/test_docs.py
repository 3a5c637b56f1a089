"""The parts of the site's build that need none of its tools."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from scripts.docs import __main__ as docs
from tests.support.paths import ROOT

GENERATED = ROOT / "generated"


def test_contents_name_every_page_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The navigation has each page that the site is made of, operations first and models last."""
    swagger_ui, project = tmp_path / "swagger-ui", tmp_path / "project"
    swagger_ui.mkdir()
    for name in docs.SWAGGER_UI:
        (swagger_ui / name).touch()
    monkeypatch.setattr(docs, "swagger_ui", lambda: swagger_ui)
    docs.compose(project, GENERATED)
    listed = tomllib.loads((project / "zensical.toml").read_text(encoding="utf-8"))["project"]["nav"]
    pages = project / "pages"
    files = [path for title, path in flat(listed)]

    assert listed == docs.navigation(pages)
    assert files[:2] == ["README.md", "docs/ImageModelsApi.md"]
    assert sorted(files) == sorted(page.relative_to(pages).as_posix() for page in pages.rglob("*.md"))
    assert ("Coming from another client", "docs/migration.md") in flat(listed)


def compose_pages(folder: Path) -> Path:
    """The pages as the build puts them together, each with its heading alone."""
    (folder / "docs").mkdir()
    names = [docs.START, *(f"docs/{page.name}" for page in (GENERATED / "docs").glob("*.md"))]
    for name in names:
        (folder / name).write_text((GENERATED / name).read_text(encoding="utf-8"), encoding="utf-8")
    for name in (docs.CHANGELOG, docs.EXPLORER):
        (folder / name).write_text(f"---\nhide: [toc]\n---\n\n# {name}\n", encoding="utf-8")
    return folder


def flat(contents: list[dict[str, object]]) -> list[tuple[str, str]]:
    """Titles and files of a navigation, without its groups."""
    found: list[tuple[str, str]] = []
    for entry in contents:
        for title, value in entry.items():
            found += flat(value) if isinstance(value, list) else [(title, str(value))]
    return found


def test_a_page_without_heading_is_named(tmp_path: Path) -> None:
    """A page that cannot be listed stops the build with its name."""
    pages = compose_pages(tmp_path)
    (pages / "docs" / "untitled.md").write_text("text", encoding="utf-8")

    with pytest.raises(docs.SiteError, match=r"untitled\.md has no heading: begin it with one"):
        docs.navigation(pages)


def test_forms_of_the_explorer_name_no_address_and_no_second_alternative() -> None:
    """What the examples of the pages leave out is empty in the explorer; the rest is filled in."""
    document = json.loads((GENERATED / "tryleap" / "openapi.json").read_text(encoding="utf-8"))
    choices = yaml.safe_load((ROOT / "generator-config.yaml").read_text(encoding="utf-8"))
    shown = docs.for_the_explorer(document, choices)
    form = shown["components"]["schemas"]["CreateAndTrainModelDto"]["properties"]

    assert {name: field["example"] for name, field in form.items()} == {
        "name": "Alex Avatar Model",
        "subjectKeyword": "@me",
        "subjectType": "person",
        "webhookUrl": "",
        "imageSampleUrls": [],
        "imageSampleFiles": [],
    }


def test_another_folder_is_never_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that is no site of ours stays as it is."""
    (tmp_path / "mine.txt").write_text("mine")

    assert docs.main(["--output", str(tmp_path)]) == 1
    assert (
        "exists and is not a site of this project: remove it, or choose another folder"
        in capsys.readouterr().err
    )
    assert [each.name for each in tmp_path.iterdir()] == ["mine.txt"]


def test_without_its_environment_the_way_is_reported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Run by another interpreter, the command names the one that has what it needs."""
    monkeypatch.setattr(docs.importlib.util, "find_spec", lambda name: None)

    assert docs.main(["--output", str(tmp_path / "site")]) == 1
    assert "Swagger UI is not installed here: run `make docs`" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_links_stay_on_the_site() -> None:
    """Where links of the README begin with an address, for an index, those of the site do not."""
    text = "[a](https://example.com/x/docs/a.md#b) and [c](https://example.com/other/docs/c.md)"

    for url in ("https://example.com/x", "https://example.com/x/"):
        shown = docs.within_the_site(text, {"documentation_url": url})
        assert shown == "[a](docs/a.md#b) and [c](https://example.com/other/docs/c.md)"
    assert docs.within_the_site(text, {}) == text


def test_links_of_the_changelog_lead_to_the_site_or_are_none() -> None:
    """What the site has is linked to there; a file of the repository alone is only named."""
    text = "[promise](CONTRIBUTING.md#x), [page](generated/docs/a.md), [web](https://example.com), [here](#x)"

    assert docs.from_the_root(text) == "promise, [page](docs/a.md), [web](https://example.com), [here](#x)"


def test_what_coding_agents_read(tmp_path: Path) -> None:
    """llms.txt begins with the rules that cost money and names every page, which is there as Markdown."""
    pages, site = compose_pages(tmp_path), tmp_path / "site"
    site.mkdir()
    skill = (GENERATED / docs.SKILL).read_text(encoding="utf-8")
    docs.for_agents(pages, skill, site)

    text = (site / "llms.txt").read_text(encoding="utf-8")
    assert text.startswith(
        "# tryleap\n\n> Train image models on photos of one subject, follow their training, and list, get "
        "and delete the models of a workspace.\n\n1. **Each training is"
    )
    linked = re.findall(r"^- \[[^\]]+\]\(([^)]+)\)", text, re.MULTILINE)
    assert set(linked) == {
        *("README.md", "CHANGELOG.md", "SKILL.md"),
        *(f"docs/{each.name}" for each in (GENERATED / "docs").glob("*.md")),
    }
    for name in linked:
        twin = (site / name).read_text(encoding="utf-8")
        assert twin == (skill if name == "SKILL.md" else (pages / name).read_text(encoding="utf-8"))
    assert "- [Configuration](docs/configuration.md): with" not in text
    assert "- [Web frameworks](docs/frameworks.md): A typical application accepts photos " in text


def test_a_skill_without_rules(tmp_path: Path) -> None:
    """A skill that lost its rules ends the building of the site: agents would not see them."""
    pages = tmp_path / "pages"
    (pages / "docs").mkdir(parents=True)
    for name in ("README.md", "CHANGELOG.md", "explorer.md"):
        (pages / name).write_text("# A page\n\nText.\n", encoding="utf-8")
    (tmp_path / "site").mkdir()
    with pytest.raises(docs.SiteError, match="has no rules: give it the heading `Rules that cost money`"):
        docs.for_agents(pages, "# A skill", tmp_path / "site")


def test_folded_parts_are_tabs_on_the_site() -> None:
    """What is folded in Markdown, one after the other, stands in tabs, and nothing else changes."""
    page = (GENERATED / "docs" / "ImageModelsApi.md").read_text(encoding="utf-8")

    tabbed = docs.tabbed(page)

    assert "<details>" in page
    assert "details>" not in tabbed
    assert tabbed.count('=== "Async"\n\n    ```python\n') == page.count("<summary>Async</summary>")
    assert [line.strip() for line in tabbed.splitlines() if line.strip() and line[:3] != "==="] == [
        line.strip()
        for line in page.splitlines()
        if line.strip() and not re.match("</?(details|summary)", line)
    ]
