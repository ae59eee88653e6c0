"""The REST doors to feedback."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.conditional import expected_version, not_modified, version_etag, with_etag
from feedback import selectors, services
from feedback.filters import ItemFilter
from feedback.models import FeedbackItem
from feedback.serializers import ItemInput, ItemOutput, ItemPatch, ReplyInput, ReplyOutput
from people.access import acting, idempotent
from people.choices import Scope


class FeedbackCollection(GenericAPIView[FeedbackItem]):
    """All feedback of the organization, newest first."""

    scopes = {"GET": Scope.FEEDBACK_READ, "POST": Scope.FEEDBACK_WRITE}
    filterset_class = ItemFilter
    serializer_class = ItemOutput

    def get_queryset(self) -> QuerySet[FeedbackItem]:
        """What the token's member may see."""
        if getattr(self, "swagger_fake_view", False):
            return FeedbackItem.objects.none()
        return selectors.item_list(acting(self.request))

    @extend_schema(operation_id="feedback_list", responses=ItemOutput(many=True))
    def get(self, request: Request) -> Response:
        """List feedback."""
        page: Any = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(ItemOutput(page, many=True).data)

    @extend_schema(operation_id="feedback_create", request=ItemInput, responses={201: ItemOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Take feedback in."""
        given = ItemInput(data=request.data)
        given.is_valid(raise_exception=True)
        actor = acting(request)
        item = services.create_item(by=actor, **given.validated_data)
        response = _answer(selectors.get_item(actor, item.pk), status=201)
        response["Location"] = reverse("feedback-api:detail", args=[item.pk])
        return response


class FeedbackResource(APIView):
    """One feedback item."""

    scopes = {"GET": Scope.FEEDBACK_READ, "PATCH": Scope.FEEDBACK_WRITE, "DELETE": Scope.FEEDBACK_WRITE}

    @extend_schema(operation_id="feedback_read", responses=ItemOutput)
    def get(self, request: Request, item_id: int) -> HttpResponse:
        """Read a feedback item."""
        item = selectors.get_item(acting(request), item_id)
        return not_modified(request, version_etag(item.version)) or _answer(item)

    @extend_schema(operation_id="feedback_change", request=ItemPatch, responses=ItemOutput)
    def patch(self, request: Request, item_id: int) -> Response:
        """Change a feedback item; needs If-Match."""
        version = expected_version(request)
        given = ItemPatch(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        actor = acting(request)
        services.edit_item(by=actor, item_id=item_id, version=version, **given.validated_data)
        return _answer(selectors.get_item(actor, item_id))

    @extend_schema(operation_id="feedback_delete", responses={204: OpenApiResponse(description="Deleted.")})
    def delete(self, request: Request, item_id: int) -> Response:
        """Delete a feedback item with its replies and its numbers; managers only, needs If-Match."""
        version = expected_version(request)
        services.delete_item(by=acting(request), item_id=item_id, version=version)
        return Response(status=204)


class ReplyCollection(APIView):
    """The answers to one feedback item, oldest first."""

    scopes = {"GET": Scope.FEEDBACK_READ, "POST": Scope.FEEDBACK_WRITE}

    @extend_schema(operation_id="feedback_replies_list", responses=ReplyOutput(many=True))
    def get(self, request: Request, item_id: int) -> Response:
        """List the replies of a feedback item."""
        given: Any = selectors.replies(acting(request), item_id)
        return Response(ReplyOutput(given, many=True).data)

    @extend_schema(operation_id="feedback_replies_create", request=ReplyInput, responses={201: ReplyOutput})
    @idempotent
    def post(self, request: Request, item_id: int) -> Response:
        """Record a reply; the first one stops the clock of the item."""
        given = ReplyInput(data=request.data)
        given.is_valid(raise_exception=True)
        answer = services.reply(by=acting(request), item_id=item_id, **given.validated_data)
        return Response(ReplyOutput(answer).data, status=201)


def _answer(item: FeedbackItem, status: int = 200) -> Response:
    return with_etag(Response(ItemOutput(item).data, status=status), version_etag(item.version))
