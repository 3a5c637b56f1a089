"""The configuration: each key is described once, and one that nobody knows is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from scripts.generator import config
from scripts.generator.document.problems import GenerationError
from tests.support.paths import ROOT

# Where the file has a mapping whose keys are the document's, and what each of its values is.
MAPPINGS = {
    "tags": ("TAG", config.TagChoice),
    "operations": ("OPERATION", config.OperationChoice),
    "models": ("MODEL", config.ModelChoice),
    "commands.operations": ("OPERATION", config.CommandChoice),
}
SECTIONS = {"credential": config.Credential, "commands": config.CommandChoices}
# Attributes that are made of the parser's keys.
MADE = {"package", "distribution", "version", "parser"}


def accepted(kind: type, before: str = "") -> Iterator[str]:
    """All keys that the configuration may have, written as paths."""
    for each in attrs.fields(kind):
        key = f"{before}{each.name}"
        if key in MADE:
            continue
        if key in MAPPINGS:
            name, inner = MAPPINGS[key]
            yield from accepted(inner, f"{key}.{name}.")
        elif key in SECTIONS:
            yield from accepted(SECTIONS[key], f"{key}.")
        else:
            yield key


def described(page: str) -> list[str]:
    """The keys of the table, in its order."""
    section = page.partition("## The configuration\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?`) \| (.*?) \| .* \|$|^\| (`.*?`) \| (.*?) \| \|$", section, re.MULTILINE)
    return [key for row in rows for key in re.findall(r"`([^`]+)`", row[0] or row[2])]


def test_every_key_is_described_once() -> None:
    """The table of CONTRIBUTING.md has each key that is accepted, and no other."""
    keys = described((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    expected = [*config._PARSER_KEYS, *accepted(config.Config)]

    assert "commands.operations.OPERATION.columns" in expected
    assert sorted(keys) == sorted(expected)


def test_a_key_without_a_row_is_noticed() -> None:
    """The table without one of its rows is not complete."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    without = re.sub(r"^\| `extra_pages` .*\n", "", page, flags=re.MULTILINE)

    assert set(described(page)) - set(described(without)) == {"extra_pages"}


def test_defaults_are_the_described_ones(tmp_path: Path) -> None:
    """Without a key holds what the table says."""
    made = config.read_config(None, "My shop")

    assert (made.package, made.distribution, made.version) == ("my_shop", "my-shop", "0.1.0")
    assert (made.client_name, made.base_error, made.environment_prefix) == (
        "MyShop",
        "MyShopError",
        "MY_SHOP",
    )
    assert (made.http_library, made.failed_error) == ("httpx", "OperationFailedError")
    assert made.credential == config.Credential("access_token", "MY_SHOP_API_KEY")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("nothing: 1", "#/nothing: the key 'nothing' is unknown"),
        ("credential: {name: x}", "#/credential/name: the key 'name' is unknown"),
        ("tags: {A: {title: x}}", "#/tags/A/title: the key 'title' is unknown"),
        ("operations: {a: {columns: [x]}}", "#/operations/a/columns: the key 'columns' is unknown"),
        ("commands: {operations: {a: {title: x}}}", "#/commands/operations/a/title: the key 'title'"),
        ("models: {A: {sequence: [x]}}", "#/models/A: 'sequence' must be"),
        ("extra_pages: 5", "#: 'extra_pages' must be"),
    ],
)
def test_wrong_keys_are_refused(text: str, place: str, tmp_path: Path) -> None:
    """What means nothing is refused, with its place."""
    path = tmp_path / "choices.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(GenerationError) as caught:
        config.read_config(path, "My shop")

    assert place in str(caught.value)
