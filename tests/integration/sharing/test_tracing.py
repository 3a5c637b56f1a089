"""Tracing by OpenTelemetry sees each attempt, and never the token."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.faults.calls import call
from tests.integration.faults.wire import healthy, responses
from tests.support.clocks import ManualClock
from tests.support.fault_server import FaultServer
from tests.support.modes import Mode

from .conftest import TOKEN


@pytest.fixture
def spans() -> Iterator[Any]:
    """The spans that httpx's instrumentation makes, kept in memory."""
    why = "OpenTelemetry is not installed: make check-all has it"
    instrumentation = pytest.importorskip("opentelemetry.instrumentation.httpx", reason=why)
    sdk = pytest.importorskip("opentelemetry.sdk.trace", reason=why)
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter, provider = InMemorySpanExporter(), sdk.TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    instrumentor = instrumentation.HTTPXClientInstrumentor()
    instrumentor.instrument(tracer_provider=provider)
    yield exporter, provider.get_tracer("tests")
    instrumentor.uninstrument()
    provider.shutdown()


@pytest.mark.heavy
@pytest.mark.filterwarnings("ignore")
def test_each_attempt_is_a_span(mode: Mode, spans: Any) -> None:
    """A call that is repeated once has two spans with their statuses below the caller's own, and no token."""
    exporter, tracer = spans
    arrived = []

    def fails_once(peer: Any) -> None:
        arrived.append(peer)
        (healthy if len(arrived) > 1 else responses(502, acts=True))(peer)

    async def work() -> None:
        with FaultServer(fails_once) as server:
            client = mode.client(ManualClock(running=True), access_token=TOKEN, base_url=server.url)
            with tracer.start_as_current_span("mine"):
                await mode.settle(call(client, "get", []))
            await mode.close(client)
            heads = [arrival.head for arrival in server.record.arrivals]
            assert all(b"traceparent: " in head.lower() for head in heads)

    mode.run(work)
    first, second, mine = exporter.get_finished_spans()
    assert mine.name == "mine"
    assert {first.parent.span_id, second.parent.span_id} == {mine.context.span_id}
    statuses = [
        span.attributes.get("http.response.status_code", span.attributes.get("http.status_code"))
        for span in (first, second)
    ]
    assert statuses == [502, 200]
    assert TOKEN not in "".join(span.to_json() for span in exporter.get_finished_spans())
