"""A person's own PostgreSQL and Redis: they are asked before anything is started."""

from collections.abc import Sequence

from opsteam.embedded.errors import EmbeddedError

_WAIT_SECONDS = 5


def check_postgres(url: str) -> None:
    """The database lets us in, or the refusal says what it said; the password is not repeated."""
    if refusal := refusal_of(url):
        raise EmbeddedError(f"DATABASE_URL: {refusal}")


def check_redis(url: str) -> None:
    """Redis answers a ping, or the refusal says what it said; the password is not repeated."""
    import redis

    try:
        with redis.Redis.from_url(
            url, socket_connect_timeout=_WAIT_SECONDS, socket_timeout=_WAIT_SECONDS
        ) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        raise EmbeddedError(f"REDIS_URL: {error}") from None


def refusal_of(url: str) -> str | None:
    """What the database says instead of letting us in; None where it does."""
    import psycopg2

    try:
        psycopg2.connect(url, connect_timeout=_WAIT_SECONDS).close()
    except psycopg2.Error as error:
        return str(error).strip() or type(error).__name__
    return None


def lets_take(url: str, roles: Sequence[str]) -> bool:
    """From now on the user of this URL may act as the roles; False where it is not theirs to decide."""
    import psycopg2

    connection = psycopg2.connect(url, connect_timeout=_WAIT_SECONDS)
    try:
        with connection, connection.cursor() as cursor:
            # Older servers know no membership without inheritance.
            without_theirs = "WITH INHERIT FALSE" if connection.server_version >= 160_000 else ""
            cursor.execute(f"GRANT {', '.join(roles)} TO CURRENT_USER {without_theirs}")
    except psycopg2.Error:
        return False
    finally:
        connection.close()
    return True
