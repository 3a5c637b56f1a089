"""The facts of two other clients' reference pages, row by row: each is on ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.docs.pages import GENERATED, blocks, plain, rows, section

FACTS = yaml.safe_load(Path(__file__).with_name("reference-pages.yaml").read_text(encoding="utf-8"))
PAGE = (GENERATED / "docs" / "ImageModelsApi.md").read_text(encoding="utf-8")
TYPES = {"string": "str", "array of string": "list of str", "array of file": "list of file"}
OPERATIONS = [
    (facts, name[0].lower() + name[1:])
    for page in FACTS["pages"].values()
    for name, facts in page["operations"].items()
]


def operation(page: str, name: str) -> str:
    """The part of a page on an operation, found by its id in the document."""
    (found,) = [
        part for row in rows(page) if f"operation `{name}`" in (part := section(page, plain(row["Method"])))
    ]
    return found


def parameters(part: str) -> dict[str, dict[str, str]]:
    """The rows of an operation's table of parameters, by the names that are sent."""
    return {plain(row["Sent as"]).partition(",")[0]: row for row in rows(section(part, "Parameters"))}


def statuses(part: str) -> dict[str, dict[str, str]]:
    """The rows of an operation's table of statuses."""
    return {plain(row["Status code"]): row for row in rows(section(part, "HTTP response details"))}


def checks(page: str) -> Iterator[tuple[str, bool]]:
    """Each fact, and whether the page has it."""
    yield "the address", f"relative to `{FACTS['base_url']}`" in page
    yield "the newer page's class", page.startswith(f"# {FACTS['pages']['csharp']['class']}\n")
    yield "the older page's resource", "`.train_image_models`" in page.partition("\n| ")[0]
    parts = {name: operation(page, name) for name in {name for _, name in OPERATIONS}}
    table = rows(page)
    for facts, name in OPERATIONS:
        yield (
            f"{name}: table on top",
            "**{}** `{}`".format(*facts["request"].split()) in [row["HTTP request"] for row in table],
        )
        for what, holds in (*of_operation(parts[name], facts), *of_parameters(parts[name], facts)):
            yield f"{name}: {what}", holds
    # Where the two pages disagree, both are on ours.
    (known,) = FACTS["disagreements"]
    reported = statuses(parts[known["operation"]])
    yield "both sides of a disagreement", {known["typescript"], known["csharp"]} <= set(reported)
    described = {key: row["Description"] for key, row in parameters(parts["trainModel"]).items()}
    for name, words in FACTS["said"].items():
        ours = {**described, **parts}.get(name, "")
        yield f"what is said of {name}", all(word in ours for word in words)


def of_operation(part: str, facts: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """Request, result, headers, statuses and examples of an operation."""
    method, path = facts["request"].split()
    yield "method and path", part.strip().startswith(f"**{method}** `{path}`")
    returns = section(part, "Return type").strip()
    yield "return type", returns == f"[{facts['returns']}]({facts['returns']}.md)"
    yield "page of the return type", (GENERATED / "docs" / f"{facts['returns']}.md").is_file()
    if "accept" in facts:
        headers, kind = section(part, "HTTP request headers"), facts["content_type"]
        yield "Accept", f"- **Accept**: `{facts['accept']}`\n" in headers
        yield "Content-Type", f"- **Content-Type**: {f'`{kind}`' if kind else 'none'}" in headers
    reported = statuses(part)
    for status, headers in facts["statuses"].items():
        row = reported.get(status, {"Description": "-", "Response headers": ""})
        yield f"description of {status}", len(row["Description"]) > len("-")
        yield f"headers of {status}", row["Response headers"] == (", ".join(headers) or "-")
    python = blocks(part, "python")
    yield "an example", any("asyncio" not in code and "raw" not in code for code in python)
    yield "one that is awaited", any("asyncio.run" in code for code in python)
    yield "one of the raw response", any("with_raw_response" in code for code in python)
    yield "one for curl", any(code.startswith("curl ") for code in blocks(part, "sh"))
    yield "a real response", len(blocks(part, "json")) == 1
    yield "the way back", "[[Back to top]](#imagemodelsapi) [[Back to API list]](../README.md#" in part
    yield "the raw variant", not facts.get("raw_variant") or "`ApiResponse`" in part


def of_parameters(part: str, facts: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """The parameters of an operation, in their order, with type, description, notes and default."""
    ours = parameters(part)
    yield "order of parameters", list(ours) == [each["name"] for each in facts["parameters"]]
    if not facts["parameters"]:
        text = section(part, "Parameters").strip()
        yield "that there are none", text.startswith("There are none.")
    for each in facts["parameters"]:
        row = ours.get(each["name"], {"Type": "", "Description": "", "Notes": ""})
        yield f"type of {each['name']}", plain(row["Type"]) == TYPES[each["type"]]
        yield f"description of {each['name']}", len(row["Description"]) > len("-")
        yield (
            f"{each['name']}, optional",
            row["Notes"].startswith("optional" if each["optional"] else "required"),
        )
        expected = [f'default: `"{each["default"]}"`'] if "default" in each else []
        yield f"default of {each['name']}", re.findall("default: `[^`]*`", row["Notes"]) == expected
        if "not_with" in each:
            other = plain(ours.get(each["not_with"], {"Name": "?"})["Name"])
            yield f"rule of {each['name']}", f"`{other}`" in row["Notes"] and "exactly one of" in row["Notes"]


def lacking(page: str) -> list[str]:
    """The facts that a page does not have."""
    return [what for what, holds in checks(page) if not holds]


def test_every_fact_is_on_our_page() -> None:
    """Addresses, classes, requests, parameters, statuses, types, examples and words of both pages."""
    assert lacking(PAGE) == []
    assert FACTS["pages"]["typescript"]["resource"] == "trainImageModels"


def test_disagreement() -> None:
    """The two pages disagree where the facts say so, and nowhere else."""
    (known,) = FACTS["disagreements"]
    typescript, csharp = (FACTS["pages"][language]["operations"] for language in ("typescript", "csharp"))
    shared = ("request", "parameters", "returns", "statuses")

    assert [
        (name, key)
        for name in typescript
        for key in shared
        if typescript[name][key] != csharp[name[0].upper() + name[1:]][key]
    ] == [(known["operation"], "statuses")]


@pytest.mark.parametrize("language", FACTS["pages"])
def test_who_comes_from_there_finds_each_call(language: str) -> None:
    """The page on coming from another client has each call and each parameter of theirs, beside ours."""
    page = (GENERATED / "docs" / "migration.md").read_text(encoding="utf-8")
    theirs = {"typescript": "TypeScript", "csharp": "C#"}[language]
    calls, arguments = section(page, "Operations"), rows(section(page, "Arguments of training"))
    column = next(name for name in rows(calls)[0] if name.startswith(theirs))

    assert FACTS["pages"][language]["resource"] in column
    for name, facts in FACTS["pages"][language]["operations"].items():
        (row,) = [row for row in rows(calls) if row[column].startswith(f"`{name}(")]
        assert plain(row["Here"]).partition("(")[0] in PAGE
        if facts["parameters"] and len(facts["parameters"]) == 1:
            assert facts["parameters"][0]["name"] in row[column]
    reported = [plain(row["TypeScript, C#"]).partition(":")[0] for row in arguments]
    train = next(facts for name, facts in FACTS["pages"][language]["operations"].items() if "rain" in name)
    assert reported == [each["name"] for each in train["parameters"]]
    ours = [plain(row["Name"]) for row in parameters(operation(PAGE, "trainModel")).values()]
    assert [plain(row["Here"]) for row in arguments] == ours


# Single changes of our page, each of which loses or alters one fact; `^` is the beginning of a line.
BREAKS = {
    "a status": (r"(?s)(## get_model\n.*?)^\| \*\*404\*\*[^\n]*\n", r"\1"),
    "the status that only one page has": (r"(?s)(## train_model\n.*?)^\| \*\*201\*\*[^\n]*\n", r"\1"),
    "a parameter": (r"^\| \*\*subject_keyword\*\*.*\n", ""),
    "the order of parameters": (r"^(\| \*\*name\*\*.*\n)(\| \*\*subject_keyword\*\*.*\n)", r"\2\1"),
    "a type": (r"(\*\*image_sample_urls\*\* \| )[^|]*", r"\1str "),
    "that it is optional": (r"(\*\*webhook_url\*\*.*)optional", r"\1required"),
    "a default": ('default: `"person"`', 'default: `"cat"`'),
    "a rule": ("exactly one of", "one of"),
    "a path": ("/api/v2/images/models/new", "/api/v2/images/new"),
    "what is accepted": (r"\*\*Accept\*\*: `application/json`", "**Accept**: `text/html`"),
    "what is sent": ("multipart/form-data", "application/json"),
    "a link to a type": (r"\[ListModelsV2Response\]\([^)]*\)", "ListModelsV2Response"),
    "the way back": (r"\[\[Back to top\]\].*\n", ""),
    "the address": ("https://api.tryleap.ai", "https://example.com"),
    "how long it takes": ("20 to 40", "some"),
    "the example that is awaited": (r"asyncio\.run", "run"),
}


@pytest.mark.parametrize(("pattern", "instead"), BREAKS.values(), ids=BREAKS)
def test_a_fact_that_is_lost_is_noticed(pattern: str, instead: str) -> None:
    """A single change of our page lacks a fact."""
    broken = re.sub(pattern, instead, PAGE, flags=re.MULTILINE)

    assert broken != PAGE
    assert lacking(broken)


def test_operations_are_scanned_rather_than_read() -> None:
    """Parameters come first, then one open example; the others are folded."""
    for row in rows(PAGE):
        part = section(PAGE, plain(row["Method"]))
        if "### HTTP response details" not in part:
            continue  # a wait, which has no request of its own
        headings = re.findall(r"^### (.+)$", part, re.MULTILINE)
        assert headings[:3] == ["Parameters", "Example", "Return type"]
        example = section(part, "Example")
        before, *folded = example.split("<details>\n")
        assert len(blocks(before, "python")) == 1
        titles = [each.partition("<summary>")[2].partition("</summary>")[0] for each in folded]
        assert titles[-4:] == ["Async", "Raw response", "curl", "Command line"]
        assert example.count("</details>\n\n") == len(folded)


def test_what_the_seed_pages_show() -> None:
    """The key, the webhook, what comes after a training, and the service's own reference."""
    first = blocks(PAGE, "python")[0]
    train = operation(PAGE, "trainModel")

    assert "(https://reference.tryleap.ai)" in PAGE.partition("## ")[0]
    assert "# The key comes from LEAP_API_KEY. To pass it: Leap(access_token=" in first
    assert PAGE.count("# The key comes from") == 1
    assert '# webhook_url="https://example.com/api/webhook",' in blocks(train, "python")[0]
    assert "According to the service's reference, a few samples are enough." in train
    assert "(https://reference.tryleap.ai/reference/inferencescontroller_create-1)" in train
    assert "(https://reference.tryleap.ai/reference/get-model-1)" in operation(PAGE, "getModel")
