"""The REST doors to feedback items, their replies and the tasks that answer them."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.bulk import BulkInput, BulkOutput, Doors, worked_off
from common.api.conditional import expected_version
from common.api.inputs import read_body
from common.api.resources import Collection, Single, SingleByDigest, answer_alone, new_row, versioned
from common.errors import InvalidInput
from feedback import selectors, services
from feedback.filters import ItemFilter
from feedback.models import FeedbackItem
from feedback.serializers import (
    ItemInput,
    ItemOutput,
    ItemPatch,
    ReplyInput,
    ReplyOutput,
    TaskLinkInput,
)
from kpis.services import facts_together
from people.access import acting, idempotent
from people.choices import Scope
from people.models import Membership


class FeedbackCollection(Collection):
    """All feedback of the organization."""

    scopes = {"GET": Scope.FEEDBACK_READ, "POST": Scope.FEEDBACK_WRITE}
    filterset_class = ItemFilter
    output = ItemOutput
    model = FeedbackItem
    address = "feedback-api:detail"

    def rows(self, actor: Membership) -> QuerySet[FeedbackItem]:
        """All items with what a row shows."""
        return selectors.item_list(actor)

    @extend_schema(operation_id="feedback_list", responses=ItemOutput(many=True))
    def get(self, request: Request) -> HttpResponse:
        """List feedback."""
        return self.listed(request)

    @extend_schema(operation_id="feedback_create", request=ItemInput, responses={201: ItemOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Take feedback in."""
        actor, given = acting(request), read_body(ItemInput, request)
        made = services.create_item(by=actor, **given)
        return self.created(selectors.get_item(actor, made.pk))


class FeedbackResource(Single):
    """One feedback item."""

    scopes = {"GET": Scope.FEEDBACK_READ, "PATCH": Scope.FEEDBACK_WRITE, "DELETE": Scope.FEEDBACK_WRITE}
    output = ItemOutput

    @extend_schema(operation_id="feedback_read", responses=ItemOutput)
    def get(self, request: Request, item_id: int) -> HttpResponse:
        """Read a feedback item."""
        return self.shown(request, selectors.get_item(acting(request), item_id))

    @extend_schema(operation_id="feedback_change", request=ItemPatch, responses=ItemOutput)
    def patch(self, request: Request, item_id: int) -> Response:
        """Change a feedback item; needs If-Match."""
        version = expected_version(request)
        changes = read_body(ItemPatch, request, partial=True)
        actor = acting(request)
        services.edit_item(by=actor, item_id=item_id, version=version, **changes)
        return self.changed(selectors.get_item(actor, item_id))

    @extend_schema(operation_id="feedback_delete", responses={204: OpenApiResponse(description="Deleted.")})
    def delete(self, request: Request, item_id: int) -> Response:
        """Delete a feedback item with its replies and its numbers; managers only, needs If-Match."""
        version = expected_version(request)
        services.delete_item(by=acting(request), item_id=item_id, version=version)
        return Response(status=204)


class FeedbackBulk(APIView):
    """Many feedback items at once."""

    scopes = {"POST": Scope.FEEDBACK_WRITE}

    @extend_schema(operation_id="feedback_bulk", request=BulkInput, responses=BulkOutput)
    @idempotent
    def post(self, request: Request) -> Response:
        """Create, update and delete up to 500 items; each row has its own result, and a refused one changes nothing."""
        return Response(worked_off(request.data, _doors(acting(request))))


class ReplyCollection(APIView):
    """The answers to one feedback item, oldest first."""

    scopes = {"GET": Scope.FEEDBACK_READ, "POST": Scope.FEEDBACK_WRITE}

    @extend_schema(operation_id="feedback_replies_list", responses=ReplyOutput(many=True))
    def get(self, request: Request, item_id: int) -> HttpResponse:
        """List the replies of a feedback item."""
        given: Any = selectors.replies(acting(request), item_id)
        return answer_alone(request, ReplyOutput(given, many=True).data)

    @extend_schema(operation_id="feedback_replies_create", request=ReplyInput, responses={201: ReplyOutput})
    @idempotent
    def post(self, request: Request, item_id: int) -> Response:
        """Record a reply; the first one stops the clock of the item."""
        given = read_body(ReplyInput, request)
        answer = services.reply(by=acting(request), item_id=item_id, **given)
        return new_row(ReplyOutput(answer), "feedback-api:reply", item_id, answer.pk)


class ReplyResource(SingleByDigest):
    """One answer to a feedback item."""

    scopes = {"GET": Scope.FEEDBACK_READ}
    output = ReplyOutput

    @extend_schema(operation_id="feedback_replies_read", responses=ReplyOutput)
    def get(self, request: Request, item_id: int, reply_id: int) -> HttpResponse:
        """Read a reply."""
        return self.shown(request, selectors.get_reply(acting(request), item_id, reply_id))


class ItemTasks(APIView):
    """The tasks that answer an item."""

    scopes = {"POST": Scope.FEEDBACK_WRITE}

    @extend_schema(operation_id="feedback_tasks_create", request=TaskLinkInput, responses=ItemOutput)
    @idempotent
    def post(self, request: Request, item_id: int) -> Response:
        """Link a task to the item: the one of `task_id`, or a new one of `title`; answers the item.

        `?expand=tasks` of the item tells its tasks.
        """
        actor, sent = acting(request), read_body(TaskLinkInput, request)
        if ("task_id" in sent) == ("title" in sent):
            raise InvalidInput({"task_id": [_("Send either task_id or title.")]})
        if "task_id" in sent:
            services.link_task(by=actor, item_id=item_id, task_id=sent["task_id"])
        else:
            services.open_task(by=actor, item_id=item_id, **sent)
        item = selectors.get_item(actor, item_id)
        return versioned(ItemOutput(item), item.version)


def _doors(actor: Membership) -> Doors:
    return Doors(
        by=actor,
        row_id="item_id",
        new=ItemInput,
        change=ItemPatch,
        create=services.create_item,
        update=services.edit_item,
        remove=services.delete_item,
        around=facts_together,
    )
