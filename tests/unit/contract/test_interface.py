"""The comparison of Python interfaces: what of a package its users can name, and what a change does to them."""

# ruff: noqa: E501 - a row of the table is a line
from __future__ import annotations

from pathlib import Path

import pytest

from scripts.contract import interface

CODE = """
from __future__ import annotations
from typing import TYPE_CHECKING, Any, ClassVar, overload
from attrs import define

if TYPE_CHECKING:
    from ._inner import Inner as Inner

__all__ = ["Inner"]

LIMIT: int = 5

class Base(Exception):
    pass

class Other(Base):
    pass

@define(kw_only=True)
class Model:
    name: str
    size: int | None = None
    _fields: ClassVar[tuple[str, ...]] = ()

@overload
def train(*, files: list[str]) -> str: ...
@overload
def train(*, urls: list[str]) -> str: ...
def train(*, files: list[str] | None = None, urls: list[str] | None = None) -> str:
    return ""

def find(first: str, second: int = 5, *, wide: bool = False) -> str | None:
    return None

def _private(first: str) -> None: ...
"""
INNER = """
class _Parent:
    def close(self) -> None: ...

class Inner(_Parent):
    @property
    def state(self) -> str: return ""
"""


def read(folder: Path, code: str, inner: str = INNER) -> dict[str, interface.Item]:
    package = folder / "thing"
    (package / "operations").mkdir(parents=True)
    (package / "__init__.py").write_text(code)
    (package / "_inner.py").write_text(inner)
    (package / "operations" / "__init__.py").write_text("def build() -> None: ...\n")
    return interface.read(package)


def test_what_a_user_can_name(tmp_path: Path) -> None:
    """Exported names, inherited members and the arguments of models count; what has an underscore does not."""
    assert set(read(tmp_path, CODE)) == {
        "thing",
        "thing.Base",
        "thing.Inner",
        "thing.Inner.close",
        "thing.Inner.state",
        "thing.LIMIT",
        "thing.Model",
        "thing.Model.__init__",
        "thing.Model.name",
        "thing.Model.size",
        "thing.Other",
        "thing.find",
        "thing.train",
    }


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", []),
        ("LIMIT: int = 5", "LIMIT: int = 7", []),
        ("def _private(first: str)", "def _private(second: int)", []),
        ("LIMIT: int", "MOST: int", ["breaking thing.LIMIT: name removed", "compatible thing.MOST: name added"]),
        ("LIMIT: int", "LIMIT: str", ["breaking thing.LIMIT: type changed"]),
        ("LIMIT: int = 5", "def LIMIT() -> int: ...", ["breaking thing.LIMIT: kind changed"]),
        ("class Other(Base)", "class Other(Exception)", ["breaking thing.Other: bases changed"]),
        ("class Other(Base)", "class Other(Base, ValueError)", ["compatible thing.Other: bases changed"]),
        ("    name: str\n", "    name: str | None\n", ["breaking thing.Model.name: type changed", "compatible thing.Model(name): type changed"]),
        ("    name: str\n", "    name: str\n    kind: str\n", ["breaking thing.Model(kind): argument added", "compatible thing.Model.kind: name added"]),
        ("    size: int | None = None\n", "", ["breaking thing.Model(size): argument removed", "breaking thing.Model.size: name removed"]),
        ("first: str, second", "first: str | bytes, second", ["compatible thing.find(first): type changed"]),
        ("first: str, second", "first: bytes, second", ["breaking thing.find(first): type changed"]),
        ("-> str | None", "-> str", ["compatible thing.find: result changed"]),
        ("-> str | None", "-> str | int | None", ["breaking thing.find: result changed"]),
        ("second: int = 5", "second: int", ["breaking thing.find(second): required added"]),
        ("second: int = 5, *", "*, second: int = 5", ["breaking thing.find(second): kind changed"]),
        ("*, wide: bool = False", "wide: bool = False", ["compatible thing.find(wide): kind changed"]),
        ("wide: bool = False", "wide: bool = False, deep: bool = False", ["compatible thing.find(deep): argument added"]),
        ("wide: bool = False", "wide: bool = False, deep: bool", ["breaking thing.find(deep): argument added"]),
        ("first: str, second: int = 5", "second: int = 5, first: str = ''", ["breaking thing.find: order changed", "compatible thing.find(first): required removed"]),
        ("first: str, second", "zero: int = 0, first: str = '', second", ["breaking thing.find: order changed", "compatible thing.find(first): required removed", "compatible thing.find(zero): argument added"]),
        ("@overload\ndef train(*, urls: list[str]) -> str: ...\n", "", ["breaking thing.train: overload removed"]),
        ("def close", "def shut", ["breaking thing.Inner.close: name removed", "compatible thing.Inner.shut: name added"]),
        ("urls: list[str]) -> str: ...", "urls: list[bytes]) -> str: ...", ["breaking thing.train(urls): type changed"]),
    ],
)  # fmt: skip
def test_a_change_is_classed(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    """Each change of the small package, and what its users are told."""
    assert old in CODE + INNER
    before = read(tmp_path / "old", CODE)
    after = read(tmp_path / "new", CODE.replace(old, new, 1), INNER.replace(old, new, 1))

    found = [f"{each.severity} {each.place}: {each.kind}" for each in interface.compare(before, after)]

    assert found == expected


def test_a_second_name_is_reported_once(tmp_path: Path) -> None:
    """A class that is new or gone under two names is one piece of news."""
    code = CODE.replace('"Inner"]', '"Inner", "Twin"]').replace("as Inner\n", "as Inner, Twin as Twin\n")
    with_twin = read(tmp_path / "new", code, INNER + "\nclass Twin: ...\n")
    public = tmp_path / "new" / "thing" / "inner.py"
    public.write_text('from ._inner import Twin\n\n__all__ = ["Twin"]\n')
    twice = interface.read(public.parent)

    assert twice["thing.inner.Twin"].alias_of == "thing.Twin"
    assert [each.place for each in interface.compare(twice, with_twin)] == ["thing.inner"]
    without = {path: each for path, each in twice.items() if not path.endswith("Twin")}
    assert [each.place for each in interface.compare(without, twice)] == ["thing.Twin"]
    assert [each.place for each in interface.compare(twice, without)] == ["thing.Twin"]


def test_an_export_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    """A name that is exported and not there is another nature, not a crash."""
    before = read(tmp_path / "old", CODE)
    after = read(tmp_path / "new", CODE, "class Elsewhere: ...\n")

    assert str(interface.compare(before, after)[0]).startswith(
        "thing.Inner: kind changed (class -> broken name)"
    )
