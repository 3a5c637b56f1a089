"""Parse the webhook that the service sends when a training ends, and verify its URL.

The service does not sign webhooks, so sign the URL that you pass as `webhook_url`:

    url = sign_url("https://example.com/leap", SECRET, expires_in=86400)

In the webhook handler, verify it:

    verify_url("https://example.com/leap?" + query_string, SECRET)
    event = parse(body)
    model = leap.image_models.get_model(event.id)

A signed URL authenticates the URL, not the body: anyone who learns the URL can send any body to it until it
expires. So take only the model's id from the body, and get its status from the service.
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
from ._runtime.json_limits import TOO_DEEP, JSONLimitError, is_too_deep, parse_json

if TYPE_CHECKING:
    from .models import ModelV2Entity

__all__ = ["WebhookBodyError", "WebhookVerificationError", "parse", "sign_url", "verify_url"]

PARAMETER = "leap_token"
MAX_VALUES = 100_000  # real bodies have about ten
DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_TOKEN = re.compile(r"v1\.([0-9]{1,12})\.([A-Za-z0-9_-]{43})")
_URL = re.compile(r"(?i)(?P<scheme>https?)://(?P<host>[^/?#@]+?)(?P<port>:[0-9]*)?(?P<rest>[/?][^#]*)?")


class WebhookBodyError(LeapError, ValueError):
    """The body of a webhook is invalid."""


class WebhookVerificationError(LeapError):
    """The URL of a webhook has no valid token. Respond with 403 and ignore the request."""


def parse(body: bytes | str | Mapping[str, Any], *, max_bytes: int = 1024 * 1024) -> ModelV2Entity:
    """Parse the body of a webhook.

    The body is the model itself, or has it under `result`, and may use `state` instead of `status`.

    Args:
        body: The body as received, or parsed by a web framework.
        max_bytes: The maximum size of the body, checked before it is parsed. Frameworks read the body into
            memory before that, so limit the size there as well.

    Returns:
        The model in the body. It is not authenticated: confirm it with `get_model(model.id)`.

    Raises:
        WebhookBodyError: The body is too large, is not a JSON object, or has no model.
        TypeError: The argument is neither bytes, text nor a mapping.
    """
    content = body if isinstance(body, Mapping) else _parse_json(body, max_bytes)
    if is_too_deep(content):
        raise WebhookBodyError(f"the webhook's body cannot be read: {TOO_DEEP}")
    result = content.get("result")
    model = dict(result if isinstance(result, Mapping) else content)
    if model.get("status") is None:
        status = model.pop("state", None) or content.get("status") or content.get("state")
        if status is not None:
            model["status"] = status
    if not isinstance(model.get("id"), str) or not model["id"]:
        raise WebhookBodyError(
            "the webhook's body has no model: neither it nor its `result` is an object with an `id`"
        )
    from .models import ModelV2Entity  # imported here, so that verifying a URL does not load the models

    return ModelV2Entity.from_dict(model)


def _parse_json(body: bytes | str, max_bytes: int) -> Mapping[str, Any]:
    if not isinstance(body, bytes | bytearray | memoryview | str):
        raise TypeError(f"body is {type(body).__name__}: pass bytes, text or a mapping")
    raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else bytes(body)
    if len(raw) > max_bytes:
        raise WebhookBodyError(f"the webhook's body has {len(raw)} bytes, more than the {max_bytes} allowed")
    try:
        content = parse_json(raw.decode("utf-8-sig").encode(), MAX_VALUES, check_depth=False)
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
    """Add a token to a webhook URL, which `verify_url` verifies.

    The token is appended to the query as `leap_token`; the rest of the URL is unchanged. It contains the time
    at which it expires, and an HMAC-SHA-256 of that time and the URL.

    Args:
        url: The public http or https URL of the receiver, percent-encoded.
        secret: A secret that only you know. Of several, the first one signs.
        expires_in: Seconds until the URL expires. A training usually takes 20 to 40 minutes and may be
            queued before: a day, 86400, is a good choice.
        clock: A replacement for `time.time`, for tests.

    Returns:
        The URL with its token.

    Raises:
        ValueError: The URL is invalid or already has a token, the secret is empty, or `expires_in` is not a
            positive number.
        TypeError: The URL is no string, or `expires_in` is no number.
    """
    _check_text(url)
    if isinstance(expires_in, bool) or not isinstance(expires_in, int | float):
        kind = type(expires_in).__name__
        hint = ", such as timedelta.total_seconds() returns" if kind == "timedelta" else ""
        raise TypeError(f"expires_in must be a number of seconds{hint}, not {kind}")
    if not 0 < expires_in < math.inf:
        raise ValueError(f"expires_in is {expires_in}: pass a positive number of seconds")
    signed = _canonical(url)
    if _split_token(url)[1]:
        raise ValueError(f"the URL already has a {PARAMETER}: remove it before signing")
    expiry = str(math.ceil(clock() + expires_in))
    if len(expiry) > 12:
        raise ValueError(f"expires_in is {expires_in}: pass less than 30,000 years, in seconds")
    token = f"v1.{expiry}.{_mac(_secrets(secret)[0], expiry, signed)}"
    return f"{url}{'&' if '?' in url else '?'}{PARAMETER}={token}"


def verify_url(
    url: str, secret: str | bytes | Sequence[str | bytes], *, clock: Callable[[], float] = time.time
) -> None:
    """Verify that a URL was signed with one of the secrets and has not expired.

    This authenticates only the URL: confirm the body with `get_model`.

    Args:
        url: The public URL of the request, including its query. Behind a proxy the application may see
            another scheme, host or path: combine the public address with the received query string.
        secret: The secret, or several of which any may have signed. To rotate a secret, put the new one
            first, and remove the old one when all URLs signed with it have expired.
        clock: A replacement for `time.time`, for tests.

    Raises:
        WebhookVerificationError: The token is missing, repeated, malformed or expired, or was made for
            another URL or with another secret.
        ValueError: The secret is empty.
        TypeError: The URL is no string.
    """
    _check_text(url)
    secrets = _secrets(secret)
    bare, tokens = _split_token(url)
    if len(tokens) != 1:
        raise WebhookVerificationError(f"the URL has {len(tokens)} {PARAMETER} parameters instead of one")
    match = _TOKEN.fullmatch(tokens[0])
    if match is None:
        raise WebhookVerificationError(f"the URL's {PARAMETER} is malformed")
    expiry, mac = match.groups()
    try:
        signed = _canonical(bare)
    except ValueError as problem:
        raise WebhookVerificationError(str(problem)) from problem
    # Compare all secrets, so that the time does not reveal which one matches.
    if not sum(hmac.compare_digest(mac, _mac(known, expiry, signed)) for known in secrets):
        raise WebhookVerificationError(
            f"the URL's {PARAMETER} was not made for this URL with this secret: compare the URL byte by byte"
            " with the one that was signed"
        )
    late = clock() - int(expiry)
    if late >= 0:
        raise WebhookVerificationError(f"the URL's {PARAMETER} expired {late:.0f} s ago")


def _check_text(url: object) -> None:
    # Web frameworks have URLs as objects.
    if not isinstance(url, str):
        raise TypeError(f"url must be a string, not {type(url).__name__}: pass str(url)")


def _secrets(secret: str | bytes | Sequence[str | bytes]) -> list[bytes]:
    several = [secret] if isinstance(secret, str | bytes) else list(secret or ())
    if not several or not all(several):
        raise ValueError("the secret is empty: pass one or more secrets that cannot be guessed")
    if not all(isinstance(one, str | bytes) for one in several):
        raise TypeError("a secret must be str or bytes")
    return [one.encode() if isinstance(one, str) else one for one in several]


def _canonical(url: str) -> str:
    """Normalize a URL for the HMAC, because proxies and callers may rewrite it in equivalent ways.

    Scheme and host become lower case, the default port is removed, and an empty path becomes a slash. Path
    and query are otherwise compared byte by byte.
    """
    match = _URL.fullmatch(url)
    if match is None or not all("!" <= character <= "~" for character in url):
        raise ValueError(
            "the URL cannot be signed or verified: use http:// or https:// with a host, percent-encoded,"
            " without a fragment, user name or spaces"
        )
    scheme, port = match["scheme"].lower(), match["port"] or ""
    rest = match["rest"] or "/"
    port = "" if port in (":", DEFAULT_PORTS[scheme]) else port
    return f"{scheme}://{match['host'].lower()}{port}{'' if rest.startswith('/') else '/'}{rest}"


def _split_token(url: str) -> tuple[str, list[str]]:
    """Split a URL into the URL without tokens and the values of all token parameters."""
    path, mark, query = url.partition("?")
    start = f"{PARAMETER}="
    parameters = query.split("&")
    others = [parameter for parameter in parameters if not parameter.startswith(start)]
    tokens = [parameter.removeprefix(start) for parameter in parameters if parameter.startswith(start)]
    return (f"{path}{mark}{'&'.join(others)}" if others else path), tokens


def _mac(secret: bytes, expiry: str, signed: str) -> str:
    digest = hmac.digest(secret, f"v1.{expiry}.{signed}".encode("ascii"), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
