"""Answers to addresses that do not exist and to errors nobody caught."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from common.middleware import refusal


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose protection token is missing or old."""
    sentence = _(
        "This page is out of date: since it was opened, somebody signed in or switched the organization in this "
        "browser. Nothing was saved. Go back to copy what you typed, then load the page anew."
    )
    return refusal(request, 403, "csrf", sentence)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 for a request Django itself refused."""
    return refusal(request, 400, "bad_request", _("The request could not be understood."))


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 for a refusal outside our services."""
    return refusal(request, 403, "not_allowed", _("Your role does not allow this."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 for an unknown address."""
    return refusal(request, 404, "not_found", _("There is nothing here, or you may not see it."))


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; the request id leads to the log line. 503: the database is away, or full, for a moment."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response = refusal(
            request, 503, "unavailable", _("The database cannot answer. Try again in a few seconds.")
        )
        response["Retry-After"] = "2"
        return response
    return refusal(request, 500, "internal", _("Something went wrong on our side. Nothing was saved."))
