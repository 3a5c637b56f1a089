"""A client in other processes: after a fork, in a pool of processes, on a cluster of this machine."""

from __future__ import annotations

import multiprocessing
import os
import socket
import warnings
from concurrent.futures import ProcessPoolExecutor

import pytest

from tests.support.fault_server import FaultServer
from tests.support.modes import MODES, Mode
from tryleap import Leap, LeapError
from tryleap.simulator import Simulator, running

from .conftest import TOKEN
from .workers import train

FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")


@FORKS
def test_a_client_survives_a_fork(echoing: FaultServer) -> None:
    """The child uses a connection of its own and leaves the parent's alone; both go on."""
    with Leap(TOKEN, base_url=echoing.url) as leap:
        leap.image_models.get_model("before")
        child = _fork(lambda: leap.image_models.get_model("child").id)

        assert child == "child"
        assert echoing.record.connections == 2
        assert leap.image_models.get_model("after").id == "after"
        assert echoing.record.connections == 2  # the parent's first one is still good


@FORKS
@pytest.mark.parametrize(
    ("mode", "user"),
    [("sync", "the client"), ("sync", "the caller"), ("asyncio", "the client"), ("trio", "the client")],
    indirect=["mode"],
)
def test_an_http_client_that_was_in_use_stays_with_the_parent(
    echoing: FaultServer, mode: Mode, user: str
) -> None:
    """A child would read the parent's answers from its connections, so it is refused, with what to do."""
    own = mode.http_client()
    client = mode.client(access_token=TOKEN, base_url=echoing.url, http_client=own)

    async def in_parent() -> str:
        if user == "the client":
            # An event loop that has ended could not close a connection that was kept.
            headers = {"Connection": "close"} if mode.is_async else {}
            model = await mode.settle(client.image_models.get_model("parent", extra_headers=headers))
            return str(model.id)
        response = await mode.settle(own.get(f"{echoing.url}/parent"))
        return str(response.json()["id"])

    async def in_child() -> str:
        with pytest.raises(LeapError, match=r"Make an HTTP client and a \w+ in each process"):
            await mode.settle(client.image_models.get_model("child"))
        return "refused"

    assert mode.run(in_parent) == "parent"
    assert _fork(lambda: mode.run(in_child)) == "refused"
    assert len(echoing.record.arrivals) == 1
    if not mode.is_async:
        assert mode.run(in_parent) == "parent"
        own.close()


@FORKS
@pytest.mark.parametrize("mode", MODES, indirect=True)
def test_an_http_client_that_was_only_made_works_after_a_fork(echoing: FaultServer, mode: Mode) -> None:
    """A server that loads the application and then forks may make both beforehand."""
    own = mode.http_client()
    client = mode.client(access_token=TOKEN, base_url=echoing.url, http_client=own)

    async def in_child() -> str:
        model = await mode.settle(client.image_models.get_model("child"))
        return str(model.id)

    assert _fork(lambda: mode.run(in_child)) == "child"


def _fork(work: object) -> str:
    """Run a function in a child made by a fork, and return what it says."""
    ours, theirs = socket.socketpair()
    with ours, theirs, warnings.catch_warnings():
        # Python warns of forks beside threads; the server's threads do not matter to the child.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
        if child == 0:
            try:
                said = work()  # type: ignore[operator]  # a function without arguments
            except BaseException as problem:  # noqa: BLE001, the parent is to see it
                said = repr(problem)
            theirs.sendall(said.encode())
            os._exit(0)
        ours.settimeout(20)
        said = ours.recv(10_000).decode()
        os.waitpid(child, 0)
        return said


def assert_trained_once(
    leap: Leap, server: Simulator, trained: list[tuple[int, str, str]], count: int
) -> None:
    """Fail unless each of so many trainings was sent, and answered, once."""
    listed = leap.image_models.list_all_models().models

    assert [name for _, _, name in trained] == [f"model {number}" for number in range(count)]
    assert sorted(model for _, model, _ in trained) == sorted(model.id for model in listed)
    assert len(server.uploads) == count


def test_a_client_goes_into_a_pool_of_processes() -> None:
    """Two processes, started afresh, train a dozen models with the pickled client, each of them once."""
    spawn = multiprocessing.get_context("spawn")
    with running(seed=1) as server, Leap(TOKEN, base_url=server.base_url) as leap:
        with ProcessPoolExecutor(2, mp_context=spawn) as pool:
            trained = list(pool.map(train, [leap] * 12, range(12)))

        assert os.getpid() not in {process for process, _, _ in trained}
        assert_trained_once(leap, server, trained, 12)


@pytest.mark.heavy
@pytest.mark.filterwarnings("ignore")
def test_a_client_goes_onto_a_cluster() -> None:
    """Four workers of a Dask cluster on this machine train a hundred models, each of them once."""
    distributed = pytest.importorskip("distributed", reason="Dask is not installed: make check-all has it")
    with (
        running(seed=1) as server,
        Leap(TOKEN, base_url=server.base_url) as leap,
        distributed.LocalCluster(
            n_workers=4, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as dask,
    ):
        futures = [dask.submit(train, leap, number, pure=False) for number in range(100)]
        trained = dask.gather(futures)

        assert len({process for process, _, _ in trained}) == 4
        assert_trained_once(leap, server, trained, 100)
