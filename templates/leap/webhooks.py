"""The call that the service makes to `webhookUrl` when a training ends: reading it, and trusting its address.

The call carries no signature of the service. What can be proved is that its URL is one that you handed out:

    url = sign_url("https://example.com/leap", SECRET, expires_in=86400)   # pass it as webhook_url

and where the call arrives:

    verify_url("https://example.com/leap?" + query_string, SECRET)
    event = parse(body)
    model = leap.image_models.get_model(event.id)                          # believe this, not the body

A signed URL proves the URL, not the body: whoever learns the URL can send any body to it until it expires.
So take from the body which model is meant, and ask the service how its training ended.
"""

from __future__ import annotations

import base64
import hmac
import math
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ._runtime._package import LeapError
from ._runtime.response.content import JSONLimitError, parse_json

if TYPE_CHECKING:
    from .models import ModelV2Entity

__all__ = ["WebhookBodyError", "WebhookVerificationError", "parse", "sign_url", "verify_url"]

PARAMETER = "leap_token"
MAX_VALUES = 100_000  # a body of the service has some ten
DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_TOKEN = re.compile(r"v1\.([0-9]{1,12})\.([A-Za-z0-9_-]{43})")
_URL = re.compile(r"(?i)(?P<scheme>https?)://(?P<host>[^/?#@]+?)(?P<port>:[0-9]*)?(?P<rest>[/?][^#]*)?")


class WebhookBodyError(LeapError, ValueError):
    """The body of a webhook call is not one that the service sends."""


class WebhookVerificationError(LeapError):
    """The URL of a webhook call does not carry a valid token: answer with 403 and do nothing else."""


def parse(body: bytes | str | Mapping[str, Any], *, max_bytes: int = 1024 * 1024) -> ModelV2Entity:
    """Reads the body of a webhook call.

    The service sends the model itself, or holds it under `result`, and may say `state` for `status`.

    Args:
        body: as received, or as some framework has parsed it already.
        max_bytes: a longer body is refused before it is parsed. Frameworks that hand over the whole body
            have held it in memory by then: limit its size there as well.

    Returns:
        The model as the body has it. Nobody has vouched for it: confirm with `get_model(model.id)`.

    Raises:
        WebhookBodyError: the body is too long, not a JSON object, or names no model.
        TypeError: the argument is none of the three kinds.
    """
    content = body if isinstance(body, Mapping) else _parse_json(body, max_bytes)
    result = content.get("result")
    model = dict(result if isinstance(result, Mapping) else content)
    if model.get("status") is None:
        status = model.pop("state", None) or content.get("status") or content.get("state")
        if status is not None:
            model["status"] = status
    if not isinstance(model.get("id"), str) or not model["id"]:
        raise WebhookBodyError(
            "the webhook's body names no model: neither it nor its `result` is an object with an `id`"
        )
    from .models import ModelV2Entity  # here, so that checking a URL needs no model classes

    try:
        return ModelV2Entity.from_dict(model)
    except RecursionError:
        raise WebhookBodyError("the webhook's body is nested too deeply") from None


def _parse_json(body: bytes | str, max_bytes: int) -> Mapping[str, Any]:
    if not isinstance(body, bytes | bytearray | memoryview | str):
        raise TypeError(f"body is {type(body).__name__}: give bytes, text or a mapping")
    raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else bytes(body)
    if len(raw) > max_bytes:
        raise WebhookBodyError(f"the webhook's body has {len(raw)} bytes, more than the {max_bytes} allowed")
    try:
        content = parse_json(raw.decode("utf-8-sig").encode(), MAX_VALUES)
    except JSONLimitError as problem:
        raise WebhookBodyError(f"the webhook's body cannot be read: {problem}") from problem
    except ValueError as problem:
        raise WebhookBodyError(f"the webhook's body is not JSON: {problem}") from problem
    if not isinstance(content, dict):
        raise WebhookBodyError(f"the webhook's body is not a JSON object but {type(content).__name__}")
    return content


def sign_url(
    url: str,
    secret: str | bytes | Sequence[str | bytes],
    *,
    expires_in: float,
    clock: Callable[[], float] = time.time,
) -> str:
    """Adds a token to a webhook's URL, by which `verify_url` knows it again.

    The token is the last parameter of the query, `leap_token`; all before it stays as it is, byte for byte.
    It holds the time of its expiry, and an HMAC-SHA-256 over that and the URL.

    Args:
        url: the public URL of the receiver, with http or https, percent-encoded where it needs be.
        secret: known to you alone. Of several, the first one signs.
        expires_in: seconds for which the URL is good. Training usually takes 20 to 40 minutes and may have
            to queue before: a day, 86400, is a fair choice.
        clock: gives the time as `time.time` does, for tests.

    Returns:
        The URL with its token.

    Raises:
        ValueError: the URL is not usable, or has a token already; the secret is empty; `expires_in` is not
            a positive number.
    """
    if not 0 < expires_in < math.inf:
        raise ValueError(f"expires_in is {expires_in}: give a positive number of seconds")
    signed = _canonical(url)
    if _split_token(url)[1]:
        raise ValueError(f"the URL already carries {PARAMETER}: sign it without")
    expiry = str(math.ceil(clock() + expires_in))
    if len(expiry) > 12:
        raise ValueError(f"expires_in is {expires_in}: give less than 30,000 years, in seconds")
    token = f"v1.{expiry}.{_mac(_secrets(secret)[0], expiry, signed)}"
    return f"{url}{'&' if '?' in url else '?'}{PARAMETER}={token}"


def verify_url(
    url: str, secret: str | bytes | Sequence[str | bytes], *, clock: Callable[[], float] = time.time
) -> None:
    """Checks that a URL was signed with one of the secrets and has not expired.

    It proves the URL alone: confirm what the body says by `get_model`.

    Args:
        url: the public URL of the call, query included. Behind a proxy the application may see another
            scheme, host or path: put the public address and the received query string together.
        secret: the one it was signed with, or several of which any may be it. To replace a secret, put the
            new one first, and drop the old one once all URLs signed with it have expired.
        clock: gives the time as `time.time` does, for tests.

    Raises:
        WebhookVerificationError: the token is missing, doubled, malformed, made for another URL or with
            another secret, or has expired.
        ValueError: the secret is empty.
    """
    secrets = _secrets(secret)
    bare, tokens = _split_token(url)
    if len(tokens) != 1:
        raise WebhookVerificationError(f"the URL carries {len(tokens)} {PARAMETER} parameters, not one")
    match = _TOKEN.fullmatch(tokens[0])
    if match is None:
        raise WebhookVerificationError(f"the URL's {PARAMETER} is malformed")
    expiry, mac = match.groups()
    try:
        signed = _canonical(bare)
    except ValueError as problem:
        raise WebhookVerificationError(str(problem)) from problem
    # All secrets are tried whatever the outcome, so that the time taken tells nothing of which one fits.
    if not sum(hmac.compare_digest(mac, _mac(known, expiry, signed)) for known in secrets):
        raise WebhookVerificationError(
            f"the URL's {PARAMETER} was not made for this URL with this secret: compare the URL with the one"
            " that was signed, byte by byte"
        )
    late = clock() - int(expiry)
    if late >= 0:
        raise WebhookVerificationError(f"the URL's {PARAMETER} expired {late:.0f} s ago")


def _secrets(secret: str | bytes | Sequence[str | bytes]) -> list[bytes]:
    several = [secret] if isinstance(secret, str | bytes) else list(secret)
    if not several or not all(several):
        raise ValueError("the secret is empty: give one or more texts that nobody can guess")
    if not all(isinstance(one, str | bytes) for one in several):
        raise TypeError("a secret is neither str nor bytes")
    return [one.encode() if isinstance(one, str) else one for one in several]


def _canonical(url: str) -> str:
    """What the HMAC is over: the URL, less the differences that HTTP itself makes no difference of.

    Callers write scheme and host in lower case, leave out the scheme's own port and add the missing slash.
    Path and query are compared byte for byte.
    """
    match = _URL.fullmatch(url)
    if match is None or not all("!" <= character <= "~" for character in url):
        raise ValueError(
            "the URL cannot be signed or verified: give http:// or https:// with a host, percent-encoded,"
            " without a fragment, user name or spaces"
        )
    scheme, port = match["scheme"].lower(), match["port"] or ""
    rest = match["rest"] or "/"
    port = "" if port in (":", DEFAULT_PORTS[scheme]) else port
    return f"{scheme}://{match['host'].lower()}{port}{'' if rest.startswith('/') else '/'}{rest}"


def _split_token(url: str) -> tuple[str, list[str]]:
    """The URL without its token, and the values of all parameters that could be one."""
    path, mark, query = url.partition("?")
    start = f"{PARAMETER}="
    parameters = query.split("&")
    others = [parameter for parameter in parameters if not parameter.startswith(start)]
    tokens = [parameter.removeprefix(start) for parameter in parameters if parameter.startswith(start)]
    return (f"{path}{mark}{'&'.join(others)}" if others else path), tokens


def _mac(secret: bytes, expiry: str, signed: str) -> str:
    digest = hmac.digest(secret, f"v1.{expiry}.{signed}".encode("ascii"), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
