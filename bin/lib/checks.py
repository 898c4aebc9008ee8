"""bin/check: lint, contracts and Django's own checks; all of them run, whatever fails."""

from foreground import in_foreground
from packages import PYTHON, VENV
from scratch import scratch_environment, scratch_var
from setup import set_up
from steps import ROOT, begin, say

LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"
CHECKS = {
    "ruff check": [PYTHON, "-m", "ruff", "check"],
    "ruff format": [PYTHON, "-m", "ruff", "format", "--check"],
    "imports": [PYTHON, "-c", LINT_IMPORTS],
    "templates": [VENV / "bin/djade", "--check", "--target-version=5.2"],
    "migrations": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
    "deployment": [PYTHON, "manage.py", "check", "--deploy", "--fail-level=WARNING"],
}
PRODUCTION = {"HAINA_HTTPS": "1", "ALLOWED_HOSTS": "haina.example", "DEBUG": "0"}
PRODUCTION |= {"HAINA_BASE_URL": "https://haina.example"}


def main(arguments: list[str]) -> int:
    with scratch_var() as var:
        set_up(var, static=False)
        with scratch_environment(var) as env:
            failed = [name for name in CHECKS if not passes(name, env | PRODUCTION)]
    if failed:
        say(f"failed: {', '.join(failed)}")
        return 1
    say(f"all {len(CHECKS)} checks passed")
    return 0


def passes(name: str, env: dict) -> bool:
    say(name)
    places = [ROOT / "templates", ROOT / "haina/sandbox/templates"] if name == "templates" else []
    files = sorted(file for place in places for file in place.rglob("*.html"))
    return in_foreground([*CHECKS[name], *files], env) == 0


if __name__ == "__main__":
    begin(main)
