"""What the client under test is asked to send: each operation, and training with every kind of argument."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from tests.support.file_arguments import KINDS, PNG, as_path
from tests.support.modes import Mode

TOKEN = "key-of-conformance"
URL = "https://example.com/me-1.jpg"
MODELS = "/api/v2/images/models"
NEW = f"{MODELS}/new"

Arguments = dict[str, Any]


# With what a careless form could take for its end.
IMAGE = PNG + b"\x00\xff--\r\n"
TEXTS = {
    "name": "Alex Avatar Model é\r\n--x",
    "subject_keyword": "@me",
    "subject_type": "cat",
    "webhook_url": "https://example.com/hook?secret=1&a=b",
}

TRAININGS: dict[str, Callable[[Path], Arguments]] = {
    **{
        f"a file: {kind}": lambda folder, make=make: {
            "name": "x",
            "image_sample_files": [make(folder, IMAGE)],
        }
        for kind, make in KINDS.items()
    },
    "files of all kinds": lambda folder: {
        "image_sample_files": [make(folder, IMAGE) for make in KINDS.values()]
    },
    "a file of one byte": lambda _: {"image_sample_files": [("small.png", b"x")]},
    "one URL": lambda _: {"image_sample_urls": [URL]},
    "several URLs": lambda _: {"image_sample_urls": [URL, "https://example.com/a,b.jpg", URL]},
    "every text, and files": lambda folder: {**TEXTS, "image_sample_files": [as_path(folder, IMAGE), IMAGE]},
    "every text, and URLs": lambda _: {**TEXTS, "image_sample_urls": [URL, URL]},
}

PLAIN: dict[str, tuple[str, ...]] = {
    "list_all_models": (),
    "get_model": ("5f9b9c0e-7c1f-4b5c-9c0e-7c1f4b5c9c0e",),
    "delete_model": ("5f9b9c0e-7c1f-4b5c-9c0e-7c1f4b5c9c0e",),
}
# Ids that a careless client would let out of their segment of the path.
AWKWARD_IDS = ("a/b", "../new", "a b", "é", "%2F", "?x=1", "#x", "new", "a;b", "a+b")


def other_token(value: str | None) -> Callable[[httpx.Request], None]:
    """A hook that sends another Authorization header than the client's, or none."""

    def change(request: httpx.Request) -> None:
        del request.headers["Authorization"]
        if value is not None:
            request.headers["Authorization"] = value

    return change


def call(
    mode: Mode,
    base_url: str,
    method: str,
    *args: Any,
    hook: Callable[[Any], None] | None = None,
    **kwargs: Any,
) -> Any:
    """Call a method of `image_models` for the raw response; a hook changes each request on its way out."""

    async def async_hook(request: httpx.Request) -> None:
        if hook:
            hook(request)

    def call_with(own: httpx.Client | httpx.AsyncClient) -> Any:
        client = mode.client(
            access_token=TOKEN, http_client=own, base_url=base_url, max_retries=0, strict=True
        )
        return getattr(client.image_models.with_raw_response, method)(*args, **kwargs)

    hooks = {"request": [async_hook if mode.is_async else hook] if hook else []}
    return mode.use(lambda: mode.http_client(event_hooks=hooks), call_with)


def send(base_url: str, method: str, path: str, **content: Any) -> httpx.Response:
    """Send a request with the token, but without our client."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return httpx.request(method, base_url + path, headers=headers, trust_env=False, **content)
