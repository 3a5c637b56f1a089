"""A secret in the forms in which a server may send it back, and all that an error can be made to show."""

from __future__ import annotations

import base64
import html
import json
import pickle
import re
import traceback
import urllib.parse
from collections.abc import Iterator

# Attributes of exceptions of Python's own.
_OF_PYTHON = ("doc", "object", "filename", "strerror")


def forms(key: str) -> dict[str, str]:
    """The key as servers, proxies and their log pages write it."""
    quoted = json.dumps(key)[1:-1]
    return {
        "as it is": key,
        "in upper case": key.upper(),
        "JSON": quoted,
        "JSON with escaped slashes": quoted.translate({47: "\\/", 43: "\\u002B", 38: "\\u0026"}),
        "JSON in ASCII": "".join(f"\\u{ord(each):04x}" for each in key),
        "URL": urllib.parse.quote(key, safe=""),
        "URL, every character": "".join(f"%{ord(each):02x}" for each in key),
        "URL, twice": urllib.parse.quote(urllib.parse.quote(key, safe=""), safe=""),
        "URL, as IIS writes it": "".join(f"%u{ord(each):04X}" for each in key),
        "octal": "".join(f"\\{ord(each):03o}" for each in key),
        "code points": "".join(f"\\u{{{ord(each):x}}}" for each in key),
        "hexadecimal": key.encode().hex(),
        "hexadecimal in upper case": f"Bearer {key}".encode().hex().upper(),
        "HTML, every character": "".join(f"&#{ord(each)};" for each in key),
        "HTML": key.replace("&", "&amp;").replace("+", "&#43;").replace("'", "&#x27;"),
        "base64": base64.b64encode(key.encode()).decode(),
        "base64 for URLs": base64.urlsafe_b64encode(key.encode()).decode().rstrip("="),
        "base64 behind a name": base64.b64encode(f"user:{key}".encode()).decode(),
        "base64 in lines": base64.encodebytes(f"user:{key} {'x' * 60} user:{key}".encode()).decode(),
        "two lines": f"{key[:7]}\r\n    {key[7:]}",
        "places to break": "\u200b".join(key),
        "base64 of the header": base64.b64encode(f"Bearer {key}\n".encode()).decode(),
    }


def _decoded(text: str) -> Iterator[str]:
    """What a reader would make of a text: the text, and what it stands for."""
    yield text
    yield html.unescape(text)
    plain = text
    for _ in range(3):
        plain = urllib.parse.unquote(plain).replace("\\/", "/")
        yield plain
    yield re.sub(r"\s+|\\+[rn] *|\u200b|\\u200b", "", text)
    for each in (text.replace("\\\\", "\\"), text):
        yield re.sub(r"[\\%]u\{?0*([0-9a-fA-F]{2})\}?", lambda found: chr(int(found[1], 16)), each)
        yield re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), each)
        yield re.sub(r"\\(.)", r"\1", each)


def assert_clean(text: str, *secrets: str) -> None:
    """Fail where a text has a secret, in any of its forms."""
    decoded = [form.lower() for form in _decoded(text)]
    for secret in secrets:
        assert not any(secret.lower() in form for form in decoded)
        assert secret.encode().hex() not in text.lower()
        # Of base64, the first and the last characters may hang together with what stands beside the secret.
        assert base64.b64encode(secret.encode()).decode()[:-4] not in text
        for offset in (1, 2):
            core = base64.b64encode(b"\0" * offset + secret.encode()).decode()[4:-4]
            assert core not in text
            assert core.replace("+", "-").replace("/", "_") not in text


def everything(error: BaseException) -> Iterator[str]:
    """Whatever of an error can be printed, logged or pickled, and likewise of what caused it."""
    yield "".join(traceback.format_exception(error))
    yield pickle.dumps(error).decode("latin-1")
    seen: set[int] = set()
    todo: list[BaseException | None] = [error]
    while todo:
        each = todo.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        todo += [each.__cause__, each.__context__]
        yield from (str(each), repr(each), repr(each.args), repr(vars(each)))
        for name in ("body", "data", "headers", "request_id", "model", *_OF_PYTHON):
            yield repr(getattr(each, name, None))
        for holder in (getattr(each, "_request", None), getattr(each, "response", None)):
            if holder is not None:
                yield f"{holder.headers.raw!r} {getattr(holder, 'url', '')} {holder.extensions}"
