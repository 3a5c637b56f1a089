"""Check the parameters of a call outside its body, and write them in the style of the document."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, Protocol, TypeAlias, TypeVar, overload
from urllib.parse import quote

from ..models.base import Model
from ..models.codecs import STR, Codec, ListOf, MapOf, items_of
from ..options import NOT_GIVEN
from .headers import checked_headers

Style: TypeAlias = Literal["form", "spaceDelimited", "pipeDelimited", "deepObject", "simple"]
_SEPARATORS = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}
T_co = TypeVar("T_co", covariant=True)


class SequenceNotStr(Protocol[T_co]):
    """A type for sequences, such as lists and tuples, that type checkers do not accept a string for.

    A string is a sequence of strings, so one file or URL would pass for a list of them. It does not match
    this protocol, because its `__contains__` accepts strings only.
    """

    def __len__(self) -> int:
        """See `collections.abc.Sequence`."""
        ...

    @overload
    def __getitem__(self, index: int, /) -> T_co: ...

    @overload
    def __getitem__(self, index: slice, /) -> Sequence[T_co]: ...

    def __contains__(self, value: object, /) -> bool:
        """See `collections.abc.Sequence`."""
        ...

    def __iter__(self) -> Iterator[T_co]:
        """See `collections.abc.Sequence`."""
        ...


def percent(text: str, where: str) -> str:
    """Percent-encode everything but letters, digits and `-._~`.

    Raises:
        ValueError: The text contains a lone surrogate, which UTF-8 cannot encode.
    """
    try:
        return quote(text, safe="")
    except UnicodeEncodeError as problem:
        raise ValueError(f"{where} contains a lone surrogate, which cannot be sent: {text!r}") from problem


def path_value(name: str, value: Any, codec: Codec = STR) -> str:
    """Write a value as one segment of a path, percent-encoded.

    Raises:
        TypeError: The value is of the wrong type.
        ValueError: It is empty, "." or "..": the request would go to another URL.
    """
    if value is None:
        raise TypeError(f"{name} must be {codec.expected}, not None")
    if isinstance(value, Model):
        raise TypeError(f"{name} must be {codec.expected}, not a {type(value).__name__}: give the id of it")
    inner = codec.without_null
    if isinstance(inner, ListOf):
        # Only the commas between items stay; one inside an item is encoded.
        text = ",".join(percent(each, name) for each in item_texts(inner, value, name))
    else:
        text = percent(codec.text(value, name), name)
    if text in ("", ".", ".."):
        raise ValueError(f"{name} must not be {text!r}: the request would go to another URL")
    return text


def item_texts(codec: ListOf, value: Any, where: str) -> list[str]:
    """Write each item of a list as text; raise TypeError if it is no list, or an item of the wrong type."""
    items = items_of(value, where)
    return [codec.item.text(each, f"{where}[{index}]") for index, each in enumerate(items)]


def is_given(value: Any) -> bool:
    """Return whether an argument was given, that is, neither None nor `NOT_GIVEN`."""
    return value is not None and value is not NOT_GIVEN


class _Parameter:
    """A parameter.

    Args:
        key: Its name in the document.
        value: Its value; None if it is not given.
        codec: The codec of its type.
        explode: OpenAPI's `explode`: whether each item of a list is written separately.
        style: OpenAPI's `style`: how lists and objects are written.
        json: Whether the document has the value as JSON.
        argument: The method's argument, for messages; empty if its name is the key.
    """

    def __init__(
        self,
        key: str,
        value: Any,
        codec: Codec,
        *,
        explode: bool = True,
        style: Style = "form",
        json: bool = False,
        argument: str = "",
    ) -> None:
        self.key = key
        self.value = value
        self.codec = codec
        self.explode = explode
        self.style: Style = style
        self.json = json
        self.argument = argument

    @property
    def where(self) -> str:
        """The argument, for messages."""
        return self.argument or self.key

    def one_text(self) -> str:
        """Write the value as one text, for a header or a cookie."""
        if self.json:
            return json_text(self.codec.check(self.value, self.where))
        plain = self.codec.without_null
        if isinstance(plain, ListOf):
            return ",".join(item_texts(plain, self.value, self.where))
        if isinstance(plain, MapOf):
            pairs = plain.check(self.value, self.where)
            return ",".join(f"{key},{STR.text(str(each), self.where)}" for key, each in pairs.items())
        return plain.text(self.value, self.where)


class HeaderField(_Parameter):
    """A parameter in a header."""


class CookieField(_Parameter):
    """A parameter in a cookie."""


def header_fields(fields: tuple[HeaderField, ...]) -> dict[str, str]:
    """Write the header parameters of a call that are given.

    Raises:
        TypeError: A value is of the wrong type.
        ValueError: A value cannot be sent.
    """
    texts: dict[str, str] = {}
    for each in fields:
        if is_given(each.value):
            texts |= checked_headers(each.where, {each.key: each.one_text()})
    return texts


class QueryField(_Parameter):
    """A parameter in the query."""

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Iterate over the names and values to send, which are not encoded yet."""
        plain = self.codec.without_null
        if self.json:
            yield self.key, self.one_text()
        elif isinstance(plain, ListOf):
            texts = item_texts(plain, self.value, self.where)
            if self.explode:
                for text in texts:
                    yield self.key, text
            else:
                yield self.key, _SEPARATORS.get(self.style, ",").join(texts)
        elif isinstance(plain, MapOf) or _is_object(self.value):
            yield from self._object(plain.check(self.value, self.where))
        else:
            yield self.key, plain.text(self.value, self.where)

    def _object(self, value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        texts = {key: scalar_text(each, f"{self.where}[{key!r}]") for key, each in value.items()}
        if self.style == "deepObject":
            for key, text in texts.items():
                yield f"{self.key}[{key}]", text
        elif self.explode:
            yield from texts.items()
        else:
            yield self.key, ",".join(part for pair in texts.items() for part in pair)


def _is_object(value: Any) -> bool:
    return isinstance(value, Mapping) or hasattr(value, "to_dict")


def scalar_text(value: Any, where: str) -> str:
    """Write a JSON scalar as text; raise TypeError if it is an array, an object or null."""
    return Codec().text(value, where)


def query_text(fields: tuple[QueryField, ...]) -> str:
    """Write the query of a URL, without its question mark; empty if no parameter is given."""
    return "&".join(
        f"{percent(key, each.where)}={percent(text, each.where)}"
        for each in fields
        if is_given(each.value)
        for key, text in each.pairs()
    )


def json_text(value: Any) -> str:
    """Write a JSON value without spaces.

    Raises:
        ValueError: It contains NaN or infinity, which JSON does not have.
        TypeError: It contains something that is not a JSON value.
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
