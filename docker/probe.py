"""Asks the web server, and ends with 1 unless all is well: probe.py ADDRESS [CHECK OF /readyz]"""

import json
import os
import sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen


def main(address: str, check: str = "") -> bool:
    host = os.environ["ALLOWED_HOSTS"].split(",")[0].strip().lstrip(".")
    request = Request(address, headers={"Host": host})  # noqa: S310 - compose.yaml's own addresses
    try:
        with urlopen(request, timeout=10) as answer:  # noqa: S310
            return not check or json.load(answer)[check] == "ok"
    except HTTPError as answer:  # 503: something has failed, perhaps something else
        return bool(check) and json.load(answer).get(check) == "ok"


sys.exit(0 if main(*sys.argv[1:]) else 1)
