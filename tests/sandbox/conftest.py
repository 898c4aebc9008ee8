"""A client that knows nothing but WeChat's own documentation."""

import json

import pytest
import requests


class Api:
    """Calls an endpoint with the account's token, and gives the JSON that came back."""

    def __init__(self, sandbox) -> None:
        self.url = sandbox.url
        self.own = {"appid": sandbox.appid, "secret": sandbox.secret}
        self.token = self.bare("cgi-bin/token", grant_type="client_credential")["access_token"]

    def bare(self, path: str, body: dict | None = None, **query) -> dict:
        """Without a token; AppID and AppSecret go along, unless they are given."""
        given = {**self.own, **query} if body is None else query
        return self.call(path, body, given)

    def get(self, path: str, **query) -> dict:
        return self.call(f"cgi-bin/{path}", None, {"access_token": self.token, **query})

    def post(self, path: str, **body) -> dict:
        return self.call(f"cgi-bin/{path}", body, {"access_token": self.token})

    def call(self, path: str, body: dict | None, query: dict) -> dict:
        method, data = "GET", None
        if body is not None:
            method, data = "POST", json.dumps(body, ensure_ascii=False).encode()
        reply = requests.request(method, f"{self.url}/{path}", params=query, data=data, timeout=30)
        reply.raise_for_status()
        return reply.json()


@pytest.fixture
def api(sandbox):
    return Api(sandbox)
