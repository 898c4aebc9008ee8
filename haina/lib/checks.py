"""System checks of what must hold where people work with it: `manage.py check --deploy`."""

from pathlib import Path

from django.conf import settings
from django.core.checks import Error, Tags, register


@register(Tags.security, deploy=True)
def guards_are_on(app_configs, **kwargs):
    if settings.GUARDS_OFF:
        off = ", ".join(sorted(settings.GUARDS_OFF))
        return [Error(f"GUARDS_OFF must be empty outside of tests, it has: {off}", id="haina.E001")]
    return []


@register(Tags.security, deploy=True)
def nothing_kills(app_configs, **kwargs):
    if settings.KILL_AT:
        return [Error("HAINA_KILL_AT must be empty outside of tests", id="haina.E003")]
    return []


@register(Tags.security, deploy=True)
def hosts_are_named(app_configs, **kwargs):
    """A "*" would let anybody choose the host in links and redirects."""
    if any("*" in host for host in settings.ALLOWED_HOSTS):
        return [Error("ALLOWED_HOSTS must name the hosts, without *", id="haina.E002")]
    return []


@register(Tags.security, deploy=True)
def codes_are_sent(app_configs, **kwargs):
    """The console's backend writes codes where whoever runs the installation reads them."""
    if settings.SMS_BACKEND == "console":
        return [Error("SMS_BACKEND must be tencent where people work with it", id="haina.E005")]
    return []


@register(Tags.security, deploy=True)
def messages_lead_here(app_configs, **kwargs):
    """Workers have no request that tells the address."""
    if not settings.HAINA_BASE_URL:
        told = "HAINA_BASE_URL must say where our pages begin, for the links in messages"
        return [Error(told, id="haina.E006")]
    return []


@register(Tags.security, deploy=True)
def nobody_stands_in(app_configs, **kwargs):
    """The sandbox knows no secret and believes everybody."""
    if settings.HAINA_SANDBOX:
        return [Error("HAINA_SANDBOX must be 0 where people work with it", id="haina.E004")]
    return []


@register(Tags.translation, deploy=True)
def translations_are_compiled(app_configs, **kwargs):
    """Without them, pages would say that they are English and be Chinese."""
    catalogues = [po for place in settings.LOCALE_PATHS for po in Path(place).rglob("*.po")]
    if all(po.with_suffix(".mo").exists() for po in catalogues):
        return []
    hint = "pybabel compile --domain=django --directory=locale"
    return [Error("locale/ is not compiled", hint=hint, id="haina.E007")]
