"""Serve the page at `/`, which shows the state in a browser. It is not part of the API and needs no key."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from ._state import SimulatorState

SHOWN_REQUESTS = 20
# Uploads are served only as pictures, so that an uploaded HTML page cannot run on this address.
PICTURES = ("image/gif", "image/jpeg", "image/png", "image/webp")
SAMPLE_HEADERS = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
PAGE_POLICY = (
    "default-src 'none'; connect-src 'self'; img-src * data:;"
    " script-src 'unsafe-inline'; style-src 'unsafe-inline'"
)


class Page:
    """Routes of the page, a static file that polls the state."""

    def __init__(self, state: SimulatorState) -> None:
        self._state = state
        self.routes = [
            Route("/", self._page),
            Route("/_simulator/state", self._show_state),
            Route("/samples/{model_id}/{number:int}", self._sample),
        ]

    async def _page(self, _: Request) -> Response:
        page = Path(__file__).with_name("page.html")
        return FileResponse(page, media_type="text/html", headers={"Content-Security-Policy": PAGE_POLICY})

    async def _show_state(self, _: Request) -> Response:
        state, now = self._state, self._state.clock.now()
        # Keys are not shown: a workspace is identified by its place in the list.
        workspaces = [
            [state.entity(model) | {"progress": model.progress(now)} for model in models.values()]
            for models in state.workspaces.values()
        ]
        requests = [
            {"method": record.method, "path": record.path, "status": record.status, "size": record.size}
            for record in reversed([*state.requests][-SHOWN_REQUESTS:])
        ]
        return JSONResponse({"workspaces": workspaces, "requests": requests})

    async def _sample(self, request: Request) -> Response:
        model_id, number = request.path_params["model_id"], request.path_params["number"]
        models = (models[model_id] for models in self._state.workspaces.values() if model_id in models)
        files = next((model.files for model in models), [])
        if number >= len(files):
            return JSONResponse({"statusCode": 404, "message": "There is no such sample"}, 404)
        kind = files[number].content_type
        kind = kind if kind in PICTURES else "application/octet-stream"
        return FileResponse(files[number].stored, media_type=kind, headers=SAMPLE_HEADERS)
