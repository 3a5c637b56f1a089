"""A site as `make docs` builds it, and a browser that looks at it.

Playwright drives whichever Chromium or Chrome the machine has; it brings none of its own. No request reaches
anything but this machine: the browser's own are off, and those of pages are stopped and reported.
"""

from __future__ import annotations

import mimetypes
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest

from scripts.dev.setup import ENVIRONMENTS, ROOT, set_up
from tests.support import http_server
from tests.support.subprocesses import run

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Route

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# No sandbox, because it does not start for root. The rest keeps the browser itself from calling anybody.
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
LOOPBACK = ("127.0.0.1", "localhost")
LIMIT = 30_000  # milliseconds to wait for what is to appear

# Texts whose contrast with their ground is below 4.5 to 1, which is what readers need.
UNREADABLE = r"""() => {
  const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b]
    .map((part) => part / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  // A ground that can be seen through lets that of the parents shine through.
  const ground = (element) => {
    if (!element) return [255, 255, 255];
    const [r, g, b, alpha = 1] = numbers(getComputedStyle(element).backgroundColor);
    if (alpha === 1) return [r, g, b];
    const below = ground(element.parentElement);
    return [r, g, b].map((part, index) => part * alpha + below[index] * (1 - alpha));
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const poor = [];
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
    const pair = [light(numbers(getComputedStyle(element).color)), light(ground(element))].sort();
    const contrast = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    if (contrast < 4.5) poor.push(`${walker.currentNode.data.trim()}: ${contrast.toFixed(1)}`);
  }
  return poor;
}"""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder on loopback for the length of a `with` block; gives the address."""

    def respond(request: http_server.Request) -> http_server.Response:
        path = folder / unquote(request.path)[1:]
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            return http_server.Response(404)
        return http_server.Response(200, path.read_bytes(), mimetypes.guess_type(path.name)[0])

    with http_server.serving(respond) as server:
        yield server.base_url


def build_site(*arguments: str) -> subprocess.CompletedProcess[str]:
    """What `make docs` does."""
    set_up("docs")
    python = str(ROOT / ENVIRONMENTS["docs"] / "bin" / "python")
    return run([python, "-m", "scripts.docs", *arguments], ROOT)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built from the tree."""
    folder = tmp_path_factory.mktemp("docs") / "site"
    done = build_site("--output", str(folder))
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def site_url(site: Path) -> Iterator[str]:
    """Where the site is served."""
    with serving(site) as url:
        yield url


# Not for the session: while it is open no other test on this thread could run an event loop.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless browser with a profile of its own."""
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="Playwright is not installed: make check-all has it"
    )
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        pytest.skip(f"no browser looked at this: install one of {', '.join(BROWSERS)}")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Watched:
    """A browser window, and what went wrong in it: errors on the console, requests to other machines."""

    context: BrowserContext
    page: Page
    problems: list[str] = field(default_factory=list)

    def heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(f"console: {message.text}")

    def asked(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in ("data", "blob") and url.hostname not in LOOPBACK:
            self.problems.append(f"request: {request.url}")

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        return self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")

    def unreadable(self) -> list[str]:
        """The texts that hardly stand out from their ground, with the contrast of each."""
        found: list[str] = self.page.evaluate(UNREADABLE)
        return found


@contextmanager
def window(browser: Browser, *, width: int = 1400, scheme: str = "light") -> Iterator[Watched]:
    """Open a window of that width in pixels, in a system with light or dark colours."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    context.set_default_timeout(LIMIT)

    def stop_what_leaves(route: Route) -> None:
        stays = urlsplit(route.request.url).hostname in LOOPBACK
        route.continue_() if stays else route.abort()

    context.route("**/*", stop_what_leaves)
    watched = Watched(context, context.new_page())
    watched.page.on("console", watched.heard)
    watched.page.on("pageerror", lambda error: watched.problems.append(f"error: {error}"))
    watched.page.on("request", watched.asked)
    try:
        yield watched
    finally:
        context.close()


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    """A window in which nothing may go wrong."""
    with window(browser) as watched:
        yield watched
        assert watched.problems == []
