"""The site that `make docs` builds, as its readers meet it."""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.integration.browser.conftest import ROOT, Watched, build_site, serving, window
from tests.integration.docs.pages import links

pytestmark = pytest.mark.heavy

GENERATED = ROOT / "generated"
DARK = "document.body.dataset.mdColorScheme === 'slate'"


def addresses(site: Path) -> list[str]:
    """The paths of all pages."""
    return [f"/{page.relative_to(site).as_posix()}" for page in sorted(site.rglob("*.html"))]


def ground(watched: Watched) -> int:
    """How light the page's ground is, from 0 to 255."""
    colour = watched.page.evaluate("getComputedStyle(document.body).backgroundColor")
    return min(int(float(each)) for each in re.findall(r"[\d.]+", colour)[:3])


def test_only_the_pages_lead_to_the_web(site: Path) -> None:
    """The theme adds no address but its maker's. Links within the site are the matter of its build."""
    sources = [GENERATED / "README.md", ROOT / "CHANGELOG.md", *(GENERATED / "docs").glob("*.md")]
    named = {"https://zensical.org/", *(link for each in sources for link in links(each.read_text()))}
    shown = {
        html.unescape(link)
        for page in site.rglob("*.html")
        for link in re.findall(r'(?:href|src)="?(https?://[^">\s]+)', page.read_text(encoding="utf-8"))
    }

    assert shown > {"https://zensical.org/"}
    assert shown - named == set()


@pytest.mark.parametrize(("width", "scheme"), [(1400, "light"), (400, "dark")])
def test_every_page_loads(browser: Any, site: Path, site_url: str, width: int, scheme: str) -> None:
    """Every page is there, shows its heading, fits the window, logs no error and asks nobody else."""
    names = ["index.html", "CHANGELOG/index.html", "explorer/index.html"]
    names += [f"docs/{page.stem}/index.html" for page in (GENERATED / "docs").glob("*.md")]
    assert {f"/{name}" for name in names} <= set(addresses(site))
    with window(browser, width=width, scheme=scheme) as watched:
        for path in addresses(site):
            watched.page.goto(site_url + path, wait_until="networkidle" if width == 1400 else "load")

            assert watched.page.locator("h1").first.is_visible(), path
            assert watched.overflow() <= 0, path
            assert watched.unreadable() == [], path
            assert watched.page.evaluate(DARK) == (scheme == "dark"), path
        assert watched.problems == []


def test_what_goes_wrong_is_noticed(browser: Any, tmp_path: Path) -> None:
    """The windows of these tests see an error on the console, an exception, and a request to elsewhere."""
    (tmp_path / "index.html").write_text(
        "<!doctype html><link rel=icon href=data:,><h1>x</h1><img src='https://elsewhere.invalid/1.png'>"
        "<script>console.error('said'); throw new Error('thrown')</script>"
        "<body style='background: #fff'><p style='width: 900px'>wide</p><p style='color: #999'>pale</p>"
    )
    with serving(tmp_path) as url, window(browser, width=400) as watched:
        watched.page.goto(url)
        heard = "\n".join(watched.problems)

        assert watched.overflow() > 0
        assert watched.unreadable() == ["pale: 2.8"]
    for each in ("request: https://elsewhere.invalid/1.png", "console: said", "error: thrown"):
        assert each in heard


def search(watched: Watched, site_url: str, words: str) -> None:
    """Type words into the search of the start page."""
    watched.page.goto(site_url, wait_until="networkidle")
    watched.page.get_by_role("button", name="Search").click()
    watched.page.get_by_role("combobox", name="Search").fill(words)


def test_search_finds_an_operation(watched: Watched, site_url: str) -> None:
    """Who types the name of a method finds where it is described."""
    search(watched, site_url, "train_model")
    page = watched.page
    page.get_by_role("option", name="train_model", exact=False).first.click()
    page.wait_for_url(re.compile("/docs/ImageModelsApi/.*#train_model$"))

    heading = page.locator("#train_model").bounding_box()
    assert heading is not None
    assert 0 <= heading["y"] < 450


SEARCHES = {
    "quickstart": "/#quickstart",
    "resume": "/docs/trainings/#resume-after-a-crash",
    "UploadFile": "/docs/frameworks/#upload-objects",
    "HEIC": "/docs/images/#preparing-images",
    "rate limit": "/docs/errors/#rate-limits",
}


@pytest.mark.parametrize(("words", "found"), SEARCHES.items(), ids=SEARCHES)
def test_search_ranks_the_page_that_explains_it_first(
    watched: Watched, site_url: str, words: str, found: str
) -> None:
    """What new users look for is the first result."""
    search(watched, site_url, words)
    first = watched.page.get_by_role("option").first
    first.wait_for()
    address = urlsplit(first.get_attribute("href") or "")

    assert f"{address.path}#{address.fragment}" == found


def test_the_start_page_begins_on_the_simulator(watched: Watched, site_url: str) -> None:
    """The quickstart installs and starts the simulator before it shows a program."""
    watched.page.goto(f"{site_url}/#quickstart")
    first, second = (watched.page.locator(f"#quickstart ~ .highlight >> nth={index}") for index in (0, 1))

    assert "[simulator]" in first.inner_text()
    assert "python -m tryleap.simulator" in first.inner_text()
    assert "wait_for_model" in second.inner_text()


def test_colours_follow_the_system_until_chosen(browser: Any, site_url: str) -> None:
    """Light and dark come from the system; the reader's choice is kept from page to page."""
    with window(browser, scheme="dark") as watched:
        page = watched.page
        page.goto(site_url)
        assert ground(watched) < 50

        page.emulate_media(color_scheme="light")
        page.wait_for_function(f"!({DARK})")
        assert ground(watched) > 200

        for _ in range(2):
            page.locator("label[for^=__palette]:visible").click()
        page.wait_for_function(DARK)
        page.goto(f"{site_url}/docs/errors/")
        assert ground(watched) < 50


def test_same_input_same_bytes(site: Path, tmp_path: Path) -> None:
    """A second build, elsewhere and of files with other times, has the same bytes."""
    shutil.copytree(GENERATED, tmp_path / "generated", copy_function=shutil.copyfile)
    output = tmp_path / "again"
    done = build_site("--generated", str(tmp_path / "generated"), "--output", str(output))
    assert done.returncode == 0, done.stderr

    one, other = (
        {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
        for folder in (site, output)
    )
    assert one == other


@pytest.mark.parametrize("link", ["docs/nowhere.md", "docs/errors.md#no-such-heading"])
def test_a_broken_link_ends_the_build(tmp_path: Path, link: str) -> None:
    """A link to a missing page or heading is named, and no site is left."""
    shutil.copytree(GENERATED, tmp_path / "generated")
    with (tmp_path / "generated" / "README.md").open("a", encoding="utf-8") as page:
        page.write(f"\n[broken]({link})\n")
    done = build_site("--generated", str(tmp_path / "generated"), "--output", str(tmp_path / "site"))

    assert done.returncode == 1
    assert "does not exist" in done.stderr
    assert "README.md" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "site").exists()
