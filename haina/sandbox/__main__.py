"""python -m haina.sandbox --port 8100, or --fd N for a socket that somebody else has opened."""

import argparse

from gunicorn.app.base import BaseApplication

THREADS = 32


class Server(BaseApplication):
    """The product's WSGI server, with the one process that holds all state, on the loopback."""

    def __init__(self, bind: str) -> None:
        self.chosen = {
            "bind": bind,
            "workers": 1,
            "threads": THREADS,
            "worker_class": "gthread",
            "timeout": 0,  # answers may be slow on purpose
            "graceful_timeout": 1,
            "control_socket_disable": True,
            "loglevel": "warning",
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.chosen.items():
            self.cfg.set(name, value)

    def load(self):
        from haina.sandbox.wsgi import make_application

        return make_application()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m haina.sandbox", description=__doc__)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--port", type=int, help="a port of 127.0.0.1")
    where.add_argument("--fd", type=int, help="a listening socket")
    asked = parser.parse_args()
    Server(f"127.0.0.1:{asked.port}" if asked.fd is None else f"fd://{asked.fd}").run()


if __name__ == "__main__":
    main()
