"""The place of a form where its draft is kept, and offered again."""

from typing import Any

from django import template
from django.template.context import Context

from people.models import Draft

register = template.Library()


@register.inclusion_tag("components/draft.html", takes_context=True)
def draft(context: Context, kind: str, row: object = None) -> dict[str, Any]:
    """Names the form as `kind:row`, or `kind:new`; what was typed and never sent is offered, unless it just was sent.

    One query. A redirect as the answer removes the draft, see `people.access`.
    """
    key, request = f"{kind}:{row or 'new'}", context["request"]
    if request.method == "POST":
        return {"key": key}
    return {"key": key, "draft": Draft.objects.filter(membership=request.membership, form=key).first()}
