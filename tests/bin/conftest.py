import importlib
from pathlib import Path
from types import SimpleNamespace

import pytest

LIB = Path(__file__).resolve().parents[2] / "bin/lib"
PARTS = (
    *("benches.report", "environment", "interrupts", "ports", "processes", "sandbox", "stamps"),
    *("start", "steps"),
)


@pytest.fixture(scope="session")
def lib():
    """Modules of bin/lib, which is no package: its programs run before there is anything else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(LIB)
        parts = {name.split(".")[-1]: importlib.import_module(name) for name in PARTS}
        return SimpleNamespace(**parts)


@pytest.fixture
def var(lib, tmp_path):
    return lib.environment.prepare_var(tmp_path / "var")
