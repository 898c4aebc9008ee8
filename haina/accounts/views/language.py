"""The choice of a language. It belongs to the browser, not to the user: the sign-in page and the
pages in WeChat are in it as well."""

from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from haina.accounts.access import PUBLIC, allow


@allow(PUBLIC)
@require_POST
def choose_language(request):
    """Back to where the visitor was, if that is one of our own pages."""
    return set_language(request)
