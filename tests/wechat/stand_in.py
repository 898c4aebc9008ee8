"""A server in WeChat's place that says what a test wants: for what the sandbox has no words for."""

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class StandIn(ThreadingHTTPServer):
    """Answers a path by what `answers` holds for it: a dict, bytes, or a function of the query and
    the body that returns either. `asked` has the path of every call; 0 seconds pass before an
    answer; a 302 leads to /elsewhere."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.answers: dict[str, dict | bytes | Callable] = {}
        self.asked: list[str] = []
        self.seconds = 0.0
        self.status = 200
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def times(self, path: str) -> int:
        return self.asked.count(path)

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


class Answering(BaseHTTPRequestHandler):
    def do_POST(self):
        self.answer()

    def do_GET(self):
        self.answer()

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        address = urlsplit(self.path)
        self.server.asked.append(address.path)
        time.sleep(self.server.seconds)
        told = self.server.answers[address.path]
        if callable(told):
            told = told(parse_qs(address.query), json.loads(body or b"null"))
        sent = told if isinstance(told, bytes) else json.dumps(told).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(sent)))
        if self.server.status == 302:
            self.send_header("Location", f"{self.server.url}/elsewhere")
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, *parts) -> None:
        pass
