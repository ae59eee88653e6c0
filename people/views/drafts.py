"""Where forms keep what is typed into them."""

import json

from django.http import HttpResponse
from django.http.request import RawPostDataException
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.errors import InvalidInput
from people.access import MemberRequest, signed_in
from people.services.drafts import drop_draft, keep_draft


@signed_in
@require_http_methods(["POST", "DELETE"])
def draft(request: MemberRequest, form: str) -> HttpResponse:
    """Keep the texts of a form as JSON, or forget them; both answer 204."""
    if request.method == "DELETE":
        drop_draft(by=request.membership, form=form)
        return HttpResponse(status=204)
    try:
        values = json.loads(request.body)
    except (ValueError, RecursionError, RawPostDataException):
        # The last: somebody sends a form, which was read as one before it came here.
        values = None
    if not isinstance(values, dict):
        raise InvalidInput({"values": [_("A draft holds the texts of a form.")]})
    keep_draft(by=request.membership, form=form, values=values)
    return HttpResponse(status=204)
