"""What is stored about oneself, and for those who manage people, about anybody: giving it out and erasing it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import tenancy
from common.errors import InvalidInput, NotAllowed
from feedback.models import Customer
from opsteam.operating import personal
from opsteam.operating.personal.searching import customer_named, customers_found, member_named, members_found
from people.access import MemberRequest, signed_in
from people.choices import Permission
from people.permissions import may


@signed_in
@require_safe
def my_data(request: MemberRequest) -> HttpResponse:
    """What a member may know about what is stored of them."""
    return render(request, "settings/my_data.html")


@signed_in
@require_safe
def my_export(request: MemberRequest) -> HttpResponseBase:
    """Everything about oneself as a file."""
    return _file(personal.export_member(request.membership, request.membership.pk))


@signed_in
@require_safe
def people_data(request: MemberRequest) -> HttpResponse:
    """Members and customers by a part of their name or address."""
    _refuse_others(request)
    text = request.GET.get("q", "")[:200].strip()
    context = {
        "q": text,
        "members": members_found(request.membership, text),
        "customers": customers_found(request.membership, text) if text else [],
    }
    return render(request, "settings/people_data.html", context)


@signed_in
@require_POST
def member_export(request: MemberRequest, membership_id: int) -> HttpResponseBase:
    """Everything about a member as a file; it is recorded who took it."""
    return _file(personal.export_member(request.membership, membership_id))


@signed_in
@require_POST
def customer_export(request: MemberRequest, customer_id: int) -> HttpResponseBase:
    """Everything about a customer as a file; it is recorded who took it."""
    return _file(personal.export_customer(request.membership, customer_id))


@signed_in
@require_http_methods(["GET", "POST"])
def member_erasure(request: MemberRequest, membership_id: int) -> HttpResponse:
    """Asks first and says what goes and what stays; a POST erases."""
    _refuse_others(request)
    return _erasure(request, member_named(request.membership, membership_id), personal.erase_member)


@signed_in
@require_http_methods(["GET", "POST"])
def customer_erasure(request: MemberRequest, customer_id: int) -> HttpResponse:
    """Asks first and says what goes and what stays; a POST erases."""
    _refuse_others(request)
    return _erasure(request, customer_named(request.membership, customer_id), personal.erase_customer)


def _erasure(request: MemberRequest, person: personal.Person, erase: Callable[..., None]) -> HttpResponse:
    context = {
        "name": person.name,
        "details": person.details,
        "is_customer": isinstance(person.row, Customer),
    }
    if request.method == "GET":
        return render(request, "settings/erasure.html", context)
    try:
        erase(request.membership, person.row.pk, organization_id=request.membership.organization_id)
    except InvalidInput as refused:
        context["refusal"] = " ".join(str(each) for found in refused.fields.values() for each in found)
        return render(request, "settings/erasure.html", context, status=422)
    messages.success(request, _("%(name)s is erased.") % {"name": person.name})
    return redirect("operating:people-data")


def _refuse_others(request: MemberRequest) -> None:
    if not may(request.membership, Permission.PEOPLE_MANAGE):
        raise NotAllowed


def _file(person: personal.Person) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        tenancy.kept(person.parts()),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="person-{person.row.pk}.json"'},
    )
