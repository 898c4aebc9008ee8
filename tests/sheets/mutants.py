"""Damaged copies of good workbooks, each read by a fork of a child: in its own process with the
child's limits, without a start of Python for each.

python -m tests.sheets.mutants FOLDER SEED COUNT tells as JSON how often each verdict was given.
"""

import gc
import json
import os
import random
import select
import sys
from collections import Counter
from pathlib import Path

from haina.sheets import child
from haina.sheets.gate import MB
from haina.sheets.refusals import SENTENCES
from tests.sheets.mutating import mutant

WIDTH, WITH_CSV = "26", "1"
LIMITS = [WIDTH, WITH_CSV, "400000", str(320 * MB), "60"]
SILENCE = 30


def main(folder: str, seed: str, count: str) -> None:
    gc.freeze()  # so that no fork copies what it does not write
    goods = [path.read_bytes() for path in sorted(Path(folder).glob("good*"))]
    path = Path(folder) / f"mutant-{seed}"
    chance = random.Random(int(seed))
    verdicts: Counter[str] = Counter()
    for number in range(int(count)):
        path.write_bytes(mutant(goods[number % len(goods)], chance))
        verdict = verdict_on(path)
        if verdict not in {*SENTENCES, "end"}:
            path.rename(path.with_name(f"crashed-{seed}-{number}"))
        verdicts[verdict] += 1
    path.unlink()
    sys.stdout.write(json.dumps(verdicts))


def verdict_on(path: Path) -> str:
    """The last word of the child: "end", the code of a refusal, or how it died without one."""
    said, says = os.pipe()
    parent, wakes = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(said)
        os.close(wakes)
        os.dup2(parent, 0)
        os.dup2(says, 1)
        child.main([str(path), *LIMITS])
        os._exit(0)
    os.close(says)
    os.close(parent)
    output = b"".join(iter(lambda: piece_of(said), b""))
    os.close(said)
    os.close(wakes)
    _pid, status = os.waitpid(pid, 0)
    if status:
        return f"ended with {os.waitstatus_to_exitcode(status)}"
    kind, *code = json.loads(output.splitlines()[-1])
    return code[0] if code else kind


def piece_of(pipe: int) -> bytes:
    ready, _, _ = select.select([pipe], [], [], SILENCE)
    return os.read(pipe, MB) if ready else b""


if __name__ == "__main__":
    main(*sys.argv[1:])
