"""A PostgreSQL and a Valkey that can be hurt. They come back at the address where they were."""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress

import psycopg
from redis import Redis

from tests.faults.library import postgres, steps, valkey

SECONDS = 120  # until an engine answers, on a busy machine
MOST_CONNECTIONS = 40
CUT = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND usename = current_user
"""


class Postgres(postgres.Postgres):
    @property
    def options(self) -> list[str]:
        return [*super().options, "-c", f"max_connections={MOST_CONNECTIONS}"]

    def restart(self) -> None:
        """As `pg_ctl restart -m immediate`: no backend finishes anything; the log is replayed."""
        port = self.facts["port"]
        self.stop(politely=signal.SIGQUIT)
        self.begin(port)
        assert self.becomes_ready(SECONDS), self.failure()

    def configure(self, name: str, value: str) -> None:
        """Choose a setting of the running server, as its owner may and the product may not."""
        (self.data / "postgresql.auto.conf").write_text(f"{name} = '{value}'\n")
        os.kill(self.facts["pid"], signal.SIGHUP)
        assert steps.wait_until(lambda: self.query(f"SHOW {name}") == [(value,)], SECONDS)

    def query(self, text: str, *values) -> list[tuple]:
        with psycopg.connect(self.address, autocommit=True) as connection:
            cursor = connection.execute(text, values)
            return cursor.fetchall() if cursor.description else []

    def cut(self, which: str = "true") -> int:
        """End the connections of the product, or those of them that a condition names."""
        return self.query(f"{CUT} AND {which}")[0][0]

    @contextmanager
    def answering_no_commit(self) -> Iterator[None]:
        """A COMMIT is written, and then waits for a standby that will never be there."""
        self.configure("synchronous_standby_names", "nobody")
        try:
            yield
        finally:
            self.configure("synchronous_standby_names", "")

    @contextmanager
    def exhausted(self) -> Iterator[None]:
        """All connections are somebody else's, those of the product too."""
        with ExitStack() as held:
            mine = []
            while True:
                mine += taken(held, self.address)
                pids = [connection.info.backend_pid for connection in mine]
                if not mine[0].execute(f"{CUT} AND pid <> ALL(%s)", [pids]).fetchone()[0]:
                    break
            yield

    @contextmanager
    def full(self, table: str) -> Iterator[None]:
        """PostgreSQL answers each write to a table as it does when its disk is full."""
        self.query(
            "CREATE OR REPLACE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = 'disk_full'; END $$"
        )
        self.query(
            f"CREATE TRIGGER a_full_disk BEFORE INSERT OR UPDATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION no_space()"
        )
        try:
            yield
        finally:
            self.query(f"DROP TRIGGER a_full_disk ON {table}")


def taken(held: ExitStack, address: str) -> list[psycopg.Connection]:
    """As many connections as there are."""
    found = []
    with suppress(psycopg.OperationalError):
        while True:
            found.append(held.enter_context(closing(psycopg.connect(address, autocommit=True))))
    return found


class Valkey(valkey.Valkey):
    @property
    def client(self) -> Redis:
        return Redis.from_url(self.address, socket_timeout=SECONDS)

    @property
    def pushes(self) -> int:
        """How many messages were handed to it, those that a waiting worker got at once too."""
        return self.client.info("commandstats").get("cmdstat_lpush", {"calls": 0})["calls"]

    @contextmanager
    def stopped(self) -> Iterator[None]:
        port = self.facts["port"]
        self.stop()
        try:
            yield
        finally:
            self.begin(port)
            assert self.becomes_ready(SECONDS), self.failure()

    @contextmanager
    def hung(self) -> Iterator[None]:
        """It takes connections, and never answers."""
        os.kill(self.facts["pid"], signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.facts["pid"], signal.SIGCONT)

    @contextmanager
    def full(self) -> Iterator[None]:
        """It refuses whatever would need memory."""
        with self.client as client:
            client.config_set("maxmemory", "1")  # the policy is noeviction unless somebody chose
            try:
                yield
            finally:
                client.config_set("maxmemory", "0")

    def flush(self) -> None:
        with self.client as client:
            client.flushall()
