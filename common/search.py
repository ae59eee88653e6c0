"""Finding rows by words, in Chinese and in languages with spaces. See docs/decisions/0016-search.md."""

from django.db import connection
from django.db.models import BooleanField, F, Func, Q, TextField, Value
from django.db.models.expressions import RawSQL

# So many rows the index hands over; of a word that more rows hold, the first are found quickly without it.
MOST_CANDIDATES = 100


class _Folded(Func):
    """The columns as one text, without differences of case and width."""

    template = "folded(concat_ws(' ', %(expressions)s))"
    output_field = TextField()


class _Patterns(Func):
    """What a text that holds each of the words is like."""

    template = "(word_patterns(%(expressions)s))"
    output_field = TextField()


class _LikeAll(Func):
    # The planner takes a CASE for true of every second row, and so reads a list in its order until a page is full; of
    # LIKE it thinks that hardly a row is, and would read and sort all of them.
    template = "(CASE WHEN %(expressions)s THEN true ELSE false END)"
    arg_joiner = " LIKE ALL "
    output_field = BooleanField()


def matches(words: str, *columns: str) -> Q:
    """Rows whose columns together hold every one of the words. By itself it reads row after row."""
    return Q(_LikeAll(_Folded(*map(F, columns)), _Patterns(Value(words))))


def rows_found(function: str, words: str, most: int) -> RawSQL:
    """The ids of the newest rows of the present organization that a function of the owner finds by index."""
    return RawSQL(f"SELECT {function}(%s, %s)", [words, most])  # noqa: S611 - a name of our own


def found_by(function: str, words: str, otherwise: Q) -> Q:
    """Rows with the words: by index where few hold them; where many do, `otherwise`, row after row. One query."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [words, MOST_CANDIDATES + 1])
        found = [row_id for (row_id,) in cursor.fetchall()]
    return Q(pk__in=found) if len(found) <= MOST_CANDIDATES else otherwise
