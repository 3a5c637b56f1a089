"""Find credentials in arguments or the environment, choose those of a call, and write them into its request.

`resolve` finds them, `select` chooses those of an operation, `check` refuses unusable ones, and `place`
writes each into a header, the query or a cookie. What counts as a secret besides them is in `redaction`.

To add a way to authenticate, add a kind to `package_settings.Credential`, and to `check` and `place` here.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any
from urllib.request import getproxies

from .._package import BaseError, httpx
from ..models.decode_context import is_tuple
from ..operations import Operation
from ..package_settings import Credential
from ..redaction import secret_forms, secrets_in_headers


class PlacedCredential:
    """A credential as it is sent.

    Args:
        location: "header", "query" or "cookie".
        name: The name there.
        value: The value there.
    """

    def __init__(self, location: str, name: str, value: str) -> None:
        self.location = location
        self.name = name
        self.value = value


def resolve(
    known: tuple[Credential, ...], given: Mapping[str, Any], *, needs_one: bool = True
) -> dict[str, Any]:
    """Find the credentials of a client in its arguments, else in the environment.

    Returns:
        The values by argument: strings, pairs or callables.

    Raises:
        BaseError: There is none at all, one is empty, or a variable does not contain a pair.
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
            is_given = given.get(each.argument) is not None
            check(each, value, name=each.argument if is_given else each.variable)
            found[each.argument] = value
    if known and not found and needs_one:
        raise BaseError(f"There is no credential: {' or '.join(map(_way_to_give, known))}.")
    return found


def _way_to_give(credential: Credential) -> str:
    other = f", or set the environment variable {credential.variable}" if credential.variable else ""
    return f"pass {credential.argument}=...{other}"


def select(
    operation: Operation[Any], known: tuple[Credential, ...], values: Mapping[str, Any]
) -> list[Credential]:
    """Select the credentials of a call: the first of the document's alternatives that the client has whole.

    Raises:
        BaseError: Every alternative lacks a credential.
    """
    available = [each for each in known if each.argument in values]
    if operation.security is None:
        return available
    schemes = {each.scheme for each in available}
    for alternative in operation.security:
        if schemes.issuperset(alternative):
            return [each for each in available if each.scheme in alternative]
    if not operation.security:
        return []
    ways = [
        " and ".join(
            _way_to_give(each) for each in known if each.scheme in alternative and each not in available
        )
        for alternative in operation.security
    ]
    raise BaseError(
        f"{operation.name} needs a credential that this client does not have: {'; or '.join(ways)}."
    )


def check(credential: Credential, value: Any, name: str | None = None) -> None:
    """Check the value of a credential; `name` says where it is from. No message quotes the value.

    Raises:
        BaseError: It is the empty string: most likely an environment variable without a value.
        TypeError: It is neither a string (for "basic" a pair of strings) nor a callable.
        ValueError: It contains characters that cannot be sent in a header, or more than the credential.
    """
    name = name or credential.argument
    if callable(value):
        return
    if credential.kind == "basic":
        if not is_tuple(value) or len(value) != 2 or not all(isinstance(each, str) for each in value):
            raise TypeError(
                f"{name} must be a pair of strings, name and password, or a callable that returns one"
            )
        if ":" in value[0]:
            raise ValueError(f"{name}: the name must not contain a colon")
        return
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string or a callable that returns one, not {type(value).__name__}")
    if not value.strip():
        other = ", or leave it out to read it from the environment" if name == credential.argument else ""
        raise BaseError(f"{name} is empty: pass the whole value{other}")
    if value != value.strip():
        raise ValueError(f"{name} has a space or a line break at its beginning or end: strip it")
    if not (value.isascii() and value.isprintable()):
        raise ValueError(f"{name} contains a line break or another character that cannot be sent in a header")
    if credential.kind == "bearer":
        _check_bearer(name, value)


def _check_bearer(name: str, value: str) -> None:
    """Refuse a token that was pasted with more than the token."""
    if value[:7].lower() == "bearer ":
        raise ValueError(f'{name} begins with "Bearer ": leave that word out, the client adds it')
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'`":
        raise ValueError(f"{name} is in quotation marks: remove them")


def place(credential: Credential, value: Any) -> PlacedCredential:
    """Write the value of a credential, or what its callable returned, as it is sent.

    Raises:
        BaseError: It is the empty string.
        TypeError: It is of the wrong type.
        ValueError: It cannot be sent.
    """
    check(credential, value)
    if credential.kind == "bearer":
        return PlacedCredential("header", "Authorization", f"Bearer {value}")
    if credential.kind == "basic":
        pair = base64.b64encode(":".join(value).encode()).decode("ascii")
        return PlacedCredential("header", "Authorization", f"Basic {pair}")
    return PlacedCredential(credential.location, credential.name, value)


def secrets_in(values: Iterable[Any], placed: Iterable[PlacedCredential]) -> list[str]:
    """List the texts of credentials that must not be shown, for `redaction.cleaned`."""
    texts = {each.value.removeprefix("Bearer ").removeprefix("Basic ") for each in placed}
    for value in values:
        if isinstance(value, str):
            texts.add(value)
        elif is_tuple(value):
            texts.add(value[1])
    return secret_forms(texts)


def secrets_of_proxies(proxy: httpx.Proxy | str | None) -> list[str]:
    """List the texts of the URLs of proxies that must not be shown, for `redaction.cleaned`.

    None means the proxies of the environment.
    """
    texts: list[str] = []
    for each in getproxies().values() if proxy is None else [proxy]:
        # An invalid proxy was refused before, or is not used.
        with suppress(ValueError, httpx.InvalidURL):
            given = each if isinstance(each, httpx.Proxy) else httpx.Proxy(each)
            if given.auth is not None:
                texts += secret_forms([given.auth[1], ":".join(given.auth)])
            texts += secrets_in_headers(given.headers)
    return texts
