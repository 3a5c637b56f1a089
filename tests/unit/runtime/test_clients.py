"""Clients: their options, copies, pickles, forks, threads, and how they end."""

from __future__ import annotations

import copy
import gc
import pickle
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import httpx
import pytest

from templates.runtime._package import BaseError
from templates.runtime.diagnostics import describe
from templates.runtime.log import configure, logger
from templates.runtime.options import NOT_GIVEN
from templates.runtime.transport import pool as pools
from templates.runtime.transport.http_client import LIMITS
from templates.runtime.transport.limiter import _Limiter
from tests.support.modes import Mode
from tests.support.sample_api import SETTINGS, AsyncWidgets, Script, Widgets, get
from tests.support.subprocesses import run_python


def test_a_client_that_was_never_closed() -> None:
    """A client that owned its connections and was never closed warns; one around a caller's own does not."""
    with pytest.warns(ResourceWarning, match="^Widgets was never closed: use it in a `with`"):  # noqa: PT031 - made and lost
        Widgets()
        gc.collect()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Script().client()
        with Widgets():
            pass
        client = Widgets()
        client.close()
        client.close()
        del client
        gc.collect()


def test_an_unused_copy_keeps_the_connections() -> None:
    """The warning comes when the last client on the connections is gone, and not before."""
    copied = Widgets().with_options(max_retries=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gc.collect()
    with pytest.warns(ResourceWarning):  # noqa: PT031 - lost and collected
        del copied
        gc.collect()


def test_a_closed_client(mode: Mode) -> None:
    """A closed client says so, and so do its copies; closing a copy closes nothing."""

    async def scenario(client: Any) -> None:
        copied = client.with_options(max_retries=0)
        await mode.close(copied)
        assert not client._engine.pool.client().is_closed
        await mode.close(client)
        for each in (client, copied):
            with pytest.raises(BaseError, match=rf"This {kind.__name__} was closed\. Make another one\."):
                await mode.settle(each.send(get()))

    kind = AsyncWidgets if mode.is_async else Widgets
    mode.use(kind, scenario)


def test_a_callers_own_client_is_never_closed() -> None:
    """A caller's HTTP client outlives ours; where the caller has closed it, the message says so."""
    own = httpx.Client(transport=httpx.MockTransport(Script()))
    with Widgets(http_client=own):
        pass
    assert not own.is_closed
    client = Widgets(http_client=own)
    own.close()
    with pytest.raises(BaseError, match="The HTTP client of this Widgets was closed"):
        client.send(get())


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"http_client": object()}, TypeError, f"must be an {httpx.__name__}.Client, not builtins.object"),
        ({"max_retries": -1}, ValueError, "max_retries must be 0 or more"),
        ({"timeout": "x"}, TypeError, "timeout must be"),
        ({"default_headers": {"A": "b\n"}}, ValueError, "default_headers: the value of the header A"),
        ({"base_url": "nonsense"}, ValueError, "base_url must be a URL"),
        ({"proxy": "nonsense"}, ValueError, "scheme"),
        ({"max_response_bytes": 0}, ValueError, "max_response_bytes must be"),
        ({"max_response_bytes": 1.5}, TypeError, "max_response_bytes must be"),
        ({"max_response_values": -1}, ValueError, "max_response_values must be"),
        ({"max_response_values": True}, TypeError, "max_response_values must be"),
    ],
)
def test_wrong_options(options: Any, error: type[Exception], text: str) -> None:
    """A wrong option is refused by the constructor, and leaves nothing to close."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(error, match=text):
            Widgets(**options)
        gc.collect()


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"base_url": "http://api.example"}, "over plain http"),
        ({"max_response_bytes": 0}, "max_response_bytes must be"),
        ({"max_response_values": 0}, "max_response_values must be"),
    ],
)
def test_wrong_options_of_a_copy(options: Any, text: str) -> None:
    """The rules hold for copies as well."""
    with pytest.raises((BaseError, ValueError), match=text):
        Script().client().with_options(**options)


def test_an_async_client_in_a_sync_one() -> None:
    """The two kinds of HTTP client are not mixed up."""
    with pytest.raises(TypeError, match=rf"not {httpx.__name__}\.AsyncClient"):
        Widgets(http_client=httpx.AsyncClient())


def test_copies() -> None:
    """A copy has other options on the same connections; what is not given stays."""
    script = Script(500)
    client = script.client(default_headers={"X-A": "1"}, max_retries=0)
    other = client.with_options(token="other-token", base_url="https://other.example/v2", deadline=5.0)
    for each in (client, other):
        with pytest.raises(BaseError):
            each.send(get())
    first, second = script.requests

    assert (first.url.host, second.url.host) == ("widgets.example", "other.example")
    assert second.headers["host"] == "other.example"
    assert second.headers["authorization"] == "Bearer other-token"
    assert second.headers["x-a"] == "1"
    assert second.extensions["timeout"]["read"] == 5.0
    assert other._engine.pool is client._engine.pool


@pytest.mark.parametrize("carried", [lambda it: pickle.loads(pickle.dumps(it)), copy.copy, copy.deepcopy])
def test_pickles(carried: Any) -> None:
    """A client comes out of a pickle with its options and connections of its own."""
    with Widgets(timeout=5, deadline=9.0, max_retries=7, strict=True, default_headers={"A": "b"}) as client:
        found = carried(client)
        mine, theirs = client._engine, found._engine

    assert vars(theirs.options) == vars(mine.options)
    assert theirs.values == mine.values
    assert theirs.pool is not mine.pool
    assert not theirs.pool.client().is_closed
    found.close()


def test_pickling_around_a_callers_client() -> None:
    """A client around a caller's own HTTP client refuses to be pickled, and says what to do."""
    with pytest.raises(TypeError, match="around your own http_client cannot be pickled"):
        pickle.dumps(Script().client())


def test_not_given_is_one() -> None:
    """The marker stays itself in a pickle and a copy, and is false."""
    assert pickle.loads(pickle.dumps(NOT_GIVEN)) is NOT_GIVEN
    assert copy.deepcopy(NOT_GIVEN) is NOT_GIVEN
    assert not NOT_GIVEN
    assert repr(NOT_GIVEN) == "NOT_GIVEN"


def test_a_fork_forgets_and_does_not_close(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a child forgets is not closed: that would end the parent's TLS sessions."""
    forgotten: list[Any] = []
    monkeypatch.setattr(pools, "_forgotten", forgotten)
    with Widgets() as client:
        pool = client._engine.pool
        before = pool.client()
        pool.after_fork()

        assert pool.client() is not before
        assert forgotten == [before]
        assert not before.is_closed
        before.close()


def test_the_callback_of_a_fork_keeps_nothing_alive() -> None:
    """Python keeps what the callback refers to until the very end; the HTTP library is not part of it."""
    found = run_python("-c", _REFERRED)

    assert found.stdout.split() == ["True", "False"], found.stderr


_REFERRED = """
import gc, sys
from templates.runtime._package import httpx
from templates.runtime._sync import client, resource, wait
from templates.runtime.transport import forks

# When a process ends, Python empties `sys` before the collection that matters.
seen, todo = {id(vars(sys)), id(sys.modules)}, [forks._after_fork]
while todo:
    for each in gc.get_referents(todo.pop()):
        if id(each) not in seen:
            seen.add(id(each))
            todo.append(each)
print(id(vars(forks)) in seen, id(vars(httpx)) in seen)
"""


def test_one_fresh_client_for_all_threads() -> None:
    """Threads that come at once after a fork share one fresh HTTP client."""
    with Widgets() as client:
        pool = client._engine.pool
        before = pool.client()
        pool.after_fork()
        barrier = threading.Barrier(8)

        def fetch(_: int) -> Any:
            barrier.wait()
            return pool.client()

        with ThreadPoolExecutor(8) as workers:
            found = set(workers.map(fetch, range(8)))
        before.close()

    assert len(found) == 1


def test_the_variable_of_the_log(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """The variable sets the level; nonsense is told and changes nothing."""
    before = logger.level
    try:
        monkeypatch.setenv("WIDGETS_LOG", "debug")
        Script().client()
        assert logger.level == 10
        monkeypatch.setenv("WIDGETS_LOG", "loud")
        configure("WIDGETS_LOG")
        assert logger.level == 10
        assert "WIDGETS_LOG is 'loud', not one of debug, info, warning, error" in caplog.text
    finally:
        logger.setLevel(before)


def test_a_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """The report has versions and configuration, and nothing that is secret."""
    monkeypatch.setenv("WIDGETS_TOKEN", "hidden-token")
    monkeypatch.setenv("WIDGETS_BASE_URL", "https://user:hidden@env.example/v1?key=hidden")
    monkeypatch.setenv("HTTPS_PROXY", "http://user:hidden@proxy.example")
    text = describe(SETTINGS)

    assert text.startswith("widgets 1.2.3\nPython 3.")
    assert f"{httpx.__name__} {httpx.__version__}" in text
    assert "Base URL https://env.example/v1 (from the environment)" in text
    assert "WIDGETS_TOKEN is set" in text
    assert "HTTPS_PROXY is set" in text
    assert "hidden" not in text


def test_both_clients_make_as_many_calls_at_once() -> None:
    """The limiter of an async client lets through as many calls as a sync client has connections."""

    async def calls_at_once() -> float:
        return _Limiter().capacity.total_tokens

    assert anyio.run(calls_at_once) == LIMITS.max_connections == LIMITS.max_keepalive_connections
