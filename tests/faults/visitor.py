"""Somebody at the console of the demo account, over HTTP."""

import uuid
from pathlib import PurePosixPath

import requests

from haina.demo.data import CREATOR, PASSWORD, SLUG

PATIENCE = 60  # seconds until an answer, on a busy machine
TOKEN = "haina-csrf"
RESIDENTS = f"{SLUG}/residents/"


class Visitor:
    def __init__(self, address: str) -> None:
        self.base, self.session = f"{address}/", requests.Session()
        # gunicorn ends a connection whose upload it has not read to the end, after saying it won't
        self.session.headers["Connection"] = "close"

    def sign_in(self, name: str = CREATOR) -> requests.Response:
        self.get("sign-in/")
        return self.post("sign-in/", username=name, password=PASSWORD)

    def get(self, path: str = RESIDENTS, **query: str) -> requests.Response:
        return self.ask("GET", path, params=query)

    def post(self, path: str, files=None, headers=None, **fields: str) -> requests.Response:
        fields["csrfmiddlewaretoken"] = self.session.cookies.get(TOKEN, "")
        return self.ask("POST", path, data=fields, files=files, headers=headers)

    def ask(self, method: str, path: str, **more) -> requests.Response:
        more |= {"timeout": PATIENCE, "allow_redirects": False}
        return self.session.request(method, self.base + path, **more)

    def register(self, phone: str, name: str = "赵小明", headers=None) -> requests.Response:
        """添加住户 in the first room of the demo's community."""
        room = {"community": "1", "at_0": "1", "at_1": "1", "at_2": "101"}
        told = {"name": name, "gender": "male", "phone": phone, "identity": "owner"} | room
        return self.post(f"{RESIDENTS}add/", headers=headers, **told)

    def export(self) -> requests.Response:
        """导出楼层结构: a job that makes a file."""
        told = {"community": "1", "once": uuid.uuid4().hex}
        return self.post(f"{SLUG}/communities/structure/", **told)

    def upload(self, content: bytes) -> requests.Response:
        told = {"community": "1", "once": uuid.uuid4().hex[:16]}
        path = f"{RESIDENTS}import/"
        return self.post(path, files={"file": ("住户.xlsx", content)}, **told)


def job_of(answer: requests.Response) -> int:
    """The job that an answer leads to."""
    assert answer.status_code == 302, answer.status_code
    return int(PurePosixPath(answer.headers["Location"]).name)
