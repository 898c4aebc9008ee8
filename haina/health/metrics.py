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
    """Figures of the database in a constant number of queries; without it, that it is down."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = %s", [f"{PATIENCE}s"])
                found = [self.family(figure) for figure in FIGURES]
        except Error:
            found = []
        yield GaugeMetricFamily("haina_database_up", "Did it answer?", value=bool(found))
        yield from found

    def family(self, figure: Figure) -> GaugeMetricFamily:
        family = GaugeMetricFamily(figure.name, figure.about, labels=figure.labels)
        for labels, value in figure.values(self.now):
            family.add_metric([str(label) for label in labels], value)
        return family
