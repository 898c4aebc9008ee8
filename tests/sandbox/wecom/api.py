"""Clients that know nothing but WeCom's documentation."""

import json

import requests

from haina.sandbox.wecom import seeds


class Wecom:
    """Calls endpoints, and gives the JSON that came back."""

    def __init__(self, sandbox) -> None:
        self.sandbox, self.query = sandbox, {}

    def get(self, path: str, **query) -> dict:
        return self.call("GET", path, {**self.query, **query})

    def post(self, path: str, **body) -> dict:
        return self.call("POST", path, self.query, json.dumps(body, ensure_ascii=False).encode())

    def call(self, method: str, path: str, query: dict, data: bytes | None = None) -> dict:
        url = f"{self.sandbox.url}/wecom/cgi-bin/{path}"
        reply = requests.request(method, url, params=query, data=data, timeout=30)
        reply.raise_for_status()
        return reply.json()


class Corp(Wecom):
    """With the token of one of a corp's secrets."""

    def __init__(self, sandbox, secret: str, corpid: str = seeds.CORPID) -> None:
        super().__init__(sandbox)
        self.own = {"corpid": corpid, "corpsecret": secret}
        self.renew()

    def renew(self) -> str:
        token = Wecom(self.sandbox).get("gettoken", **self.own)["access_token"]
        self.query = {"access_token": token}
        return token

    def code(self, path: str, **body) -> int:
        """Of a POST."""
        return self.post(path, **body)["errcode"]

    def create(self, userid: str, mobile: str = "", **more) -> int:
        """The code of user/create with the least that is wanted."""
        given = {"name": "新人", "department": [1], "mobile": mobile or "13800000001", **more}
        return self.code("user/create", userid=userid, **given)
