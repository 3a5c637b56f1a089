"""Read the configuration, which contains all settings that are not part of the API.

The file is a configuration of openapi-python-client with further keys; an unknown key is an error.
CONTRIBUTING.md describes the keys; this module has their types and defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
from attrs import field, frozen, validators

from .document.load import load
from .document.problems import GenerationError, stop
from .ir import names

_PARSER_KEYS = (
    "class_overrides",
    "content_type_overrides",
    "field_prefix",
    "literal_enums",
    "project_name_override",
    "package_name_override",
    "package_version_override",
    "use_path_prefixes_for_title_model_names",
)
_text = validators.instance_of(str)
_optional_text = validators.optional(_text)
_names = validators.deep_iterable(_text, validators.instance_of(tuple))


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@frozen
class Credential:
    """The name of the constructor's argument for the credential, and of its environment variable."""

    argument: str = field(default="access_token", validator=_text)
    variable: str | None = field(default=None, validator=_optional_text)


@frozen
class TagChoice:
    """The settings of one tag."""

    name: str | None = field(default=None, validator=_optional_text)
    aliases: tuple[str, ...] = field(default=(), converter=_tuple, validator=_names)


@frozen
class OperationChoice:
    """The settings of one operation."""

    method: str | None = field(default=None, validator=_optional_text)
    wait_method: str | None = field(default=None, validator=_optional_text)
    verify_with: str | None = field(default=None, validator=_optional_text)
    example: Mapping[str, Any] = field(
        factory=dict, validator=validators.deep_mapping(_text, validators.instance_of(object))
    )


@frozen
class ModelChoice:
    """The settings of one model."""

    sequence: str | None = field(default=None, validator=_optional_text)
    repr: tuple[str, ...] = field(default=(), converter=_tuple, validator=_names)
    datetimes: tuple[str, ...] = field(default=(), converter=_tuple, validator=_names)


@frozen
class CommandChoice:
    """The settings of the command of one operation."""

    name: str | None = field(default=None, validator=_optional_text)
    wait_name: str = field(default="wait", validator=_text)
    options: Mapping[str, str] = field(factory=dict, validator=validators.deep_mapping(_text, _text))
    sources: tuple[str, ...] = field(default=(), converter=_tuple, validator=_names)
    metavar: str = field(default="FILES", validator=_text)
    example: str = field(default="FILE", validator=_text)
    check: str | None = field(default=None, validator=_optional_text)
    columns: tuple[str, ...] = field(default=(), converter=_tuple, validator=_names)


@frozen
class CommandChoices:
    """The settings of the command line."""

    program: str | None = field(default=None, validator=_optional_text)
    groups: Mapping[str, str] = field(factory=dict, validator=validators.deep_mapping(_text, _text))
    operations: Mapping[str, CommandChoice] = field(factory=dict)
    modules: tuple[str, ...] = field(default=(), converter=_tuple, validator=_names)


@frozen
class Config:
    """The whole configuration, with defaults for a document that has none.

    `package`, `distribution`, `version` and `parser` come from the keys of openapi-python-client.
    """

    package: str
    distribution: str
    version: str
    client_name: str
    environment_prefix: str
    http_library: str = field(default="httpx", validator=validators.in_(("httpx", "httpx2")))
    credential: Credential = Credential()
    failed_error: str = field(default="OperationFailedError", validator=_text)
    extra_templates: tuple[str, ...] = field(default=(), converter=_tuple, validator=_names)
    extra_modules: tuple[str, ...] = field(default=(), converter=_tuple, validator=_names)
    extra_exports: Mapping[str, str] = field(factory=dict, validator=validators.deep_mapping(_text, _text))
    extra_pages: tuple[str, ...] = field(default=(), converter=_tuple, validator=_names)
    documentation_url: str | None = field(default=None, validator=_optional_text)
    published: bool = field(default=True, validator=validators.instance_of(bool))
    tags: Mapping[str, TagChoice] = field(factory=dict)
    operations: Mapping[str, OperationChoice] = field(factory=dict)
    models: Mapping[str, ModelChoice] = field(factory=dict)
    commands: CommandChoices = CommandChoices()
    parser: Mapping[str, Any] = field(factory=dict)

    @property
    def base_error(self) -> str:
        """The name of the base error."""
        return f"{self.client_name}Error"

    def install_command(self, *extras: str) -> str:
        """Return the command that installs the package with some extras, from an index or a checkout."""
        target = self.distribution if self.published else "."
        return f'pip install "{target}[{",".join(extras)}]"' if extras else f"pip install {target}"


def read_config(path: Path | None, title: str) -> Config:
    """Read a configuration, or return the default one.

    Args:
        path: The file, or None.
        title: The title of the document, for default names.

    Returns:
        The configuration.

    Raises:
        GenerationError: The file cannot be read, or has an unknown key or an invalid value.
    """
    if path is None:
        return _build({}, title)
    source = load(path)
    try:
        return _build(dict(source.data), title)
    except GenerationError as error:
        raise source.locate(error) from None


def _build(data: dict[str, Any], title: str) -> Config:
    parser = {key: data.pop(key) for key in _PARSER_KEYS if key in data}
    stem = names.pascal(title)
    package = parser.get("package_name_override") or names.snake(title)
    chosen: dict[str, Any] = {
        "package": package,
        "distribution": parser.get("project_name_override") or package.replace("_", "-"),
        "version": parser.get("package_version_override") or "0.1.0",
        "client_name": data.pop("client_name", stem),
        "environment_prefix": data.pop("environment_prefix", names.snake(title).upper()),
        "parser": parser,
    }
    chosen["credential"] = _section(
        Credential,
        data.pop("credential", {"variable": f"{chosen['environment_prefix']}_API_KEY"}),
        "credential",
    )
    for key, kind in (("tags", TagChoice), ("operations", OperationChoice), ("models", ModelChoice)):
        section = data.pop(key, {})
        if not isinstance(section, dict):
            raise stop(f"#/{key}", f"{key} is {section!r}, not a mapping", "Map each name to its choices.")
        chosen[key] = {name: _section(kind, value, key, name) for name, value in section.items()}
    chosen["commands"] = _commands(data.pop("commands", {}))
    config: Config = _section(Config, {**data, **chosen})
    for name in (config.package, config.client_name, config.failed_error, config.credential.argument):
        if not name.isidentifier() or name not in (names.snake(name), names.pascal(name)):
            raise stop(
                "#", f"{name!r} is not a usable Python name", "Choose a plain name of letters and digits."
            )
    return config


def _commands(section: Any) -> CommandChoices:
    data = dict(section) if isinstance(section, dict) else section
    if isinstance(data, dict) and isinstance(data.get("operations"), dict):
        data["operations"] = {
            name: _section(CommandChoice, value, "commands", "operations", name)
            for name, value in data["operations"].items()
        }
    made: CommandChoices = _section(CommandChoices, data, "commands")
    return made


def _section(kind: Any, value: Any, *path: str) -> Any:
    pointer = "/".join(["#", *path])
    known = [each.name for each in attrs.fields(kind)]
    if not isinstance(value, dict):
        raise stop(pointer, f"{value!r} is not a mapping", f"Write some of: {', '.join(known)}.")
    unknown = sorted(set(value) - set(known))
    if unknown:
        raise stop(
            f"{pointer}/{unknown[0]}", f"the key {unknown[0]!r} is unknown", f"Known are: {', '.join(known)}."
        )
    try:
        return kind(**value)
    except (TypeError, ValueError) as error:
        raise stop(pointer, str(error.args[0]), "Correct the value.") from error
