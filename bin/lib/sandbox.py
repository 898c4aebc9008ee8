"""The stand-in for WeChat's servers, which bin/run starts unless HAINA_SANDBOX=0 is set."""

import json
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from packages import PYTHON
from ports import listen_on
from processes import Daemon
from steps import ROOT, say

BASES = ("WECHAT_API_BASE", "WECHAT_OPEN_BASE", "WECHAT_MP_BASE", "SMS_ENDPOINT")
WECOM_BASES = ("WECOM_API_BASE", "WECOM_OPEN_BASE")  # below /wecom: some paths are the other's too
# The suite that the sandbox knows
SUITE = {
    "WECOM_SUITE_ID": "wwsuite00000000001",
    "WECOM_SUITE_SECRET": "sandbox-suite-secret-00000000000000000001",
    "WECOM_SUITE_TOKEN": "sandboxsuitetoken",
    "WECOM_SUITE_AES_KEY": "sandboxsuitesandboxsuitesandboxsuite0000001",
    "WECOM_PROVIDER_CORP_ID": "wwprovider00000001",
}


class Sandbox:
    def __init__(self, var: Path) -> None:
        self.daemon = Daemon("sandbox", var)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.daemon.facts['port']}"

    @property
    def settings(self) -> dict[str, str]:
        """The product's settings that lead to it; none while it is not up."""
        if not self.daemon.alive:
            return {}
        wecom = dict.fromkeys(WECOM_BASES, f"{self.url}/wecom")
        return {"HAINA_SANDBOX": "1", **dict.fromkeys(BASES, self.url), **wecom, **SUITE}

    def start(self, port: int, env: Mapping[str, str]) -> dict[str, str]:
        """On this port or the next free one; the settings that lead to it."""
        if env.get("HAINA_SANDBOX") == "0":
            return {}
        with listen_on(port) as socket:
            number = socket.fileno()
            command = [PYTHON, "-m", "haina.sandbox", "--fd", number]
            # Of the product's settings and secrets it is told none.
            own = {name: env[name] for name in ("PATH", "PYTHONUNBUFFERED") if name in env}
            where = {"port": socket.getsockname()[1], "cwd": ROOT, "env": own}
            self.daemon.start(command, pass_fds=(number,), **where)
        return self.settings

    def tell_address(self, address: str) -> None:
        """Where the product takes the suite's commands: the sandbox pushes a ticket there at once.
        Without it everything else works."""
        if self.daemon.process is None:
            return
        given = {
            "suite_id": SUITE["WECOM_SUITE_ID"],
            "url": f"{address}wecom/suite/",
            "token": SUITE["WECOM_SUITE_TOKEN"],
            "aes_key": SUITE["WECOM_SUITE_AES_KEY"],
        }
        request = urllib.request.Request(  # noqa: S310 - our own, on the loopback
            f"{self.url}/sandbox/wecom/server",
            json.dumps(given).encode(),
            {"Content-Type": "application/json"},
        )
        try:
            urllib.request.urlopen(request, timeout=30).close()  # noqa: S310
        except OSError as error:
            say(f"the sandbox's suite was not told of {given['url']}: {error}")
