"""The two names that somebody may sign in with, each in one form however it is typed."""

from phonenumber_field.phonenumber import to_python

from haina.lib.text import tidy


def plain_name(text: str) -> str:
    """A user name as it is stored."""
    return tidy(text).casefold()


def phone_in(text: str) -> str | None:
    """The phone in E.164, or None where the text is no phone number."""
    text = tidy(text)
    if any(char.isalpha() for char in text):
        return None  # phonenumbers would find a number behind leading letters
    phone = to_python(text)
    return phone.as_e164 if phone and phone.is_valid() else None


def known_as(text: str) -> str:
    """What tries are counted by: one text for all the ways to type a phone or a name."""
    return phone_in(text) or plain_name(text)
