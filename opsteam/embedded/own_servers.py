"""A person's own PostgreSQL and Redis: they are asked before anything is started."""

from opsteam.embedded.errors import EmbeddedError

_WAIT_SECONDS = 5


def check_postgres(url: str) -> None:
    """The database lets us in, or the refusal says what it said; the password is not repeated."""
    import psycopg2

    try:
        psycopg2.connect(url, connect_timeout=_WAIT_SECONDS).close()
    except psycopg2.Error as error:
        raise EmbeddedError(f"DATABASE_URL: {str(error).strip()}") from None


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


def lets_in(url: str) -> bool:
    """Whether the database lets this role in."""
    import psycopg2

    try:
        psycopg2.connect(url, connect_timeout=_WAIT_SECONDS).close()
    except psycopg2.Error:
        return False
    return True
