"""The phone of a made-up WeChat user: WeChat's browser, and the consent that WeChat asks for."""

import re
from urllib.parse import urlsplit

import requests
from django.test import Client

USER_AGENT = "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 MicroMessenger/8.0.50"


class Phone:
    def __init__(self, sandbox, person: dict) -> None:
        # By the loopback's name: the sandbox leads to no other.
        self.client = Client(SERVER_NAME="127.0.0.1", headers={"user-agent": USER_AGENT})
        self.openid, self.nickname = person["openid"], person["nickname"]
        self.cookies = {"sandbox-person": person["unionid"]}
        self.url = sandbox.url

    def get(self, path: str):
        return self.client.get(path)

    def sent_to(self, path: str) -> str:
        """WeChat's page to which the path leads."""
        response = self.get(path)
        assert response.status_code == 302, response.content.decode()
        assert response.headers["Location"].startswith(f"{self.url}/connect/oauth2/authorize?")
        return response.headers["Location"]

    def back_from(self, address: str, answer: str = "approve") -> str:
        """The path with which WeChat sends back."""
        with requests.Session() as browser:
            browser.cookies.update(self.cookies)
            shown = browser.get(address, allow_redirects=False, timeout=30)
            if shown.status_code == 200:
                token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', shown.text)[1]
                given = {"csrfmiddlewaretoken": token, "answer": answer}
                shown = browser.post(shown.url, given, allow_redirects=False, timeout=30)
        assert shown.status_code == 302, shown.text
        back = urlsplit(shown.headers["Location"])
        return f"{back.path}?{back.query}"

    def visit(self, path: str, answer: str = "approve"):
        """Where the path leads in the end."""
        back = self.get(self.back_from(self.sent_to(path), answer))
        return self.get(back.headers["Location"]) if back.status_code == 302 else back

    def bound(self) -> dict:
        """Who the browser's session is, by account."""
        return self.client.session.get("wechat", {})
