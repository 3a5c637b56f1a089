"""A tiny API of widgets, written by hand against the runtime: what its tests send and read."""

from __future__ import annotations

import sys
from typing import Any

import httpx
from attrs import define, field

from templates.runtime._async.client import AsyncAPIClient
from templates.runtime._async.resource import AsyncResource
from templates.runtime._async.wait import send_and_wait as send_and_wait_async
from templates.runtime._async.wait import wait as wait_async
from templates.runtime._sync.client import SyncAPIClient
from templates.runtime._sync.resource import SyncResource
from templates.runtime._sync.wait import send_and_wait, wait
from templates.runtime.errors import OperationFailedError
from templates.runtime.models.base import Model
from templates.runtime.models.codecs import ANY, INT, STR, ListOf, ModelOf, Nullable, OpenLiterals, UnionOf
from templates.runtime.models.layout import json_key, other_keys
from templates.runtime.operations import (
    Call,
    FileField,
    FormField,
    Multipart,
    Operation,
    ResponseSpec,
    path_value,
)
from templates.runtime.options import RequestOptions
from templates.runtime.package_settings import Credential, Settings
from templates.runtime.request.bodies import BytesBody
from templates.runtime.wait_policy import WaitOptions, WaitPlan
from tests.support.clocks import ManualClock
from tests.support.modes import Mode

TOKEN = "tk-0123456789-secret"
HERE = __name__
sys.modules.setdefault(HERE, sys.modules[__name__])


@define(kw_only=True)
class Widget(Model):
    """A widget."""

    id: str = field(metadata=json_key("id", STR))
    state: str = field(metadata=json_key("theState", OpenLiterals("new", "done", "failed")))
    size: int | None = field(default=None, metadata=json_key("size", INT))
    note: str | None = field(default=None, metadata=json_key("note", Nullable(STR)))
    parts: list[Widget] | None = field(
        default=None, metadata=json_key("parts", ListOf(ModelOf(lambda: Widget)))
    )
    additional_properties: dict[str, Any] = field(factory=dict, metadata=other_keys(ANY))


@define(kw_only=True)
class Complaint(Model):
    """What an error says."""

    message: str | list[str] | None = field(
        default=None, metadata=json_key("message", UnionOf(STR, ListOf(STR)))
    )
    additional_properties: dict[str, Any] = field(factory=dict, metadata=other_keys(ANY))


class WidgetFailedError(OperationFailedError):
    """A widget failed."""


WIDGET: dict[str, Any] = {"id": "t1", "theState": "new"}
JSON = ResponseSpec("application/json", ModelOf(Widget))
GET: Operation[Widget] = Operation(
    id="getWidget",
    name="widgets.get",
    method="GET",
    path="/widgets/{widgetId}",
    responses={"200": JSON},
    errors={"4XX": ModelOf(Complaint)},
    advice={"404": "There is no such widget", "5XX": "Come back later."},
)
DELETE: Operation[Widget] = Operation(
    id="deleteWidget",
    name="widgets.delete",
    method="DELETE",
    path="/widgets/{widgetId}",
    responses={"200": JSON},
)
MAKE: Operation[Widget] = Operation(
    id="makeWidget",
    name="widgets.make",
    method="POST",
    path="/widgets",
    responses={"201": JSON},
    verify_with="widgets.list()",
    started_id="id",
)
PUT_BYTES: Operation[Widget] = Operation(
    id="putBytes", name="widgets.put", method="PUT", path="/bytes", responses={"200": JSON}
)
WAIT: WaitPlan[Widget] = WaitPlan(
    status="state",
    done=frozenset({"done"}),
    failed=frozenset({"failed"}),
    first_delay=10.0,
    max_delay=60.0,
    wait_with="widgets.wait",
    failed_error=WidgetFailedError,
)
SETTINGS = Settings(
    package="widgets",
    version="1.2.3",
    base_url="https://widgets.example",
    environment_prefix="WIDGETS",
    credentials=(Credential("token", variable="WIDGETS_TOKEN"),),
)


def get(widget_id: str = "t1") -> Call[Widget]:
    return Call(GET, path={"widgetId": path_value("widget_id", widget_id, STR)})


def delete(widget_id: str = "t1") -> Call[Widget]:
    return Call(DELETE, path={"widgetId": path_value("widget_id", widget_id, STR)})


def make(files: Any = (b"abc",), name: str | None = "N") -> Call[Widget]:
    fields = (FormField("name", name, STR), FileField("files", list(files), many=True, min_items=1))
    return Call(MAKE, body=Multipart(fields))


def put_bytes(content: Any) -> Call[Widget]:
    return Call(PUT_BYTES, body=BytesBody(content))


class _Methods:
    """The methods of both clients; those of the async one return what is to be awaited."""

    _settings = SETTINGS
    _of: tuple[Any, Any, Any]

    def __init__(self, token: Any = TOKEN, **options: Any) -> None:
        super().__init__({"token": token}, **options)  # type: ignore[call-arg]

    def with_options(self, token: Any = None, **options: Any) -> Any:
        return self._copy({"token": token} if token else {}, **options)

    def send(self, call: Call[Any], *, raw: bool = False, **options: Any) -> Any:
        resource = self._of[0](self._engine)
        send = resource._send_raw if raw else resource._send
        return send(call, RequestOptions(**options))

    def wait(self, call: Call[Any], **options: Any) -> Any:
        return self._of[1](self._engine, WAIT, call, WaitOptions(**{"timeout": 3600.0, **options}))

    def make_and_wait(self, call: Call[Any], poll: Any, **options: Any) -> Any:
        wait_options = WaitOptions(options.pop("wait_timeout", 3600.0), **options)
        return self._of[2](self._engine, WAIT, call, RequestOptions(), poll, wait_options)


class Widgets(_Methods, SyncAPIClient):
    """The sync client."""

    _of = (SyncResource, wait, send_and_wait)

    def send_each(self, *calls: Call[Any], **options: Any) -> Any:
        return [self.send(call, **options) for call in calls]


class AsyncWidgets(_Methods, AsyncAPIClient):
    """The async client."""

    _of = (AsyncResource, wait_async, send_and_wait_async)

    async def send_each(self, *calls: Call[Any], **options: Any) -> Any:
        return [await self.send(call, **options) for call in calls]


BEFORE_SENDING = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


class Script:
    """A server that returns responses in turn, the last one again and again. It keeps what it was sent."""

    def __init__(self, *responses: Any) -> None:
        self.responses = list(responses) or [WIDGET]
        self.requests: list[httpx.Request] = []
        self.bodies: list[bytes] = []

    def refuse(self, request: httpx.Request) -> None:
        """Raise what the HTTP library raises before it looks at a body, if that is next."""
        if isinstance(self.responses[0], BEFORE_SENDING):
            self._next(request, b"")

    def _next(self, request: httpx.Request, body: bytes) -> httpx.Response:
        assert len(self.requests) < 1000, "the client does not stop"
        self.requests.append(request)
        self.bodies.append(body)
        response = self.responses.pop(0) if len(self.responses) > 1 else self.responses[0]
        if isinstance(response, BaseException):
            raise response
        if isinstance(response, dict):
            return httpx.Response(201 if request.method == "POST" else 200, json=response)
        if isinstance(response, int):
            return httpx.Response(response)
        # A fresh one each time: the HTTP library changes those that pass through it.
        return httpx.Response(response.status_code, headers=response.headers, content=response.content)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        return self._next(request, request.read())

    async def response_async(self, request: httpx.Request) -> httpx.Response:
        return self._next(request, await request.aread())

    def client(self, clock: ManualClock | None = None, *, is_async: bool = False, **options: Any) -> Any:
        kind, http = (AsyncWidgets, httpx.AsyncClient) if is_async else (Widgets, httpx.Client)
        made = kind(http_client=http(transport=ScriptTransport(self)), **options)
        made._engine.clock = clock or ManualClock()
        return made

    def run(self, mode: Mode, action: Any, clock: ManualClock | None = None, **options: Any) -> Any:
        """Run `action(client)` with a client that sends to this script."""
        return mode.use(lambda: self.client(clock, is_async=mode.is_async, **options), action)


class ScriptTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Sends to a script."""

    def __init__(self, script: Script) -> None:
        self._script = script

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._script.refuse(request)
        request.read()
        return self._script(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._script.refuse(request)
        return await self._script.response_async(request)


def run_at(mode: Mode, url: str, action: Any, **options: Any) -> Any:
    """Run `action(client)` against a server, with connections of the client's own."""
    kind = AsyncWidgets if mode.is_async else Widgets
    return mode.use(lambda: kind(base_url=url, **options), action)
