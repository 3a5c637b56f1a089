"""A training over HTTP/2 is sent once, also where the server ends the connection after it has acted."""

from __future__ import annotations

import importlib.util
import json
import ssl
from typing import Any

import pytest

from tests.support import certificates
from tests.support.fault_server import FaultServer, Peer, PeerGone
from tests.support.file_arguments import Stream
from tests.support.modes import Mode
from tryleap import errors

from .wire import MODEL, SECRET

IMAGE = b"\x89PNG\r\n\x1a\n" + b"0" * 100

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.skipif(
        importlib.util.find_spec("h2") is None, reason="h2 is not installed: make check-all has it"
    ),
]


class Ends:
    """A server that returns lists, and ends the connection when a training has arrived whole."""

    def __init__(self) -> None:
        self.trainings = 0
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificates.AUTHORITY.issue_cert(*certificates.NAMES).configure_cert(self._context)
        self._context.set_alpn_protocols(["h2"])

    def __call__(self, peer: Peer) -> None:
        """Serve one connection to its end."""
        from h2.config import H2Configuration
        from h2.connection import H2Connection

        peer.start_tls(self._context)
        connection = H2Connection(H2Configuration(client_side=False))
        connection.initiate_connection()
        peer.send(connection.data_to_send())
        methods: dict[int, str] = {}
        while not peer.closed:
            try:
                data = peer.socket.recv(65536)
            except OSError as problem:
                raise PeerGone from problem
            if not data:
                raise PeerGone
            for event in connection.receive_data(data):
                self._response(connection, event, methods)
            peer.send(connection.data_to_send())

    def _response(self, connection: Any, event: Any, methods: dict[int, str]) -> None:
        from h2.events import DataReceived, RequestReceived, StreamEnded

        if isinstance(event, RequestReceived):
            methods[event.stream_id] = dict(event.headers)[b":method"].decode()
        elif isinstance(event, DataReceived):
            connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, StreamEnded) and methods[event.stream_id] == "POST":
            self.trainings += 1
            # To the HTTP library this says that the training was not looked at, and it sends it again.
            connection.close_connection(last_stream_id=event.stream_id - 2)
        elif isinstance(event, StreamEnded):
            body = json.dumps({"models": [dict(MODEL)]}).encode()
            connection.send_headers(
                event.stream_id, [(":status", "200"), ("content-type", "application/json")]
            )
            connection.send_data(event.stream_id, body, end_stream=True)


@pytest.mark.parametrize("source", ["bytes", "stream"])
@pytest.mark.parametrize("max_retries", [0, 2])
def test_a_connection_that_ends_does_not_repeat_a_training(mode: Mode, source: str, max_retries: int) -> None:
    """The body of a training is read once, so that the HTTP library cannot send it again by itself."""
    ends = Ends()

    async def scenario(client: Any) -> Any:
        await mode.settle(client.image_models.list_all_models())
        image = IMAGE if source == "bytes" else Stream(IMAGE)
        with pytest.raises(errors.APIConnectionError) as caught:
            await mode.settle(client.image_models.train_model(image_sample_files=[image]))
        assert len((await mode.settle(client.image_models.list_all_models())).models) == 1
        return caught.value

    with FaultServer(lambda peer: None, on_connect=ends) as server:
        options = {"base_url": f"https://127.0.0.1:{server.port}", "http2": True, "max_retries": max_retries}
        error = mode.use(lambda: mode.client(access_token=SECRET, **options), scenario)

    assert error.may_have_been_processed is True
    assert ends.trainings == 1
