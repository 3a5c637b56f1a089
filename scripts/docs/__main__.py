"""Build the documentation site in `build/site`: the generated pages, the changelog and an API explorer.

It only reads `generated/`, and fails on a broken link. The site loads no fonts, scripts or images from
elsewhere.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import yaml

from ..options import ROOT, command_parser

SITE = Path(__file__).with_name("site")

# Files of generated/, which keep their paths, because links are relative. Its README is the start page.
START, PAGES, DOCUMENT = "README.md", "docs", "tryleap/openapi.json"
CHANGELOG, EXPLORER = "CHANGELOG.md", "explorer.md"
# For coding agents: the rules in the package's skill, and each page as Markdown.
SKILL, FOR_AGENTS = "tryleap/.agents/skills/tryleap/SKILL.md", "llms.txt"
SWAGGER_UI = ("swagger-ui-bundle.js", "swagger-ui.css", "LICENSE")

LINK = re.compile(r"\]\(docs/([\w-]+\.md)[#)]")

# A folded part of a page.
FOLDED = re.compile(
    r"<details>\n<summary>(?P<title>[^\n]*)</summary>\n\n(?P<text>.*?)\n\n</details>\n+", re.DOTALL
)
NESTED_FOLDED = re.sub(r"\?P<\w+>", "?:", FOLDED.pattern)

# The front matter of a page that the search excludes.
UNSEARCHED = "---\nsearch:\n  exclude: true\n---\n\n"

RELATIVE_LINK = re.compile(r"\[([^\]]*)\]\((?!https?://|#)([^()\s]+)\)")


class SiteError(Exception):
    """The site could not be built; the message says what to do."""


def title(page: Path) -> str:
    """Return the first heading of a page."""
    found = re.search(r"^# (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise SiteError(f"{page.name} has no heading: begin it with one, such as `# Webhooks`")
    return found[1].strip("`")


def navigation(pages: Path) -> list[dict[str, Any]]:
    """Return the table of contents of the site, in the order in which the start page links to the pages."""
    named = [found[1] for found in LINK.finditer((pages / START).read_text(encoding="utf-8"))]
    there = sorted(page.name for page in (pages / PAGES).glob("*.md"))
    files = sorted(there, key=lambda name: named.index(name) if name in named else len(named))
    entries = {name: {title(pages / PAGES / name): f"{PAGES}/{name}"} for name in files}
    # Pages of operations and models have the names of classes; the names of guides are in lower case.
    operations = [entry for name, entry in entries.items() if name.endswith("Api.md")]
    guides = [entry for name, entry in entries.items() if name[0].islower()]
    models = [entry for entry in entries.values() if entry not in operations and entry not in guides]
    return [
        {"Start": START},
        {"Operations": [*operations, {title(pages / EXPLORER): EXPLORER}]},
        {"Guides": guides},
        {"Models": models},
        {title(pages / CHANGELOG): CHANGELOG},
    ]


def as_toml(value: object) -> str:
    """Convert a value of the navigation to TOML."""
    if isinstance(value, list):
        return f"[{', '.join(map(as_toml, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{json.dumps(key)} = {as_toml(each)}' for key, each in value.items())} }}"
    return json.dumps(value)


def swagger_ui() -> Path:
    """Return the folder with the files of Swagger UI in an installed package."""
    found = importlib.util.find_spec("flask_swagger_ui")
    if found is None or found.origin is None:
        raise SiteError("Swagger UI is not installed here: run `make docs`, which uses .venv-docs")
    return Path(found.origin).with_name("dist")


def for_the_explorer(document: dict[str, Any], choices: dict[str, Any]) -> dict[str, Any]:
    """Empty the form fields of a document that should not be sent with example values.

    Swagger UI fills forms with examples. Sent as they are, these would include both of two alternatives, and
    a webhook URL that does not exist. So alternatives, and what the examples on the pages omit, begin empty.

    Args:
        document: The OpenAPI document, which is changed.
        choices: The generator's configuration, for the values of examples.

    Returns:
        The document.
    """
    parts = [part for item in document["paths"].values() for part in item.values()]
    for operation in [part for part in parts if "operationId" in part]:
        sent = choices.get("operations", {}).get(operation["operationId"], {}).get("example", {})
        for described in operation.get("requestBody", {}).get("content", {}).values():
            schema = described["schema"]
            if "$ref" in schema:
                schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
            alternatives = {name for group in schema.get("oneOf", []) for name in group.get("required", [])}
            for name in alternatives.union(name for name, value in sent.items() if value is None):
                field = schema["properties"][name]
                field["example"] = [] if field.get("type") == "array" else ""
    return document


def within_the_site(start: str, choices: dict[str, Any]) -> str:
    """Make the links of the start page to other pages relative."""
    url = (choices.get("documentation_url") or "").rstrip("/")
    return start.replace(f"]({url}/{PAGES}/", f"]({PAGES}/") if url else start


def from_the_root(page: str) -> str:
    """Replace links to files that are not on the site by text, in a page from the root of the repository."""

    def relinked(found: re.Match[str]) -> str:
        generated = found[2].startswith("generated/")
        return f"[{found[1]}]({found[2].removeprefix('generated/')})" if generated else found[1]

    return RELATIVE_LINK.sub(relinked, page)


def tabbed(page: str) -> str:
    """Convert consecutive folded parts of a page to tabs."""

    def tabs(run: re.Match[str]) -> str:
        return "".join(
            f'=== "{part["title"]}"\n\n{textwrap.indent(part["text"], "    ")}\n\n'
            for part in FOLDED.finditer(run[0])
        )

    return re.sub(f"(?:{NESTED_FOLDED})+", tabs, page, flags=re.DOTALL)


def compose(project: Path, generated: Path) -> None:
    """Write the sources of the site to a folder: configuration, pages, theme and explorer.

    Raises:
        SiteError: A page cannot be used, or Swagger UI is missing.
    """
    pages = project / "pages"
    shutil.copytree(generated / PAGES, pages / PAGES)
    shutil.copytree(SITE / "theme", project / "theme")
    choices = yaml.safe_load((ROOT / "generator-config.yaml").read_text(encoding="utf-8"))
    start = (generated / START).read_text(encoding="utf-8")
    (pages / START).write_text(within_the_site(start, choices), encoding="utf-8")
    changelog = (ROOT / CHANGELOG).read_text(encoding="utf-8")
    (pages / CHANGELOG).write_text(from_the_root(changelog), encoding="utf-8")
    for source in (SITE / EXPLORER, SITE / "site.css"):
        shutil.copy(source, pages)
    explorer = pages / "explorer"
    explorer.mkdir()
    for source in (SITE / "explorer.js", *(swagger_ui() / name for name in SWAGGER_UI)):
        shutil.copy(source, explorer)
    document = for_the_explorer(
        json.loads((generated / DOCUMENT).read_text(encoding="utf-8")),
        choices,
    )
    (explorer / "openapi.json").write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    configuration = (SITE / "zensical.toml").read_text(encoding="utf-8")
    configuration = configuration.replace("nav = []", f"nav = {as_toml(navigation(pages))}", 1)
    (project / "zensical.toml").write_text(configuration, encoding="utf-8")


def summary(page: Path) -> str:
    """The first sentence below the title of a page, without links."""
    paragraphs = re.sub(r"(?ms)^```.*?^```$", "", page.read_text(encoding="utf-8")).split("\n\n")
    first = next((each for each in paragraphs[1:] if each.strip() and each.strip()[0] not in "#|-<"), "")
    return re.split(r"(?<=\.)\s", RELATIVE_LINK.sub(r"\1", " ".join(first.split())))[0]


def for_agents(pages: Path, skill: str, site: Path) -> None:
    """Write the files for coding agents: each page as Markdown, the skill, and llms.txt.

    Args:
        pages: the pages that the site is made of.
        skill: the text of the skill, whose rules begin llms.txt.
        site: the folder of the site.
    """
    sections = []
    for section in navigation(pages):
        ((name, inside),) = section.items()
        entries = inside if isinstance(inside, list) else [{name: inside}]
        listed = [(label, file) for entry in entries for label, file in entry.items() if file != EXPLORER]
        for _, file in listed:
            (site / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(pages / file, site / file)
        lines = [f"- [{label}]({file}): {summary(pages / file)}".rstrip(": ") for label, file in listed]
        sections.append("\n".join([f"## {name}", "", *lines]))
    (site / "SKILL.md").write_text(skill, encoding="utf-8")
    rules = re.search(r"^## Rules that cost money\n\n(.*?)\n\n(?!\d)", skill, re.MULTILINE | re.DOTALL)
    if rules is None:
        raise SiteError(f"{SKILL} has no rules: give it the heading `Rules that cost money`")
    parts = [f"# {title(pages / START)}", f"> {summary(pages / START)}", rules[1]]
    parts += ["- [The whole skill](SKILL.md)", *sections]
    (site / FOR_AGENTS).write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def build(output: Path, generated: Path) -> None:
    """Build the site.

    Args:
        output: The folder of the site, which is replaced.
        generated: The generated folder.

    Raises:
        SiteError: The site could not be built; an earlier one is unchanged.
    """
    if output.exists() and not (output / "explorer" / "explorer.js").exists():
        raise SiteError(
            f"{output} exists and is not a site of this project: remove it, or choose another folder"
        )
    project = output.with_name(f"{output.name}-sources")
    shutil.rmtree(project, ignore_errors=True)
    project.mkdir(parents=True)
    compose(project, generated)
    pages = project / "pages"
    # The unchanged Markdown for coding agents; the following changes are for browsers.
    originals = shutil.copytree(pages, project / "markdown")
    for page in pages.glob("**/*.md"):
        page.write_text(tabbed(page.read_text(encoding="utf-8")), encoding="utf-8")
    # It mentions everything, and would be found instead of the page that explains it.
    changelog = pages / CHANGELOG
    changelog.write_text(UNSEARCHED + changelog.read_text(encoding="utf-8"), encoding="utf-8")
    command = [sys.executable, "-m", "zensical", "build", "--clean", "--strict"]
    environment = {**os.environ, "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - a command of ours
    if done.returncode:
        said = done.stdout + done.stderr.partition("Traceback")[0]
        raise SiteError(f"{said.strip()}\nThe site was not built: fix the problems above in the sources")
    for_agents(originals, (generated / SKILL).read_text(encoding="utf-8"), project / "site")
    shutil.rmtree(output, ignore_errors=True)
    (project / "site").rename(output)
    shutil.rmtree(project)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser("docs", __doc__)
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "site", help="where to build it")
    parser.add_argument(
        "--generated", type=Path, default=ROOT / "generated", help="the folder with the pages and the package"
    )
    options = parser.parse_args(arguments)
    try:
        build(options.output.absolute(), options.generated.absolute())
    except SiteError as error:
        print(f"docs: {error}", file=sys.stderr)
        return 1
    shown = os.path.relpath(options.output)
    print(f"The site is in {shown}. To read it: python3 -m http.server --bind 127.0.0.1 --directory {shown}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
