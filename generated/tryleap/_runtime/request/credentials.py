"""Credentials: taken from the caller or the environment, asked for where they are callables, never shown."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from .._package import BaseError, httpx
from ..models.decode_context import is_tuple
from ..operations import Operation
from ..redaction import secret_forms
from ..settings import Credential


class Placed(NamedTuple):
    """A credential's value as it is sent.

    Args:
        location: "header", "query" or "cookie".
        name: The name there.
        value: The value there.
    """

    location: str
    name: str
    value: str

    def __repr__(self) -> str:
        return f"Placed({self.location!r}, {self.name!r}, ...)"


def resolve(
    known: tuple[Credential, ...], given: Mapping[str, Any], *, needs_one: bool = True
) -> dict[str, Any]:
    """Settle which credentials a client has.

    Args:
        known: The ways to authenticate.
        given: The constructor's arguments by name; None where not given.
        needs_one: Whether a client without any could call nothing.

    Returns:
        The values by argument: strings, pairs or callables.

    Raises:
        BaseError: There is none at all, although there are ways to authenticate; or a variable holds no pair.
        TypeError: One is of the wrong type.
        ValueError: One cannot be sent.
    """
    found: dict[str, Any] = {}
    for each in known:
        value = given.get(each.argument)
        if value is None and each.variable:
            value = os.environ.get(each.variable) or None
            if value and each.kind == "basic":
                name, colon, password = value.partition(":")
                if not colon:
                    raise BaseError(
                        f"{each.variable} must be a name and a password with a colon between them"
                    )
                value = (name, password)
        if value is not None:
            check(each, value)
            found[each.argument] = value
    if known and not found and needs_one:
        raise BaseError(f"There is no credential: {' or '.join(map(_way_to_give, known))}.")
    return found


def _way_to_give(credential: Credential) -> str:
    other = f", or set the environment variable {credential.variable}" if credential.variable else ""
    return f"pass {credential.argument}=...{other}"


def chosen(
    operation: Operation[Any], known: tuple[Credential, ...], held: Mapping[str, Any]
) -> list[Credential]:
    """Choose how a call authenticates: the first of the document's alternatives that the client has whole.

    Args:
        operation: The operation.
        known: The ways to authenticate.
        held: The values that the client has, by argument.

    Returns:
        The credentials that are sent.

    Raises:
        BaseError: The client lacks something of every alternative.
    """
    mine = [each for each in known if each.argument in held]
    if operation.security is None:
        return mine
    schemes = {each.scheme for each in mine}
    for alternative in operation.security:
        if schemes.issuperset(alternative):
            return [each for each in mine if each.scheme in alternative]
    if not operation.security:
        return []
    ways = [
        " and ".join(_way_to_give(each) for each in known if each.scheme in alternative and each not in mine)
        for alternative in operation.security
    ]
    raise BaseError(
        f"{operation.name} needs a credential that this client does not have: {'; or '.join(ways)}."
    )


def check(credential: Credential, value: Any) -> None:
    """Check the value of a credential, without ever quoting it.

    Args:
        credential: The way to authenticate.
        value: A string, for "basic" a pair of strings, or a callable.

    Raises:
        TypeError: It is something else.
        ValueError: It is empty, or holds what cannot be sent in a header.
        BaseError: It is the empty string: a variable that is not set, most likely.
    """
    name = credential.argument
    if callable(value):
        return
    if credential.kind == "basic":
        if not is_tuple(value) or len(value) != 2 or not all(isinstance(each, str) for each in value):
            raise TypeError(
                f"{name} must be a pair of strings, name and password, or a callable that returns one"
            )
        if ":" in value[0]:
            raise ValueError(f"{name}: the name must not hold a colon")
        return
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string or a callable that returns one, not {type(value).__name__}")
    if not value:
        raise BaseError(
            f"{name} is empty: pass the whole value, or leave it out to read it from the environment"
        )
    if value != value.strip():
        raise ValueError(f"{name} has a space or a line break at its beginning or end: strip it")
    if not (value.isascii() and value.isprintable()):
        raise ValueError(f"{name} holds a line break or another character that cannot be sent in a header")


def place(credential: Credential, value: Any) -> Placed:
    """Write the value of a credential as it is sent.

    Args:
        credential: The way to authenticate.
        value: Its value; not a callable.

    Returns:
        Where it goes, and what is sent there.

    Raises:
        TypeError: It is of the wrong type.
        ValueError: It cannot be sent.
    """
    check(credential, value)
    if credential.kind == "bearer":
        return Placed("header", "Authorization", f"Bearer {value}")
    if credential.kind == "basic":
        pair = base64.b64encode(":".join(value).encode()).decode("ascii")
        return Placed("header", "Authorization", f"Basic {pair}")
    return Placed(credential.location, credential.name, value)


def secrets_in(values: Iterable[Any], placed: Iterable[Placed]) -> list[str]:
    """List the texts that must not be shown.

    Args:
        values: Values of credentials; callables are passed over.
        placed: The same as they are sent.

    Returns:
        The texts, for `redaction.cleaned`.
    """
    texts = {each.value.removeprefix("Bearer ").removeprefix("Basic ") for each in placed}
    for value in values:
        if isinstance(value, str):
            texts.add(value)
        elif is_tuple(value):
            texts.add(value[1])
    return secret_forms(texts)


def secrets_of_proxy(proxy: httpx.Proxy | str | None) -> list[str]:
    """List the texts of a proxy's address that must not be shown.

    Args:
        proxy: The proxy as the caller gave it; one that can be used.

    Returns:
        The texts, for `redaction.cleaned`.
    """
    if proxy is None:
        return []
    auth = (proxy if isinstance(proxy, httpx.Proxy) else httpx.Proxy(proxy)).auth
    return secret_forms([] if auth is None else [auth[1], f"{auth[0]}:{auth[1]}"])
