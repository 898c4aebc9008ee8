import contextlib
import socket
import threading

import pytest

from haina.wechat.models import Connection
from tests import make
from tests.wechat.stand_in import StandIn


@pytest.fixture
def stand_in(settings):
    """A server that gives out one token and knows no tags, until a test says otherwise."""
    server = StandIn()
    server.answers["/cgi-bin/stable_token"] = {"access_token": "TOKEN-1", "expires_in": 7200}
    server.answers["/cgi-bin/tags/get"] = {"tags": []}
    settings.WECHAT_API_BASE = server.url
    yield server
    server.stop()


@pytest.fixture
def connection(account) -> Connection:
    return make.wechat(account)


@pytest.fixture
def demo(account, sandbox) -> Connection:
    """Connected with the account of the sandbox."""
    return make.wechat(account, app_id=sandbox.appid, secret=sandbox.secret)


@pytest.fixture
def closed_port():
    """Nobody listens there, and nobody else gets it meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


class Hung:
    """Takes connections, and says nothing."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.open: list[socket.socket] = []
        threading.Thread(target=self.take, daemon=True).start()

    @property
    def taken(self) -> int:
        return len(self.open)

    def take(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self.open.append(self.socket.accept()[0])

    def stop(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        for each in (self.socket, *self.open):
            each.close()


@pytest.fixture
def hung_port():
    hung = Hung()
    yield hung
    hung.stop()
