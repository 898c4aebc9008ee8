"""Signs in to the console on whatever database there is: python -m tests.backup.visit NAME TEXT."""

import sys

import django


def main(username: str, password: str, text: str) -> None:
    from django.test import Client

    browser = Client(HTTP_HOST="127.0.0.1")
    signed_in = browser.post("/sign-in/", {"username": username, "password": password})
    assert signed_in.status_code == 302, signed_in.content.decode()
    shown = browser.get("/fengniao/residents/", follow=True)
    assert text in shown.content.decode(), shown.content.decode()


if __name__ == "__main__":
    django.setup()
    main(*sys.argv[1:])
