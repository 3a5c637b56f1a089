"""Implement the operations of the simulated API as an ASGI application."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from . import _broken_connections
from ._faults import Faults
from ._form import FormReader, refused
from ._routing import Found, Operation, Routes
from ._state import Model, ReceivedRequest, SimulatorState, Upload
from ._webhooks import Webhooks

FILES, URLS = "imageSampleFiles", "imageSampleUrls"
TEXTS = ("name", "subjectKeyword", "subjectType", "webhookUrl")
# The document's patterns are JavaScript's, whose white space differs from Python's.
HTTP_URL = re.compile(r"(?i)https?://(?:[^\s/?#]|[\x1c-\x1f\x85])")


class _Call:
    """One request. Its body can be read once, from `chunks`, which counts the bytes."""

    def __init__(self, request: Request, found: Found, record: ReceivedRequest) -> None:
        self.request, self.found, self.record = request, found, record
        self.token = ""
        self.chunks = self._count()

    async def _count(self) -> AsyncIterator[bytes]:
        async for chunk in self.request.stream():
            self.record.size += len(chunk)
            yield chunk
        self.record.complete = True


class Api:
    """Respond to requests: to the four known operations from the state, to others with examples."""

    def __init__(self, state: SimulatorState, routes: Routes, faults: Faults, webhooks: Webhooks) -> None:
        self._state, self._routes, self._faults, self._webhooks = state, routes, faults, webhooks
        self._behaviour: dict[str, Callable[[_Call], Awaitable[Response]]] = {
            "listAllModels": self._list,
            "getModel": self._get,
            "deleteModel": self._delete,
            "trainModel": self._train,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        path, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")
        found = self._routes.find(request.method, path)
        record = ReceivedRequest(request.method, path, query, dict(request.headers), found.operation_id)
        self._state.requests.append(record)
        with suppress(ClientDisconnect):
            await self._respond(_Call(request, found, record), send)

    async def _respond(self, call: _Call, send: Send) -> None:
        fault, request = self._faults.take(call.found.operation_id), call.request
        response = fault.response()
        if fault.carried_out or (response is None and not fault.reset):
            real = await self._respond_normally(call)
            response = response or real
        if not fault.reset:
            async for _ in call.chunks:
                pass  # a client that is still sending could miss an early response
        await self._state.clock.sleep(fault.delay)
        if fault.reset or response is None:
            await _broken_connections.reset(request.scope, request.receive)
            return
        call.record.status = response.status_code
        response.headers.update(fault.headers)
        if fault.truncated:
            await _broken_connections.cut(response, request.scope, request.receive, send)
        else:
            await response(request.scope, request.receive, send)

    async def _respond_normally(self, call: _Call) -> Response:
        try:
            operation = self._admit(call)
            behave = self._behaviour.get(operation.id)
            return await behave(call) if behave else by_example(operation)
        except HTTPException as problem:
            content = {"statusCode": problem.status_code, "message": problem.detail}
            return JSONResponse(content, problem.status_code, problem.headers)

    def _admit(self, call: _Call) -> Operation:
        """Return the operation of a call, or raise 404, 405 or 401."""
        found, request = call.found, call.request
        if not found.allowed:
            raise HTTPException(404, f"Cannot {request.method} {request.url.path}")
        if found.operation is None:
            allowed = ", ".join(found.allowed)
            raise HTTPException(405, f"Cannot {request.method} here, only {allowed}", {"Allow": allowed})
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        call.token = token.strip() if scheme.lower() == "bearer" else ""
        tokens = self._state.settings.tokens
        has_key = call.token and (tokens is None or call.token in tokens)
        if found.operation.is_protected and not has_key:
            raise HTTPException(401, "Unauthorized", {"WWW-Authenticate": "Bearer"})
        return found.operation

    async def _list(self, call: _Call) -> Response:
        models = self._state.models(call.token).values()
        return JSONResponse({"models": [self._state.entity(model) for model in models]})

    def _requested(self, call: _Call) -> Model:
        model_id = call.found.parameters["modelId"]
        model = self._state.models(call.token).get(model_id)
        if model is None:
            raise HTTPException(404, f"Model with id {model_id} does not exist")
        return model

    async def _get(self, call: _Call) -> Response:
        return JSONResponse(self._state.entity(self._requested(call)))

    async def _delete(self, call: _Call) -> Response:
        model = self._requested(call)
        self._state.delete(model)
        return JSONResponse(self._state.entity(model))

    async def _train(self, call: _Call) -> Response:
        if call.token.startswith("free_"):
            raise HTTPException(402, "Your plan does not include training")
        content_type = call.request.headers.get("content-type", "")
        if content_type.partition(";")[0].strip().lower() != "multipart/form-data":
            # 415 would be more precise, but neither the document nor the service's framework uses it here.
            raise refused("Content-Type must be multipart/form-data")
        state, model_id = self._state, self._state.new_id()
        folder = state.folder / model_id
        folder.mkdir()
        form = FormReader(content_type, folder, FILES)
        try:
            await form.read(call.chunks)
            check_form(form)
        except HTTPException:
            shutil.rmtree(folder)
            raise
        upload = Upload(call.token, model_id, form.fields, form.files, call.record.headers)
        samples = [file for file in form.files if file.name == FILES]
        model = state.start_training(upload, sample_urls(form), samples)
        if webhook := model.text("webhookUrl"):
            self._webhooks.schedule(model, webhook)
        return JSONResponse(state.entity(model), state.settings.train_status)


def by_example(operation: Operation) -> Response:
    """Return the example of an operation's result."""
    example, media_type = operation.example, operation.media_type
    if media_type is None:
        return Response(status_code=operation.status)
    text = example if isinstance(example, str) and "json" not in media_type else json.dumps(example)
    return Response(text, operation.status, media_type=media_type)


def sample_urls(form: FormReader) -> list[str]:
    """Return the sample URLs: one for each part, as documented, or joined with commas, as some clients do."""
    return [url for text in form.fields.get(URLS, []) for url in re.split(r",(?=https?://)", text)]


def check_form(form: FormReader) -> None:
    """Check a training request.

    Raises:
        HTTPException: The request is invalid.
    """
    file_names = {file.name for file in form.files}
    for name in sorted(file_names.intersection({*TEXTS, URLS})):
        raise refused(f"{name} must be text, not a file")
    for name in TEXTS:
        if len(form.fields.get(name, [])) > 1:
            raise refused(f"{name} must be given once")
    if (URLS in form.fields) == (FILES in file_names):
        raise refused(f"exactly one of {URLS} and {FILES} must be given")
    if not all(HTTP_URL.match(text) for text in form.fields.get("webhookUrl", [])):
        raise refused("webhookUrl must be an http or https URL")
    if not all(map(HTTP_URL.match, form.fields.get(URLS, []))):
        raise refused(f"each value in {URLS} must be an http or https URL")
    if not all(file.size for file in form.files):
        raise refused(f"a file in {FILES} is empty")
