"""What Prometheus reads. Requests are counted here, over all processes of this web server (see
haina/gunicorn.py); all the rest is read from the rows when somebody asks.

Labels are of closed sets: names of routes, kinds, states, codes. Nothing of a person or of an
account is a label.
"""

from datetime import datetime

from django.db import Error, connection, transaction
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from haina.health.figures import FIGURES, Figure
from haina.health.readiness import PATIENCE

OF_THIS_PROCESS = CollectorRegistry()
REQUESTS = Histogram(
    "haina_request_seconds",
    "Requests by method, route and status, and how long they took",
    ["method", "route", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=OF_THIS_PROCESS,
)


def count(method: str, route: str, status: int, seconds: float) -> None:
    REQUESTS.labels(method, route or "none", status).observe(seconds)


def page(*, now: datetime) -> bytes:
    """All of it, as text."""
    registry = CollectorRegistry()
    try:
        MultiProcessCollector(registry)
    except ValueError:  # no directory to share: this is the only process
        registry.register(OF_THIS_PROCESS)
    registry.register(Rows(now))
    return generate_latest(registry)


class Rows:
    """Figures of the database in a constant number of queries; one that takes too long, or waits
    for a lock, is left out. Without a database, that it is down."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self):
        found, answers = [], True
        for figure in FIGURES:
            try:
                found.append(self.family(figure))
            except Error:
                answers = connection.connection is not None and connection.is_usable()
                if not answers:
                    break
        yield GaugeMetricFamily("haina_database_up", "Did it answer?", value=answers)
        yield from found

    @transaction.atomic
    def family(self, figure: Figure) -> GaugeMetricFamily:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = %s", [f"{PATIENCE}s"])
        family = GaugeMetricFamily(figure.name, figure.about, labels=figure.labels)
        for labels, value in figure.values(self.now):
            family.add_metric([str(label) for label in labels], value)
        return family
