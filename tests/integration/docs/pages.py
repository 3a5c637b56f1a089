"""Reading pages as a reader does: their headings, tables, links and blocks of code."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

from tests.support.paths import GENERATED, ROOT

__all__ = ["GENERATED", "ROOT"]

PAGES = sorted([GENERATED / "README.md", *(GENERATED / "docs").glob("*.md")])

BLOCK = re.compile(
    r"^(?P<fence>`{3,})(?P<language>\w*)[^\n]*\n(?P<code>.*?)^(?P=fence)$", re.DOTALL | re.MULTILINE
)
_HEADING = re.compile(r"^(#+) (.*)$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^()\s]+)\)")


def blocks(text: str, language: str) -> list[str]:
    """The blocks of code in a language."""
    return [found["code"] for found in BLOCK.finditer(text) if found["language"] == language]


def without_blocks(text: str) -> str:
    """A page without its blocks of code."""
    return BLOCK.sub("", text)


def section(text: str, title: str) -> str:
    """What stands under a heading, up to the next one of its level or above."""
    outside = [
        (found.start(), found.end(), len(found[1]), found[2])
        for found in _HEADING.finditer(text)
        if not any(block.start() < found.start() < block.end() for block in BLOCK.finditer(text))
    ]
    for index, (_, end, level, name) in enumerate(outside):
        if name == title:
            rest = [start for start, _, other, _ in outside[index + 1 :] if other <= level]
            return text[end : rest[0] if rest else len(text)]
    raise AssertionError(f"there is no heading {title!r}")


def tables(text: str) -> list[list[list[str]]]:
    """All tables: their rows of cells, the names of the columns first, the line below them left out."""
    found: list[list[list[str]]] = []
    before = ""
    for line in without_blocks(text).split("\n"):
        if line.startswith("|"):
            if not before.startswith("|"):
                found.append([])
            found[-1].append([cell.strip() for cell in line.removeprefix("|").removesuffix("|").split("|")])
        before = line
    return [[table[0], *table[2:]] for table in found]


def rows(text: str) -> list[dict[str, str]]:
    """The rows of the first table, by the names of their columns."""
    for names, *others in tables(text):
        return [dict(zip(names, cells, strict=True)) for cells in others]
    return []


def links(text: str) -> list[str]:
    """The targets of all links."""
    return _LINK.findall(without_blocks(text))


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub and site generators make them."""
    found: dict[str, int] = {}
    made = set()
    for _, title in _HEADING.findall(without_blocks(text)):
        plain = re.sub(r"[^\w\- ]", "", html.unescape(title).lower()).replace(" ", "-")
        count = found.setdefault(plain, 0)
        found[plain] += 1
        made.add(f"{plain}-{count}" if count else plain)
    return made


def plain(cell: str) -> str:
    """A cell without its Markdown."""
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", cell).replace("*", "").replace("`", "")


def programs(*pages: Path) -> Iterator[tuple[Path, int, str]]:
    """All blocks of Python on pages."""
    for page in pages:
        for number, code in enumerate(blocks(page.read_text(encoding="utf-8"), "python")):
            yield page, number, code


def execute(code: str) -> None:
    """Run a block as it stands, as a program of its own."""
    exec(compile(code, "page", "exec", dont_inherit=True), {"__name__": "__main__"})  # noqa: S102 - our own
