"""What everybody was told, for the reckoning at the end."""

from collections import Counter, defaultdict

import requests

SIGN_IN = "sign in"
FOUND, UNAVAILABLE = requests.codes.found, requests.codes.unavailable


class Ledger:
    """Lists are appended to by many threads, which Python does whole."""

    def __init__(self) -> None:
        self.acknowledged = defaultdict(list)  # by kind of act: what it was about
        self.answers = Counter()
        self.broken = []  # neither done, nor a 503 that says when to come back

    def note(self, kind: str, about, answer: requests.Response) -> bool:
        """Whether the act was acknowledged."""
        self.answers[answer.status_code] += 1
        if answer.status_code in (FOUND, requests.codes.ok):
            self.acknowledged[kind].append(about)
            return True
        if kind == SIGN_IN and answer.status_code == requests.codes.too_many:
            return False  # a try was counted whose answer, and whose taking back, was lost
        if answer.status_code != UNAVAILABLE or "Retry-After" not in answer.headers:
            self.broken.append(f"{kind}: {answer.status_code}")
        return False
