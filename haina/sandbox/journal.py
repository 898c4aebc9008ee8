"""Every call to the sandbox, for whoever tests a client: what it asked, and what it was told."""

from collections import Counter, deque
from dataclasses import asdict, dataclass

KEPT = 5_000
SECRET = {"secret", "appsecret", "corpsecret", "suite_secret", "permanent_code"}


@dataclass
class Entry:
    at: float
    method: str
    endpoint: str
    query: dict
    body: dict
    errcode: int | None  # None: no answer, or none with an errcode
    milliseconds: float


class Journal:
    """The latest calls, and of all of them how many there were and how long they took."""

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque(maxlen=KEPT)
        self.count: Counter[str] = Counter()
        self.seconds: Counter[str] = Counter()

    def add(self, entry: Entry) -> None:
        self.entries.append(entry)
        self.count[entry.endpoint] += 1
        self.seconds[entry.endpoint] += entry.milliseconds / 1000

    def told(self, endpoint: str = "") -> dict:
        calls = [asdict(each) for each in self.entries if not endpoint or each.endpoint == endpoint]
        return {"calls": calls, "count": dict(self.count), "seconds": dict(self.seconds)}


def without_secrets(values: dict) -> dict:
    return {key: "***" if key in SECRET else value for key, value in values.items()}
