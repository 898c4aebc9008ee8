"""bin/test: all tests against engines of their own, on all cores; arguments go to pytest. With
--soak none of them: minutes of work with faults instead."""

import signal

from browser import find_browser
from foreground import in_foreground
from packages import PYTHON
from scratch import scratch_environment, scratch_var
from setup import set_up
from soak import SOAK, soak
from steps import begin

NO_BROWSER = "--no-browser"
# A worker for each core, which takes over from the others what they have not begun. One more uses
# the waiting of some tests and loses as much by crowding the others.
PARALLEL = ["--numprocesses=auto", "--maxprocesses=8", "--dist=worksteal"]
OWN_CHOICE = ("-n", "--numprocesses", "--dist", "--pdb", "--trace", "-s", "--capture")


def main(arguments: list[str]) -> int:
    with scratch_var() as var:
        set_up(var)
        if SOAK in arguments:
            return soak(arguments, var)
        browser = choose_browser(arguments)
        with scratch_environment(var) as env:
            command = [PYTHON, "-m", "pytest", *parallel(arguments), *without_ours(arguments)]
            return in_foreground(command, env | browser, end_with=signal.SIGINT)


def choose_browser(arguments: list[str]) -> dict[str, str]:
    return {} if NO_BROWSER in arguments else {"HAINA_CHROMIUM": find_browser()}


def parallel(arguments: list[str]) -> list[str]:
    """Not for single files, which are done before workers would have started."""
    alone = any(word.startswith(OWN_CHOICE) or ".py" in word for word in arguments)
    return [] if alone else PARALLEL


def without_ours(arguments: list[str]) -> list[str]:
    if NO_BROWSER not in arguments:
        return arguments
    return ["--ignore=tests/browser", *(word for word in arguments if word != NO_BROWSER)]


if __name__ == "__main__":
    begin(main)
