"""What ops may see is a closed list, and resident data is not on it."""

from django.apps import apps
from django.contrib import admin

import haina.urls  # noqa: F401 - registers the models
from haina.accounts.ops import ReadOnly, site
from tests.architecture.access_table import OPS_MODELS

# Columns that may hold something about residents: payloads, results and messages of jobs.
NEVER_SHOWN = {"payload", "result", "message", "upload", "output", "key", "granted", "password"}
NEVER_SHOWN |= {"content", "openid"}


def test_only_these_models_are_registered():
    registered = {model._meta.label_lower.replace(".", "/") for model in site._registry}

    assert registered == set(OPS_MODELS)


def test_the_default_site_is_empty():
    assert not [model for model in admin.site._registry if "auth" not in model.__module__]


def test_no_model_of_residents_or_communities_is_registered():
    private = {m for m in apps.get_models() if m._meta.app_label in {"residents", "communities"}}

    assert private
    assert not private & set(site._registry)


def test_every_model_is_read_only_unless_it_says_why():
    for model, model_admin in site._registry.items():
        assert isinstance(model_admin, ReadOnly)
        writes = {"has_add_permission", "has_change_permission", "has_delete_permission"}
        if writes & vars(type(model_admin)).keys():
            assert type(model_admin).__doc__, model


def test_private_columns_are_on_no_page():
    for model_admin in site._registry.values():
        shown = set(model_admin.list_display) | set(model_admin.search_fields)
        shown |= set(model_admin.list_filter) | set(model_admin.fields or ())

        assert not shown & NEVER_SHOWN
    jobs = site._registry[apps.get_model("jobs.Job")]
    assert jobs.fields
