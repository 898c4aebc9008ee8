"""People who register residents all the time, and remember what they were told."""

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import requests

from tests.faults.visitor import Visitor

phones = itertools.count(13_000_000_000)


class Writers:
    """`saved` were acknowledged, `refused` were answered 503. Anything else that was answered, or
    no answer at all, is in `broken`."""

    def __init__(self, visitors: list[Visitor]) -> None:
        self.saved, self.refused, self.broken = [], [], []
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self.write, args=[each]) for each in visitors]

    def write(self, visitor: Visitor) -> None:
        while not self.over.is_set():
            phone = str(next(phones))
            try:
                self.note(phone, visitor.register(phone))
            except requests.RequestException as error:
                self.broken.append((phone, repr(error)))

    def note(self, phone: str, answer: requests.Response) -> None:
        if answer.status_code == requests.codes.found and "add" not in answer.headers["Location"]:
            self.saved.append(phone)
        elif answer.status_code == requests.codes.unavailable and "Retry-After" in answer.headers:
            self.refused.append(phone)
        else:
            self.broken.append((phone, answer.status_code))


@contextmanager
def writing(visitors: list[Visitor]) -> Iterator[Writers]:
    writers = Writers(visitors)
    for thread in writers.threads:
        thread.start()
    try:
        yield writers
    finally:
        writers.over.set()
        for thread in writers.threads:
            thread.join()
