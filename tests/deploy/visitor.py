"""Somebody who comes through the proxy of the handbook."""

import secrets

import requests
from lxml import html

HOST = "haina.example"
PASSWORD = "/sign-in/security/password/"
PROXY = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}


class Visitor:
    """Keeps cookies that are for https only, for the proxy has taken that away."""

    def __init__(self, port: int) -> None:
        self.base, self.cookies = f"http://127.0.0.1:{port}", {}

    def get(self, path: str) -> requests.Response:
        return self.ask("GET", path)

    def post(self, path: str, data: dict, **files) -> requests.Response:
        return self.ask("POST", path, data=data, files=files or None)

    def ask(self, method: str, path: str, **body) -> requests.Response:
        headers = {**PROXY, "Referer": f"https://{HOST}/", "Cookie": self.all_cookies}
        headers["X-CSRFToken"] = self.cookies.get("__Host-haina-csrf", "")
        told = {"headers": headers, "allow_redirects": False, "timeout": 30, **body}
        response = requests.request(method, self.base + path, **told)  # noqa: S113 - it is in `told`
        self.cookies |= response.cookies.get_dict()
        return response

    @property
    def all_cookies(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def sign_in(self, login: str, password: str) -> None:
        """For the first time: with a password that is changed at once."""
        self.get("/sign-in/")
        own = secrets.token_urlsafe(12)
        for path, told in (
            ("/sign-in/", {"username": login, "password": password}),
            (PASSWORD, {"password": password, "new_password": own, "again": own}),
        ):
            response = self.post(path, told)
            assert response.status_code == 302, text_of(response)


def text_of(response: requests.Response) -> str:
    """What somebody reads, for an assertion that fails."""
    return " ".join(html.fromstring(response.text).text_content().split())
