"""Django's PostgreSQL backend, told before each statement which organization is present."""
