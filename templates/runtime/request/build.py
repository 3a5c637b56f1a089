"""Build the request of one attempt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .._package import httpx
from ..clock import Deadline
from ..operations import Operation
from .bodies import Payload
from .credentials import PlacedCredential
from .files import ProgressCallback
from .parameters import percent

# Seconds: as good as none, and still a timeout to the HTTP library.
_SHORTEST_TIMEOUT: Final = 0.001


class CallPlan:
    """What one call is sent with; the same for all its attempts.

    Args:
        url: The URL.
        timeout: Seconds by phase of one attempt; None for no limit.
        deadline: The end of the call, retries included.
        max_retries: How many times it may be retried.
        extra_headers: Headers of this call alone.
        cookies: Its parameters that are cookies, as the Cookie header has them; may be empty.
        on_upload_progress: Called with the bytes sent so far and their total; or None.
    """

    def __init__(
        self,
        *,
        url: httpx.URL,
        timeout: Mapping[str, float | None],
        deadline: Deadline,
        max_retries: int,
        extra_headers: Mapping[str, str],
        cookies: str,
        on_upload_progress: ProgressCallback | None,
    ) -> None:
        self.url = url
        self.timeout = timeout
        self.deadline = deadline
        self.max_retries = max_retries
        self.extra_headers = extra_headers
        self.cookies = cookies
        self.on_upload_progress = on_upload_progress


class PreparedHeaders:
    """The headers of an operation, made once for all its calls.

    Args:
        headers: The headers.
        outside: Credentials that are sent outside the headers proper: in the query or the cookies.
        secrets: The texts that must not be shown, from `redaction.secret_forms`.
    """

    def __init__(self, headers: httpx.Headers, outside: list[PlacedCredential], secrets: list[str]) -> None:
        self.headers = headers
        self.outside = outside
        self.secrets = secrets


def build_request(  # noqa: PLR0917 - the parts of a request
    operation: Operation[Any],
    plan: CallPlan,
    prepared: PreparedHeaders,
    payload: Payload | None,
    stream: Any,
    own_client: Any,
) -> httpx.Request:
    """Build the request of one attempt. Its timeouts end with the deadline of the call.

    The query and the cookies of `own_client`, the caller's own HTTP client, are added.
    """
    timeout = plan.timeout
    if plan.deadline.seconds is not None:
        left = max(plan.deadline.left(), _SHORTEST_TIMEOUT)
        timeout = {key: left if value is None else min(value, left) for key, value in timeout.items()}
    request = httpx.Request(
        operation.method,
        plan.url,
        headers=prepared.headers,
        stream=stream,
        extensions={"timeout": timeout},
    )
    if payload is not None:
        _add_body_headers(request.headers, payload)
    elif operation.method in ("POST", "PUT", "PATCH"):
        request.headers["Content-Length"] = "0"
    for name, value in plan.extra_headers.items():
        request.headers[name] = value
    if prepared.outside or plan.cookies or own_client is not None:
        _add_query_and_cookies(request, plan, prepared.outside, own_client)
    return request


def _add_query_and_cookies(
    request: httpx.Request, plan: CallPlan, placed: list[PlacedCredential], own: Any
) -> None:
    """Add the query and the cookies of credentials, of the call and of the caller's own HTTP client."""
    pairs = [
        f"{percent(each.name, '')}={percent(each.value, '')}" for each in placed if each.location == "query"
    ]
    cookies = [plan.cookies] if plan.cookies else []
    cookies += [f"{each.name}={each.value}" for each in placed if each.location == "cookie"]
    if own is not None:
        if own.params:
            pairs.insert(0, str(own.params))
        if own.cookies:
            own.cookies.set_cookie_header(request)
            cookies.insert(0, request.headers.get("cookie", ""))
    if pairs:
        query = b"&".join(filter(None, [request.url.query, "&".join(pairs).encode("ascii")]))
        request.url = request.url.copy_with(query=query)
    if any(cookies):
        request.headers["Cookie"] = "; ".join(filter(None, cookies))


def _add_body_headers(headers: httpx.Headers, payload: Payload) -> None:
    if payload.media_type is not None:
        headers["Content-Type"] = payload.media_type
    if payload.length is None:
        headers["Transfer-Encoding"] = "chunked"
    else:
        headers["Content-Length"] = str(payload.length)
