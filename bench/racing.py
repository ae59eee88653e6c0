"""One process of the race: a writer that does so many random operations, or a worker that never ends."""

import os
import random
import sys
import time

import psycopg2

INSERT = """
INSERT INTO kpis_measurement (metric_id, source_key, occurred_at, value)
SELECT %(metric)s, %(name)s || '-' || i, %(at)s::timestamptz + i * interval '7 hours', %(value)s
FROM generate_series(1, %(number)s) AS i ON CONFLICT DO NOTHING
"""
UPDATE = "UPDATE kpis_measurement SET value = value + 1 WHERE metric_id = %(metric)s AND occurred_at BETWEEN {span}"
MOVE = """
UPDATE kpis_measurement SET occurred_at = occurred_at + interval '40 hours'
WHERE metric_id = %(metric)s AND starts_with(source_key, %(mine)s) AND occurred_at BETWEEN {span}
"""
DELETE = "DELETE FROM kpis_measurement WHERE metric_id = %(metric)s AND occurred_at BETWEEN {span}"
SPAN = "%(at)s::timestamptz AND %(at)s::timestamptz + interval '20 hours'"
KINDS = (
    (INSERT, 6),
    (UPDATE.format(span=SPAN), 2),
    (MOVE.format(span=SPAN), 1),
    (DELETE.format(span=SPAN), 2),
)
# A moment outside the months that exist goes to the DEFAULT partition, as late facts do.
DAYS = 60
ROLLED_BACK = 0.1


def write(number: int, operations: int, metric_ids: list[int]) -> None:
    """So many statements, one in ten rolled back; a deadlock or a conflict between writers is a rollback, too."""
    dice = random.Random(20261122 + number)
    statements, weights = zip(*KINDS, strict=True)
    database = psycopg2.connect(os.environ["DATABASE_URL"])
    for step in range(operations):
        parameters = {
            "metric": dice.choice(metric_ids),
            "name": f"{number}-{step}",
            "mine": f"{number}-",
            "at": f"2026-{dice.randint(3, 4):02}-{dice.randint(1, 28):02} {dice.randint(0, 23):02}:00+00",
            "value": dice.randint(-5, 50),
            "number": dice.randint(1, 4),
        }
        try:
            with database.cursor() as cursor:
                cursor.execute(dice.choices(statements, weights)[0], parameters)
        except (psycopg2.errors.DeadlockDetected, psycopg2.errors.UniqueViolation):
            database.rollback()
            continue
        if dice.random() < ROLLED_BACK:
            database.rollback()
        else:
            database.commit()
    database.close()


def work() -> None:
    """Rolls up until it is killed."""
    import django

    django.setup()
    from kpis import services

    while True:
        services.recompute_all_dirty()
        time.sleep(0.05)


if __name__ == "__main__":
    if sys.argv[1] == "worker":
        work()
    else:
        write(int(sys.argv[2]), int(sys.argv[3]), [int(each) for each in sys.argv[4].split(",")])
