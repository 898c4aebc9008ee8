"""The sandbox in a process of its own, and a hand on its controls."""

import json
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import requests

from haina.sandbox.world import DEMO_APPID, DEMO_SECRET
from tests.architecture.sources import ROOT


class Refused(Exception):
    """The sandbox did not do what a test asked of it."""


class Sandbox:
    """Drives the sandbox over HTTP. `appid` and `secret` are those of its first account."""

    appid, secret = DEMO_APPID, DEMO_SECRET

    def __init__(self, url: str) -> None:
        self.url = url

    def do(self, path: str, **given) -> dict:
        """POST to one of the endpoints of docs/sandbox.md."""
        return self.answer(requests.post(f"{self.url}/sandbox/{path}", json=given, timeout=60))

    def see(self, path: str, **query) -> dict:
        return self.answer(requests.get(f"{self.url}/sandbox/{path}", query, timeout=60))

    def answer(self, reply) -> dict:
        if not reply.ok:
            raise Refused(reply.text)
        return reply.json()

    def reset(self, *, empty: bool = False) -> None:
        """A world as at the start; empty: nobody follows, there are no tags."""
        self.do("reset", empty=empty)

    def openids(self, *, following: bool = True, **account) -> list[str]:
        """Who follows the account (appid=), in that order, or who does not."""
        people = [each for each in self.people(**account) if each["subscribed"] == following]
        return [each["openid"] for each in sorted(people, key=lambda each: each["order"])]

    def people(self, **account) -> list[dict]:
        return self.see("people", **account)["people"]

    def follow(self, openid: str, **more) -> None:
        self.do("follow", openid=openid, **more)

    def unfollow(self, openid: str, **more) -> None:
        self.do("unfollow", openid=openid, **more)

    def scan(self, openid: str, scene: str, **more) -> None:
        """Scan the latest code with this scene."""
        self.do("scan", openid=openid, scene=scene, **more)

    def say(self, openid: str, text: str, **more) -> None:
        self.do("say", openid=openid, text=text, **more)

    def fault(self, endpoint: str = "*", **how) -> int:
        """What goes wrong: slow=, drop=, errcode=, errmsg=, status=; times= (None: for ever)."""
        return self.do("faults/add", endpoint=endpoint, **how)["id"]

    def clear_faults(self) -> None:
        self.do("faults/clear")

    def calls(self, endpoint: str = "") -> list[dict]:
        return self.see("calls", endpoint=endpoint)["calls"]

    def inbox(self, openid: str) -> list[dict]:
        return self.see("inbox", openid=openid)["messages"]

    def server(self, **how) -> dict:
        """服务器配置: url=, token=, aes_key=, mode=; verify=False takes it without the echo."""
        return self.do("server", **how)

    def delivered(self) -> list[dict]:
        """The callbacks, once none is under way any more."""
        end = time.monotonic() + 60
        while (told := self.see("callbacks"))["under_way"] and time.monotonic() < end:
            time.sleep(0.02)
        assert told["under_way"] == 0
        return told["callbacks"]


class Api:
    """A client that knows nothing but WeChat's documentation. It calls endpoints with the account's
    token, and gives the JSON that came back."""

    def __init__(self, sandbox) -> None:
        self.url = sandbox.url
        self.own = {"appid": sandbox.appid, "secret": sandbox.secret}
        self.token = self.bare("cgi-bin/token", grant_type="client_credential")["access_token"]

    def bare(self, path: str, body: dict | None = None, **query) -> dict:
        """Without a token; AppID and AppSecret go along, unless they are given."""
        given = {**self.own, **query} if body is None else query
        return self.call(path, body, given)

    def get(self, path: str, **query) -> dict:
        return self.call(f"cgi-bin/{path}", None, {"access_token": self.token, **query})

    def post(self, path: str, **body) -> dict:
        return self.call(f"cgi-bin/{path}", body, {"access_token": self.token})

    def call(self, path: str, body: dict | None, query: dict) -> dict:
        method, data = "GET", None
        if body is not None:
            method, data = "POST", json.dumps(body, ensure_ascii=False).encode()
        reply = requests.request(method, f"{self.url}/{path}", params=query, data=data, timeout=30)
        reply.raise_for_status()
        return reply.json()


@contextmanager
def running(log):
    """A sandbox on a free port of the loopback; it is ended afterwards."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(512)
        port, number = listener.getsockname()[1], listener.fileno()
        with log.open("ab") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "haina.sandbox", "--fd", str(number)],
                cwd=ROOT,
                stdout=out,
                stderr=out,
                pass_fds=(number,),
            )
    try:
        yield Sandbox(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(30)
