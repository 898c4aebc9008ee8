"""Views, forms, filters, tables and exports reach rows through .within(scope) only."""

import ast

import pytest
from django.apps import apps

from haina.accounts.scope import ScopedQuerySet
from tests.architecture.sources import PACKAGES, ROOT, python_files, short, tree_of

FENCED = {"views", "forms", "filters", "tables", "exports"}
ALLOWED = {"within", "belonging_to", "none"}  # of an account, of a follower

# Rows of something that was itself found through the fence. Each has its reason; none may be idle.
EXCEPTIONS = {
    ("communities/exports.py", "leaves_and_their_ways"): "nodes of the community it was given",
    ("communities/views/nodes.py", "levels_of"): "nodes of the community it was given",
    ("communities/views/nodes.py", "past_gone"): "tells only whether to forget a node's number",
    ("residents/exports.py", "place_for"): "the root above the node it was given",
    ("residents/exports.py", "resident_rows"): "residents below the node it was given",
    ("residents/exports.py", "places_below"): "nodes above and below the node it was given",
}


def scoped_models() -> set[str]:
    ours = (model for model in apps.get_models() if model.__module__.split(".")[0] in PACKAGES)
    return {m.__name__ for m in ours if isinstance(m._default_manager.all(), ScopedQuerySet)}


def is_fenced(path) -> bool:
    return bool(FENCED & {path.stem, *path.relative_to(ROOT).parts})


def unfenced(tree: ast.Module, models: set[str]):
    """(function, line) of each Model.objects that is not followed by .within(."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.ClassDef | ast.Module):
            continue
        followed = {
            id(node.value): node.attr
            for node in ast.walk(function)
            if isinstance(node, ast.Attribute)
        }
        for node in ast.walk(function):
            is_manager = isinstance(node, ast.Attribute) and node.attr in MANAGERS
            if not is_manager or getattr(node.value, "id", "") not in models:
                continue
            if followed.get(id(node)) not in ALLOWED:
                yield getattr(function, "name", ""), node.lineno


MANAGERS = {"objects", "_default_manager", "_base_manager"}


def innermost(path, models) -> set[str]:
    """The function around each fault, by its line."""
    by_line = {}
    for name, line in unfenced(tree_of(path), models):
        by_line[line] = name or by_line.get(line, "")
    return set(by_line.values())


def faults() -> set[tuple[str, str]]:
    models = scoped_models()
    files = [path for path in python_files() if is_fenced(path)]
    return {(short(path), name) for path in files for name in innermost(path, models)}


def test_rows_are_reached_through_the_fence():
    assert faults() - set(EXCEPTIONS) == set()


def test_no_exception_is_idle():
    assert set(EXCEPTIONS) - faults() == set()


def test_the_test_sees_what_it_is_for():
    tree = ast.parse("def view(request):\n    return Resident.objects.get(pk=1)\n")

    assert ("view", 2) in set(unfenced(tree, scoped_models()))
    assert {"Community", "BuildingNode", "Resident", "Job", "StoredFile"} <= scoped_models()


@pytest.mark.parametrize("name", ["get_object_or_404", "get_list_or_404"])
def test_no_model_is_handed_to_a_shortcut(name):
    """get_object_or_404(Resident, pk=pk) would go past the fence."""
    models = scoped_models()
    handed = [
        f"{short(path)}:{node.lineno}"
        for path in python_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == name
        and getattr(node.args[0], "id", "") in models
    ]

    assert handed == []


def test_the_folders_are_there():
    assert all((ROOT / package).is_dir() for package in PACKAGES)
