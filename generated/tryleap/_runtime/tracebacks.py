"""What a traceback shows of the exceptions of the layers below: their messages, without secrets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, Final

from ._package import httpx
from .redaction import cleaned, cleaned_bytes, cleaned_headers
from .retry import Kind

# Notebooks and pytest omit a frame whose local variable `__tracebackhide__` is true, so that a traceback
# shows the caller's line and the method that it calls.
HIDDEN: Final = True
# Failures in code that is neither ours nor the caller's.
_OF_NETWORK: Final[frozenset[Kind]] = frozenset(
    {"unconnected", "certificate", "no_connection", "lost", "timed_out"}
)


def causes(problem: BaseException) -> Iterator[BaseException]:
    """Iterate over an exception, its cause, the cause's cause, and so on."""
    seen: set[int] = set()
    current: BaseException | None = problem
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def drop_frames(problem: BaseException, kind: Kind) -> None:
    """Remove the frames of the HTTP library from the traceback of a network failure and of its causes.

    They fill several screens of a notebook, and their variables contain the request. The messages say what
    went wrong.
    """
    if kind in _OF_NETWORK:
        for each in causes(problem):
            each.__traceback__ = None


def describe(problem: BaseException) -> str:
    """Describe an exception in one line: its class and its message, or the nearest cause's if it has none."""
    text = " ".join(str(problem).split())
    if not text:
        text = next((" ".join(str(each).split()) for each in causes(problem) if str(each)), "")
    name = type(problem).__name__
    return f"{name}: {text}" if text else name


def cleaned_cause(problem: BaseException, secrets: Iterable[str]) -> BaseException:
    """Remove secrets from an exception of the layers below and from its causes, which are changed.

    Returns:
        The exception; another one with its message if it cannot be changed.
    """
    secrets = list(secrets)
    is_clean = True
    seen: set[int] = set()
    todo: list[BaseException | None] = [problem]
    while todo:
        each = todo.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        todo += [each.__cause__, each.__context__, *getattr(each, "exceptions", ())]
        with suppress(AttributeError, TypeError):
            _clean_exception(each, secrets)
        is_clean &= cleaned(str(each), secrets) == str(each)
    return problem if is_clean else Exception(cleaned(str(problem), secrets))


def _clean_exception(problem: BaseException, secrets: list[str]) -> None:
    problem.args = tuple(_cleaned_part(each, secrets) for each in problem.args)
    for name, value in list(vars(problem).items()):
        part = _cleaned_part(value, secrets)
        if part is not value:
            setattr(problem, name, part)
    # Attributes that exceptions written in C keep besides `args`.
    for name in ("object", "reason", "strerror", "filename", "filename2"):
        value = getattr(problem, name, None)
        part = _cleaned_part(value, secrets)
        if part is not value:
            setattr(problem, name, part)


def _cleaned_part(value: Any, secrets: list[str]) -> Any:
    """Clean an attribute; return the same object if there is nothing to clean."""
    if isinstance(value, httpx.Request):
        request = httpx.Request(value.method, cleaned(str(value.url), secrets))
        request.headers = cleaned_headers(value.headers, secrets)
        return request
    if isinstance(value, httpx.Response):
        return httpx.Response(value.status_code, headers=cleaned_headers(value.headers, secrets))
    if isinstance(value, str):
        result: Any = cleaned(value, secrets)
    elif isinstance(value, bytes | bytearray):
        result = cleaned_bytes(bytes(value), secrets)
    elif type(value) in (list, tuple):
        result = type(value)(_cleaned_part(each, secrets) for each in value)
    else:
        return value
    return value if result == value else result
