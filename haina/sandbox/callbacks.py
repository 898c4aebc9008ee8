"""What WeChat posts to an account's address: signed, sealed, and repeated when nobody answers."""

import itertools
import random
import secrets
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from haina.sandbox import sealing
from haina.sandbox.world import Account, Server, world

PATIENCE = 5  # seconds for an answer
TRIES, BETWEEN_TRIES = 3, 5
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
ANSWERS = ("", "success")
KEPT = 5_000


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args, **kwargs) -> None:
        return None


# No proxy of the environment: only the loopback is asked.
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)


@dataclass
class Delivery:
    """One message on its way. Its repetitions are the same bytes at the same address."""

    id: int
    appid: str
    fields: dict
    url: str
    body: bytes
    patience: float = PATIENCE
    tries: list[dict] = field(default_factory=list)
    waiting: int = 0  # copies that are not over

    def told(self) -> dict:
        names = ("Event", "InfoType", "MsgType")
        event = next(value for name in names if (value := self.fields.get(name)))
        return {
            "id": self.id,
            "appid": self.appid,
            "event": event,
            "openid": self.fields.get("FromUserName", ""),
            "change": self.fields.get("ChangeType", ""),
            "tries": self.tries,
            "done": not self.waiting,
        }


class Deliveries:
    """Sends messages from threads of its own; may be told to hold, repeat and shuffle them."""

    def __init__(self) -> None:
        self.threads = ThreadPoolExecutor(8, thread_name_prefix="callback")
        self.ids = itertools.count(1)
        self.all: list[Delivery] = []
        self.held: list[Delivery] = []
        self.hold, self.copies = False, 1
        self.between_tries = float(BETWEEN_TRIES)
        self.closed = False

    def send(self, account: Account, fields: dict) -> None:
        if account.server.url:
            self.put(account.appid, fields, *sealed(account, fields))

    def put(
        self, owner: str, fields: dict, url: str, body: bytes, patience: float = PATIENCE
    ) -> None:
        """Post it as soon as possible, or when what is held is released."""
        delivery = Delivery(next(self.ids), owner, fields, url, body, patience)
        self.all = [*self.all[-KEPT:], delivery]
        if self.hold:
            self.held.append(delivery)
        else:
            self.start(delivery)

    def start(self, delivery: Delivery) -> None:
        delivery.waiting = self.copies
        for _ in range(self.copies):
            self.threads.submit(self.attempt, delivery, 1)

    def release(self, *, shuffle: bool) -> int:
        """Send what was held, in another order if asked; how many that were."""
        held, self.held, self.hold = self.held, [], False
        sending = [delivery for delivery in held for _ in range(self.copies)]
        for delivery in held:
            delivery.waiting = self.copies
        if shuffle:
            random.shuffle(sending)
        for delivery in sending:
            self.threads.submit(self.attempt, delivery, 1)
        return len(sending)

    def attempt(self, delivery: Delivery, number: int) -> None:
        if self.closed:
            return
        told = post(delivery.url, delivery.body, delivery.patience)
        with world.lock:
            delivery.tries.append(told)
            again = told["status"] != 200 and number < TRIES
            delivery.waiting -= not again
            if not again and not told["proper"] and delivery.fields.get("MsgType") == "text":
                world.inbox.append(apology(delivery))
        if again:
            later = threading.Timer(self.between_tries, self.attempt, (delivery, number + 1))
            later.daemon = True
            later.start()

    def under_way(self) -> int:
        return sum(bool(each.waiting) for each in self.all)

    def close(self) -> None:
        """What has not been sent yet is forgotten."""
        self.closed = True
        self.threads.shutdown(wait=False, cancel_futures=True)


def apology(delivery: Delivery) -> dict:
    """What WeChat shows to somebody whose message has not been answered properly."""
    return {
        "kind": "notice",
        "appid": delivery.appid,
        "openid": delivery.fields["FromUserName"],
        "at": world.now(),
        "title": "系统提示",
        "lines": ["该公众号暂时无法提供服务，请稍后再试"],
        "url": "",
    }


current = Deliveries()


def deliveries() -> Deliveries:
    return current


def restart() -> None:
    """Begin anew; what is still to be sent is forgotten."""
    global current
    current.close()
    current = Deliveries()


def post(url: str, body: bytes, patience: float) -> dict:
    """The status, None for no answer in time, and whether the answer was a proper one."""
    began = time.monotonic()
    request = urllib.request.Request(url, body, {"Content-Type": "text/xml"})  # noqa: S310 - see loopback
    try:
        with opener.open(request, timeout=patience) as reply:
            status, text = reply.status, reply.read(10_000).decode(errors="replace")
    except urllib.error.HTTPError as error:
        status, text = error.code, ""
    except OSError:
        status, text = None, ""
    proper = status == 200 and (text in ANSWERS or text.startswith("<xml>"))
    milliseconds = (time.monotonic() - began) * 1000
    return {"status": status, "proper": proper, "milliseconds": milliseconds}


def sealed(account: Account, fields: dict) -> tuple[str, bytes]:
    """The address with its signatures, and the body as the account's mode wants it."""
    server, (query, parts) = account.server, signed(account.server)
    query["openid"] = fields["FromUserName"]
    if server.mode == "plain":
        return joined(server.url, query), sealing.as_xml(fields).encode()
    secret = sealing.encrypt(sealing.as_xml(fields), server.aes_key, account.appid)
    query["encrypt_type"] = "aes"
    query["msg_signature"] = sealing.signature(*parts, secret)
    shown = fields if server.mode == "compatible" else {"ToUserName": fields["ToUserName"]}
    return joined(server.url, query), sealing.as_xml({**shown, "Encrypt": secret}).encode()


def signed(server: Server) -> tuple[dict, tuple[str, str, str]]:
    timestamp, nonce = str(int(world.now())), str(secrets.randbelow(10**10))
    parts = (server.token, timestamp, nonce)
    signature = sealing.signature(*parts)
    return {"signature": signature, "timestamp": timestamp, "nonce": nonce}, parts


def joined(url: str, query: dict) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"


def loopback(url: str) -> bool:
    """Is it an address of this machine? The sandbox calls and leads to no other."""
    try:
        address = urlsplit(url)
        _port = address.port
    except ValueError:
        return False
    return address.scheme in ("http", "https") and address.hostname in LOOPBACK


def answers_echo(server: Server) -> bool:
    """The verification of 服务器配置: does the address send echostr back as it is?"""
    echo = str(secrets.randbelow(10**19))
    query, _parts = signed(server)
    return sends_back(joined(server.url, {**query, "echostr": echo}), echo)


def sends_back(url: str, echo: str) -> bool:
    """Is the answer of the address the echo, and nothing else?"""
    try:
        with opener.open(url, timeout=PATIENCE) as reply:
            return reply.status == 200 and reply.read(1_000).decode(errors="replace") == echo
    except OSError:
        return False
