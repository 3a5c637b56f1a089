"""Send the webhook of a training when it ends, and retry a few times if that fails."""

from __future__ import annotations

import asyncio
import json

from .._runtime._package import httpx
from ._state import Delivery, Model, SimulatorState

ATTEMPTS = 4
TIMEOUT = 10.0  # seconds of real time for one attempt


class Webhooks:
    """Deliver the webhooks of a simulator, each in a task of its event loop."""

    def __init__(self, state: SimulatorState) -> None:
        self._state = state
        self._tasks: set[asyncio.Task[None]] = set()

    def schedule(self, model: Model, url: str) -> None:
        """Send the webhook when the training ends, unless the model is deleted before."""
        delivery = Delivery(model.id, url, model.ends, lambda: self._content(model))
        self._state.deliveries.append(delivery)
        task = asyncio.create_task(self._deliver(delivery, model))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Cancel all deliveries. Nothing is sent after this."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _deliver(self, delivery: Delivery, model: Model) -> None:
        clock = self._state.clock
        pauses = [self._state.settings.webhook_retry_seconds * 2**number for number in range(ATTEMPTS - 1)]
        try:
            for pause in (model.ends - clock.now(), *pauses):
                await clock.sleep(pause)
                if clock.stopped or model.id not in self._state.models(model.upload.token):
                    break
                if not self._state.settings.send_webhooks:
                    break
                delivery.attempts.append(outcome := await self._send(delivery))
                delivery.delivered = isinstance(outcome, int) and 200 <= outcome < 300
                if delivery.delivered:
                    break
        finally:
            delivery.settled.set()

    async def _send(self, delivery: Delivery) -> int | str:
        """Send a webhook; return the status of the response, or the error as text."""
        try:
            # Ignore proxies of the environment: receivers under test are on this machine.
            async with httpx.AsyncClient(trust_env=False, timeout=TIMEOUT) as client:
                response = await client.post(delivery.url, content=delivery.body, headers=delivery.headers)
                return response.status_code
        except Exception as problem:  # noqa: BLE001  # recorded as the outcome of this attempt
            return f"{type(problem).__name__}: {problem}"

    def _content(self, model: Model) -> bytes | None:
        """Return the body of the webhook, or None before the training has finished."""
        if self._state.clock.now() < model.ends:
            return None
        body = self._state.entity(model)
        if self._state.settings.webhook_state:
            body["state"] = body.pop("status")
        return json.dumps({"result": body} if self._state.settings.webhook_result else body).encode()
