"""The embedded installation: PostgreSQL, Redis, web, worker and beat as children of one supervisor."""
