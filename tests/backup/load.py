"""People who work while something else happens: each act is whole when its function returns."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

from tests.jobs.processes import wait_until

BREATH = 0.2  # seconds between two acts: what is measured besides them gets its turn


class Load:
    def __init__(self, acts: dict[str, Callable[[int], None]]) -> None:
        self.acts, self.done = acts, dict.fromkeys(acts, 0)
        self.is_over, self.raised = threading.Event(), []

    def goes_on(self) -> None:
        """Wait until each has been done once more, from beginning to end."""
        goal = {name: number + 2 for name, number in self.done.items()}
        assert wait_until(lambda: self.raised or self.reached(goal), 30)
        assert self.raised == []

    def reached(self, goal: dict[str, int]) -> bool:
        return all(self.done[name] >= number for name, number in goal.items())

    def repeat(self, name: str) -> None:
        try:
            while not self.is_over.wait(BREATH):
                self.acts[name](self.done[name])
                self.done[name] += 1
        except BaseException as error:
            self.raised.append(error)
            raise
        finally:
            connection.close()


@contextmanager
def under(**acts) -> Iterator[Load]:
    load = Load(acts)
    threads = [threading.Thread(target=load.repeat, args=[name]) for name in acts]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        load.is_over.set()
        for thread in threads:
            thread.join()
