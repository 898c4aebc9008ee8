"""How many followers are in each group, kept by triggers: counting a million takes too long."""

import pgtrigger

LEFT = "SELECT account_id, unnest(groups) AS kind, -1 AS step FROM old_followers"
CAME = "SELECT account_id, unnest(groups) AS kind, 1 AS step FROM new_followers"
COUNT = """
    INSERT INTO followers_tally AS known (account_id, kind, number)
    SELECT account_id, kind, sum(step) FROM (STEPS) AS steps
    GROUP BY account_id, kind HAVING sum(step) <> 0 ORDER BY account_id, kind
    ON CONFLICT (account_id, kind) DO UPDATE SET number = known.number + excluded.number;
    RETURN NULL;
"""


def tally(operation: str, steps: str) -> pgtrigger.Trigger:
    """Keep the tallies true in the statement that changes followers, whoever runs it."""
    return pgtrigger.Trigger(
        name=f"tally_{operation.lower()}",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Operation(operation),
        referencing=pgtrigger.Referencing(
            old="old_followers" if LEFT in steps else None,
            new="new_followers" if CAME in steps else None,
        ),
        func=COUNT.replace("STEPS", steps),
    )
