"""The product's side of the callbacks: an address that keeps what WeChat posts to it."""

import contextlib
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Receiver:
    """`statuses`: of the next answers; `drops`: how many connections are closed instead; `crypto`:
    what opens an echo that is sealed; `slow`: seconds before each answer."""

    url: str = ""
    echoes: bool = True
    slow: float = 0
    crypto: Any = None
    answer: str = "success"
    statuses: list[int] = field(default_factory=list)
    drops: int = 0
    leads_to: str = ""  # where the answers lead
    asked: int = 0  # how often something was asked for, and not posted
    posts: list[tuple[dict, str]] = field(default_factory=list)  # query and body
    lock: threading.Lock = field(default_factory=threading.Lock)

    def echo(self, query: dict) -> str:
        if self.crypto is None:
            return query["echostr"]
        names = ("msg_signature", "timestamp", "nonce", "echostr")
        return self.crypto.check_signature(*(query[name] for name in names))

    def take(self, query: dict, body: str) -> int | None:
        with self.lock:
            self.posts.append((query, body))
            if self.drops:
                self.drops -= 1
                return None
            return self.statuses.pop(0) if self.statuses else 200


@contextlib.contextmanager
def receiving():
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            receiver.asked += 1
            self.reply(200, receiver.echo(self.query()) if receiver.echoes else "no")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status = receiver.take(self.query(), body)
            time.sleep(receiver.slow)
            if status is not None:
                self.reply(status, receiver.answer)

        def query(self) -> dict:
            found = parse_qs(urlsplit(self.path).query)
            return {name: values[0] for name, values in found.items()}

        def reply(self, status: int, text: str) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            if receiver.leads_to:
                self.send_header("Location", receiver.leads_to)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *args) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver.url = f"http://127.0.0.1:{server.server_port}/wx"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
