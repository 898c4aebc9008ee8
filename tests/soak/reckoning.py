"""What must be true at the end, asked of PostgreSQL itself. Each line is a promise and how many
rows break it."""

from haina.jobs.models import BROKE
from tests.faults.stack import UNFINISHED, Stack
from tests.soak.ledger import Ledger
from tests.soak.people import ROWS

LOST = """
SELECT count(*) FROM unnest(%s::text[]) AS told
WHERE (SELECT count(*) FROM residents_resident WHERE phone = '+86' || told) <> 1
"""
TWICE = """
SELECT count(*) FROM (SELECT phone FROM residents_resident WHERE phone LIKE '+8613%%'
GROUP BY community_id, room_id, phone HAVING count(*) > 1) AS found
"""
NOT_GROWN = """
SELECT count(*) FROM unnest(%s::text[]) AS told
WHERE (SELECT count(*) FROM communities_buildingnode WHERE name = told) <> 1
"""
NOT_DECIDED = """
SELECT count(*) FROM unnest(%s::int[]) AS told
WHERE (SELECT state FROM residents_verificationapplication WHERE id = told) <> 'rejected'
OR (SELECT count(*) FROM accounts_auditentry
    WHERE action = 'application.rejected' AND told = ANY(ids)) <> 1
"""
EXPORTS = """
SELECT abs((SELECT count(*) FROM jobs_job
            WHERE kind = 'communities.export_structure' AND state = 'done')
         - (SELECT count(*) FROM accounts_auditentry WHERE action = 'structure.exported'))
"""
BROKEN = "SELECT count(*) FROM jobs_job WHERE message = %s"
NO_SENTENCE = "SELECT count(*) FROM jobs_job WHERE state = 'failed' AND message = ''"
THERE = "SELECT count(*) FROM residents_resident WHERE phone = ANY(%s)"


def reckon(stack: Stack, ledger: Ledger) -> dict[str, int]:
    """By promise: what breaks it."""
    done = ledger.acknowledged
    ask = stack.postgres.query
    stack.comes_to_rest(90)
    return {
        "jobs that did not end": ask(UNFINISHED)[0][0],
        "jobs acknowledged and gone": len(done["job"]) - len(stack.states(done["job"])),
        "jobs that took an outage for a fault of ours": ask(BROKEN, str(BROKE))[0][0],
        "jobs that failed without a sentence": ask(NO_SENTENCE)[0][0],
        "exports done twice or half": ask(EXPORTS)[0][0],
        "residents acknowledged and lost": ask(LOST, done["register"])[0][0],
        "residents there twice": ask(TWICE)[0][0],
        "buildings acknowledged and lost": ask(NOT_GROWN, done["grow"])[0][0],
        "decisions acknowledged and lost, or made twice": ask(NOT_DECIDED, done["review"])[0][0],
        "imports done in part": sum(part(stack, told) for told in done["import"]),
        "answers that were none of ours": len(ledger.broken),
    }


def part(stack: Stack, phones: list[str]) -> bool:
    there = stack.postgres.query(THERE, [f"+86{phone}" for phone in phones])[0][0]
    return there not in (0, ROWS)
