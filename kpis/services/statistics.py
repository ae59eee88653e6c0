"""What the planner knows of the facts, kept up while they come in faster than the server looks by itself."""

from django.db import connection

# So many tables at once; what is left is the next job's.
MOST_TABLES = 50


def refresh_statistics() -> int:
    """Tables of facts and cells that have just been filled are looked through; returns how many.

    Without it a job that follows an import of old history would read its months by the plan for empty ones.
    """
    seen: set[str] = set()
    with connection.cursor() as cursor:
        while len(seen) < MOST_TABLES:
            cursor.execute("SELECT kpis_refresh_statistics()")
            (table,) = cursor.fetchone()
            # The same again is one that somebody else looks through at this moment.
            if table is None or table in seen:
                break
            seen.add(table)
    return len(seen)
