"""In which language a request is answered: the one that this browser has chosen, else the first of
its Accept-Language that there is, else Chinese."""

from django.conf import settings
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, override


def in_chinese() -> override:
    """For what is a file format or speaks to residents and to other systems: workbooks, messages by
    WeChat. It is Chinese whoever asks for it."""
    return override(settings.LANGUAGE_CODE)


class LanguageMiddleware:
    """Django's LocaleMiddleware for pages that have one address in all languages. When the request
    is over, so is its language: the thread goes on to the next one, or back to its test."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.LANGUAGE_CODE = get_language_from_request(request)
        with override(request.LANGUAGE_CODE):
            response = self.get_response(request)
        response.headers["Content-Language"] = request.LANGUAGE_CODE
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response
