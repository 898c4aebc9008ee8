"""Every act that the code records has a name on the screen."""

import ast
import re

from django.apps import apps

from haina.accounts.ops import site
from haina.trail.filters import KINDS
from haina.trail.labels import LABELS, PAGES
from tests.architecture.sources import python_files, short, tree_of

RECORDERS = {"record", "record_ids", "explain", "tell_accounts", "reason_given"}
ACTION = re.compile(r"[a-z]+\.[a-z]+(_[a-z]+)*")


def recorders() -> set[str]:
    """Also functions of ours that are told the action by whoever calls them."""
    found = set(RECORDERS)
    for path in python_files():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef):
                arguments = [*node.args.args, *node.args.kwonlyargs]
                if any(argument.arg == "action" for argument in arguments):
                    found.add(node.name)
    return found


def constants_of(tree: ast.Module) -> dict[str, str]:
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            targets, values = node.targets[0], node.value
            names = targets.elts if isinstance(targets, ast.Tuple) else [targets]
            values = values.elts if isinstance(values, ast.Tuple) else [values]
            for name, value in zip(names, values, strict=False):
                if isinstance(value, ast.Constant) and isinstance(name, ast.Name):
                    found[name.id] = value.value
    return found


def strings_in(part: ast.AST, known: dict[str, str]):
    for node in ast.walk(part):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.Name) and isinstance(known.get(node.id), str):
            yield known[node.id]


def recorded() -> dict[str, str]:
    """Every action, and a place that records it: in a call, or in a variable named action."""
    calls, found = recorders(), {}
    for path in python_files():
        if "migrations" in path.parts:
            continue
        tree = tree_of(path)
        for node in ast.walk(tree):
            if is_call(node, calls) or is_variable(node):
                for text in strings_in(node, constants_of(tree)):
                    if ACTION.fullmatch(text):
                        found[text] = f"{short(path)}:{node.lineno}"
    return found


def is_call(node: ast.AST, names: set[str]) -> bool:
    if not isinstance(node, ast.Call):
        return False
    return (getattr(node.func, "attr", "") or getattr(node.func, "id", "")) in names


def is_variable(node: ast.AST) -> bool:
    return isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "action"


def models() -> set[str]:
    return {model._meta.label_lower for model in apps.get_models()}


def test_every_act_has_a_name():
    acts = {action: place for action, place in recorded().items() if action not in models()}

    assert {action: place for action, place in acts.items() if action not in LABELS} == {}


def test_looks_of_ops_have_names():
    looks = {f"{model._meta.model_name}.seen_by_ops" for model in site._registry}

    assert looks <= LABELS.keys()


def test_the_test_sees_what_it_is_for():
    assert {
        "resident.registered",  # a literal
        "user.changed_by_ops",  # one of two
        "trail.export_asked",  # a constant
        "tree.node_renamed",  # through a function of ours
    } <= recorded().keys()


def test_no_name_is_idle():
    looks = {name for name in LABELS if name.endswith(".seen_by_ops")}

    assert LABELS.keys() - recorded().keys() - looks == set()


def test_what_has_a_page_is_asked_for_by_its_kind():
    assert PAGES.keys() - set(KINDS) == set()
