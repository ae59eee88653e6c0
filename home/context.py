"""What the frame around every page needs."""

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """The acting membership and organization, without a query of its own."""
    membership = getattr(request, "membership", None)
    return {"membership": membership, "organization": membership.organization if membership else None}
