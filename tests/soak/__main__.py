"""python -m tests.soak --minutes 10 --seed 1: the product as bin/run starts it, everybody at work,
and twenty faults. Prints figures; the exit status is 1 when a promise did not hold."""

import argparse
import subprocess
import sys
import time
from pathlib import Path

import django
import requests

RECOVERY = 30  # seconds
FAULTS = 20
WARM = 5  # faults, of which the most counts: a worker that was just killed has no memory
MORE_MEMORY = 1.5  # times what a part had once it was warm
MB = 1024


def main() -> int:
    told = arguments()
    from tests.faults.stack import running
    from tests.soak.ledger import Ledger
    from tests.soak.people import People

    ledger = Ledger()
    with running() as stack:
        prepare(stack, round(told.minutes * 60) + 120)
        with People(stack, ledger):
            recoveries, memory = suffer(stack, told)
        return judge(stack, ledger, recoveries, memory)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/test --soak")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def prepare(stack, applications: int) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "tests.soak.seed", str(applications)]
    subprocess.run(command, env=stack.env, check=True)


def suffer(stack, told) -> tuple[list[tuple[str, float]], list[dict[str, int]]]:
    """Each fault in its turn: how long until all is well, and the memory of each part then."""
    from tests.faults.visitor import Visitor
    from tests.soak.faults import drawn

    visitor = Visitor(stack.address)
    visitor.sign_in()
    assert visitor.get().status_code == requests.codes.ok, "the product does not even start well"
    say(f"{told.minutes:g} minutes, seed {told.seed}, at {stack.address}")
    recoveries, memory = [], []
    began, pause = time.monotonic(), told.minutes * 60 / FAULTS
    for number, (fault, seconds) in enumerate(drawn(told.seed, FAULTS)):
        wait_for(began + pause * number)
        fault(stack, min(seconds, pause / 2))
        recoveries.append((fault.__name__, until_well(stack, visitor)))
        memory.append(megabytes(stack))
        say(f"{number + 1:2} {fault.__name__}: well after {recoveries[-1][1]:.1f} s")
    wait_for(began + told.minutes * 60)
    return recoveries, memory


def wait_for(moment: float) -> None:
    time.sleep(max(0, moment - time.monotonic()))


def until_well(stack, visitor) -> float:
    """Seconds until a page, a write and a job that is asked for now all work."""
    from tests.faults.visitor import job_of
    from tests.faults.writers import phones

    began = time.monotonic()

    def is_well() -> bool:
        if visitor.get().status_code != 200:
            return False
        if visitor.register(str(next(phones))).status_code != 302:
            return False
        asked = visitor.export()
        return asked.status_code == 302 and stack.until_done([job_of(asked)], RECOVERY)

    while not is_well() and time.monotonic() - began < 10 * RECOVERY:
        time.sleep(0.2)
    return time.monotonic() - began


def megabytes(stack) -> dict[str, int]:
    """Of each part of the product, children included; what they share is counted once."""
    return {part: sum(map(share_of, pids)) // MB for part, pids in stack.processes.items()}


def share_of(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has just ended
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def judge(stack, ledger, recoveries, memory) -> int:
    from tests.soak.reckoning import reckon

    broken = {promise: count for promise, count in reckon(stack, ledger).items() if count}
    check = subprocess.run([sys.executable, "manage.py", "check_trees"], env=stack.env, check=False)
    slow = [told for told in recoveries if told[1] > RECOVERY]
    warm = {part: max(each[part] for each in memory[:WARM]) for part in memory[-1]}
    grown = [part for part, last in memory[-1].items() if last > MORE_MEMORY * warm[part]]
    tell(ledger, recoveries)
    say(f"memory in MB: {warm} at most in the first {WARM} faults, {memory[-1]} after the last")
    for promise, count in broken.items():
        say(f"BROKEN: {promise}: {count}")
    for line in ledger.broken[:20]:
        say(line)
    say(f"trees: {'broken' if check.returncode else 'valid'}; slow: {slow}; grown: {grown}")
    return 1 if broken or check.returncode or slow or grown else 0


def tell(ledger, recoveries) -> None:
    seconds = sorted(each for _name, each in recoveries)
    acts = {kind: len(about) for kind, about in ledger.acknowledged.items()}
    say(f"acknowledged: {acts}; answers by status: {dict(ledger.answers)}")
    say(f"recovery: median {seconds[len(seconds) // 2]:.1f} s, longest {seconds[-1]:.1f} s")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    django.setup()
    sys.exit(main())
