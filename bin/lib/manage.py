"""bin/manage: manage.py with the engines up. Its stdout is what the command prints, no more."""

from engines import Engines
from environment import chosen_var, environment
from foreground import in_foreground
from packages import PYTHON
from sandbox import Sandbox
from setup import set_up
from steps import ROOT, begin


def main(arguments: list[str]) -> int:
    var = chosen_var()
    set_up(var)
    with Engines(var).up() as addresses:
        command = [PYTHON, ROOT / "manage.py", *arguments]
        return in_foreground(command, environment(var, addresses) | Sandbox(var).settings)


if __name__ == "__main__":
    begin(main)
