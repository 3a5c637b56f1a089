"""Assemble the ir from the prepared document and the parser's results."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from attrs import evolve

from .. import ir
from ..config import Config, TagChoice
from ..document import pointers
from ..document.pointers import Located, resolve
from ..document.problems import stop
from . import bodies, extensions, names
from .fields import describe_field, describe_fields, schema_at, with_choices
from .parser import Parsed, ParsedField, ParsedModel, ParsedOperation
from .parser_names import path_name
from .prepare import Content, Prepared, PreparedOperation, essence, is_json, parameter_schema

_STYLES = {
    "path": ("simple",),
    "header": ("simple",),
    "query": ("form", "spaceDelimited", "pipeDelimited"),
    "cookie": ("form",),
}
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# OpenAPI ignores parameters with these names: media types and security describe them.
IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})


def assemble(prepared: Prepared, parsed: Parsed, config: Config) -> ir.Api:
    """Assemble the ir.

    Args:
        prepared: The document with its operations resolved.
        parsed: The parser's models and types.
        config: The configuration, for names.

    Returns:
        The ir.

    Raises:
        GenerationError: The document has something that cannot be generated.
    """
    return _Assembler(prepared, parsed, config).assembled()


class _Assembler:
    def __init__(self, prepared: Prepared, parsed: Parsed, config: Config) -> None:
        self._prepared = prepared
        self._document = prepared.document
        self._parsed = parsed
        self._config = config
        self._models = {model.class_name: model for model in parsed.models}

    def assembled(self) -> ir.Api:
        document = self._document
        info = document["info"]
        operations = [self._operation(each) for each in self._prepared.operations]
        mentioned = self._mentioned(operations)
        spread = {each.body.pointer for each in operations if each.body and each.body.parts}
        return ir.Api(
            title=info["title"],
            version=str(info["version"]),
            description=info.get("description", ""),
            servers=tuple(server["url"] for server in document.get("servers", [])),
            resources=self._resources(operations),
            # A body whose fields are arguments needs no class unless something else uses it.
            models=tuple(
                self._model(each)
                for each in self._parsed.models
                if each.pointer not in spread or each.class_name in mentioned
            ),
            aliases=self._aliases(),
            security_schemes=tuple(self._security_schemes()),
            needs_credential=self._needs_credential(),
            external_docs=_external_docs(self._document),
        )

    # Resources

    def _resources(self, operations: list[ir.Operation]) -> tuple[ir.Resource, ...]:
        described = {tag["name"]: tag.get("description", "") for tag in self._document.get("tags", [])}
        tags = list(dict.fromkeys([*described, *(each.tag for each in operations)]))
        resources = []
        for tag in tags:
            mine = [each for each in operations if each.tag == tag]
            if mine:
                choice = self._config.tags.get(tag, TagChoice())
                name = names.give_way(choice.name or names.snake(tag), names.RESERVED_RESOURCES)
                self._refuse_twins([(each.name, f"operation {each.id!r}", each.pointer) for each in mine])
                class_name = self._resource_class(names.pascal(name))
                resources.append(ir.Resource(tag, name, class_name, described.get(tag, ""), tuple(mine)))
        self._refuse_twins([(each.name, f"tag {each.tag!r}", "#/tags") for each in resources])
        unknown = sorted(set(self._config.tags) - set(tags))
        if unknown:
            raise stop(
                "#/tags", f"the configuration names the tag {unknown[0]!r}", "Use a tag of the document."
            )
        return tuple(resources)

    def _resource_class(self, name: str) -> str:
        """Name a resource's class; a model of that name keeps it, as tags are often called like models."""
        schemas = self._document.get("components", {}).get("schemas", {})
        taken = {*self._models, *map(names.pascal, schemas)}
        return names.give_way(f"{name}Resource" if name in taken else name, taken)

    @staticmethod
    def _refuse_twins(named: Iterable[tuple[str, str, str]]) -> None:
        seen: dict[str, str] = {}
        for name, what, pointer in named:
            if name in seen:
                raise stop(
                    pointer,
                    f"{seen[name]} and {what} both become {name!r} in Python",
                    "Rename one of them, or give it another name in generator-config.yaml.",
                )
            seen[name] = what

    # Operations

    def _operation(self, prepared: PreparedOperation) -> ir.Operation:
        data, pointer = prepared.at.data, prepared.at.pointer
        parsed = self._parsed.operations[pointer]
        parameters = self._parameters(prepared, parsed)
        responses = tuple(self._response(each, parsed) for each in prepared.responses)
        taken = [*(each.field.name for each in parameters), *names.RESERVED_ARGUMENTS]
        choice = self._config.operations.get(prepared.id)
        return ir.Operation(
            id=prepared.id,
            name=names.give_way(
                (choice and choice.method) or names.method(prepared.id), names.RESERVED_METHODS
            ),
            method=prepared.method.upper(),
            path=prepared.path,
            tag=(data.get("tags") or ["default"])[0],
            pointer=pointer,
            summary=data.get("summary", ""),
            description=data.get("description", ""),
            deprecated=data.get("deprecated", False),
            external_docs=_external_docs(data),
            parameters=parameters,
            body=self._body(prepared, parsed, taken),
            responses=responses,
            security=self._security(data),
            long_running=extensions.long_running(data, pointer, responses),
            callbacks=tuple(self._callbacks(data, pointer)),
        )

    def _security(self, data: dict[str, Any]) -> tuple[tuple[str, ...], ...]:
        """List the ways to authenticate; calling without a credential comes last."""
        alternatives = data.get("security", self._document.get("security", []))
        return tuple(sorted((tuple(each) for each in alternatives), key=lambda each: not each))

    def _needs_credential(self) -> bool:
        declared = [
            self._document.get("security"),
            *(each.at.data.get("security") for each in self._prepared.operations),
        ]
        return all(each is None or (each and {} not in each) for each in declared)

    def _parameters(self, prepared: PreparedOperation, parsed: ParsedOperation) -> tuple[ir.Parameter, ...]:
        order = ("path", "query", "header", "cookie")
        found = []
        for at in sorted(prepared.parameters, key=lambda each: order.index(each.data["in"])):
            location, key = at.data["in"], at.data["name"]
            if location == "header" and key.lower() in IGNORED_HEADERS:
                continue
            parsed_field = parsed.parameters.get((location, path_name(key) if location == "path" else key))
            if parsed_field is None:
                raise stop(
                    at.pointer, f"the parser lost the {location} parameter {key!r}", "Give it a schema."
                )
            found.append(self._parameter(at, location, parsed_field))
        found.sort(
            key=lambda each: prepared.path.index(f"{{{each.field.key}}}") if each.location == "path" else 0
        )
        found.sort(key=lambda each: order.index(each.location))
        return tuple(found)

    def _parameter(self, at: Located, location: Any, parsed_field: ParsedField) -> ir.Parameter:
        style = at.data.get("style", _STYLES[location][0])
        if style not in _STYLES[location]:
            raise stop(
                pointers.join(at.pointer, "style"),
                f"the style {style!r} of a {location} parameter is not supported",
                f"Use one of: {', '.join(_STYLES[location])}.",
            )
        if location in ("header", "cookie") and not _TOKEN.fullmatch(at.data["name"]):
            raise stop(
                pointers.join(at.pointer, "name"),
                f"{at.data['name']!r} is not a valid name of a {location}, so it cannot be sent",
                "Name it with letters, digits and !#$%&'*+-.^_`|~ alone.",
            )
        schema, pointer = parameter_schema(at)
        located = schema_at(self._document, schema, pointer)
        found = describe_field(self._document, parsed_field, located, at.data)
        name = names.give_way(found.name, names.RESERVED_ARGUMENTS)
        found = evolve(found, key=at.data["name"], name=name)
        media_type = next(iter(at.data["content"]), None) if "content" in at.data else None
        return ir.Parameter(found, location, style, at.data.get("explode", style == "form"), media_type)

    def _response(
        self, response: tuple[str, Located, Content | None], parsed: ParsedOperation
    ) -> ir.Response:
        status, at, content = response
        kind: Any = "none"
        found: ir.Type | None = None
        if content is not None:
            if is_json(content.media_type):
                kind, found = "json", parsed.responses.get(status, ir.Scalar("any"))
            elif essence(content.media_type).startswith("text/"):
                kind, found = "text", ir.Scalar("str")
            else:
                kind, found = "bytes", ir.Scalar("binary")
        return ir.Response(
            status=status,
            description=at.data.get("description", ""),
            pointer=at.pointer,
            kind=kind,
            media_type=content.media_type if content else None,
            type=found,
            headers=tuple(self._headers(at)),
            links=tuple(self._links(at)),
            example=self._example(content) if content else None,
        )

    def _example(self, content: Content) -> Any:
        if "example" in content.data:
            return content.data["example"]
        named = content.data.get("examples") or {}
        for each in named.values():
            return resolve(self._document, each, content.pointer).data.get("value")
        return None

    def _headers(self, at: Located) -> Iterable[tuple[str, str]]:
        for name, header in at.data.get("headers", {}).items():
            yield name, resolve(self._document, header, at.pointer).data.get("description", "")

    def _links(self, at: Located) -> Iterable[tuple[str, tuple[tuple[str, str], ...]]]:
        for link in at.data.get("links", {}).values():
            found = resolve(self._document, link, at.pointer).data
            if "operationId" in found:
                parameters = found.get("parameters", {})
                yield found["operationId"], tuple((name, str(value)) for name, value in parameters.items())

    def _callbacks(self, data: dict[str, Any], pointer: str) -> Iterable[ir.Callback]:
        for name, callback in data.get("callbacks", {}).items():
            at = resolve(self._document, callback, pointers.join(pointer, "callbacks", name))
            for expression, item in at.data.items():
                inside = resolve(self._document, item, pointers.join(at.pointer, expression))
                for method, operation in inside.data.items():
                    if isinstance(operation, dict) and "responses" in operation:
                        yield self._callback(
                            name, expression, method, pointers.join(inside.pointer, method), operation
                        )

    def _callback(
        self, name: str, expression: str, method: str, pointer: str, operation: dict[str, Any]
    ) -> ir.Callback:
        content: dict[str, Any] = operation.get("requestBody", {}).get("content", {})
        first: dict[str, Any] = next(iter(content.values()), {})
        target = schema_at(self._document, first.get("schema", {}), pointer).pointer
        by_pointer = {model.pointer: model.class_name for model in self._parsed.models}
        class_name = by_pointer.get(target)
        return ir.Callback(
            name,
            expression,
            method.upper(),
            pointer,
            operation.get("summary", ""),
            operation.get("description", ""),
            ir.ModelRef(class_name) if class_name else None,
        )

    def _body(self, prepared: PreparedOperation, parsed: ParsedOperation, taken: list[str]) -> ir.Body | None:
        content = prepared.body_content
        if prepared.body is None or content is None:
            return None
        place = pointers.join(content.pointer, "schema")
        schema = schema_at(self._document, content.data.get("schema", {}), place)
        class_name = parsed.body.class_name if isinstance(parsed.body, ir.ModelRef) else ""
        model = self._models.get(class_name)
        fields = describe_fields(self._document, model) if model else []
        required = prepared.body.data.get("required", False)
        return bodies.body(content, schema, parsed.body, model, fields=fields, taken=taken, required=required)

    # Models

    def _mentioned(self, operations: list[ir.Operation]) -> set[str]:
        fields = [each for model in self._parsed.models for each in model.fields]
        in_models = {name for each in fields for name in ir.class_names(each.type)}
        return in_models.union(*(each.class_names for each in operations))

    def _model(self, parsed: ParsedModel) -> ir.Model:
        data = pointers.object_at(self._document, parsed.pointer)
        described = ir.Model(
            class_name=parsed.class_name,
            module=parsed.module,
            pointer=parsed.pointer,
            description=data.get("description", ""),
            fields=tuple(describe_fields(self._document, parsed)),
            additional=parsed.additional,
            example=data.get("example"),
        )
        return with_choices(described, self._config.models.get(parsed.class_name))

    def _aliases(self) -> tuple[ir.Alias, ...]:
        aliases = []
        for key, schema in self._document.get("components", {}).get("schemas", {}).items():
            pointer = pointers.join("#", "components", "schemas", key)
            values = schema.get("enum") if isinstance(schema, dict) else None
            if values and values != [None]:
                name = names.of_class(names.pascal(key))
                literals = ir.Literals(tuple(each for each in values if each is not None), "any", name)
                aliases.append(
                    ir.Alias(name, names.snake(key), pointer, literals, schema.get("description", ""))
                )
        twins = [(each.class_name, each.pointer, each.pointer) for each in self._parsed.models]
        self._refuse_twins([*twins, *((each.name, each.pointer, each.pointer) for each in aliases)])
        return tuple(sorted(aliases, key=lambda each: each.name))

    # Security

    def _security_schemes(self) -> Iterable[ir.SecurityScheme]:
        schemes = self._document.get("components", {}).get("securitySchemes", {})
        for key, scheme in schemes.items():
            at = resolve(self._document, scheme, pointers.join("#", "components", "securitySchemes", key))
            description = at.data.get("description", "")
            kind = (at.data["type"], at.data.get("scheme", "").lower())
            if kind in (("http", "bearer"), ("oauth2", ""), ("openIdConnect", "")):
                yield ir.SecurityScheme(key, "bearer", description=description)
            elif kind == ("http", "basic"):
                yield ir.SecurityScheme(key, "basic", description=description)
            elif kind[0] == "apiKey":
                yield ir.SecurityScheme(key, "api_key", at.data["in"], at.data["name"], description)
            else:
                raise stop(
                    at.pointer,
                    f"security by {' '.join(kind)} is not supported",
                    "Use bearer, basic or an API key.",
                )


def _external_docs(data: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    found = data.get("externalDocs")
    if not found or not str(found.get("url", "")).startswith(("https://", "http://")):
        return ()
    return ((found["url"], found.get("description") or found["url"]),)
