"""Modules of bin/lib, which is no package: what bin/run starts is what the faults are done to."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

LIB = Path(__file__).resolve().parents[2] / "bin/lib"


def module(name: str):
    """From its file, since a package of Valkey's has the name of one of them."""
    spec = spec_from_file_location(f"bin_lib_{name}", LIB / f"{name}.py")
    made = module_from_spec(spec)
    sys.path.insert(0, str(LIB))
    try:
        spec.loader.exec_module(made)
    finally:
        sys.path.remove(str(LIB))
    return made


environment = module("environment")
postgres = module("postgres")
start = module("start")
steps = module("steps")
valkey = module("valkey")
