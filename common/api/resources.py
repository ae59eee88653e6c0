"""What every collection and every row of the API has in common: the same parameters, shapes, pages and ETags."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from rest_framework.generics import GenericAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from common.api.conditional import (
    content_etag,
    digest_etag,
    not_modified,
    still_as_read,
    version_etag,
    with_etag,
)
from common.api.query import refuse_unknown
from common.api.shaping import RowOutput, Shape, load, read_shape


class Collection(GenericAPIView[Any]):
    """A list of `rows`, narrowed by the filter set, in keyset pages, each written by `output`.

    `address` is the URL name of one of them, for a collection to which rows can be added.
    """

    output: ClassVar[type[RowOutput[Any]]]
    model: ClassVar[type[Model]]
    address: ClassVar[str] = ""

    def rows(self, actor: Any) -> QuerySet[Any]:
        """What the member may see, before any filter."""
        raise NotImplementedError

    def written(self, rows: Sequence[Any], shape: Shape) -> Any:
        """The rows of one page as they are sent."""
        load(rows, self.output, shape)
        return self.output(rows, many=True, shape=shape).data

    def get_queryset(self) -> QuerySet[Any]:
        """The rows of the member whose token it is; none for the schema."""
        if getattr(self, "swagger_fake_view", False):
            return self.model._default_manager.none()
        return self.rows(self.request._request.membership)  # type: ignore[attr-defined] # set with the token

    def get_serializer_class(self) -> type[RowOutput[Any]]:
        """For the schema."""
        return self.output

    def listed(self, request: Request) -> HttpResponse:
        """One page; 304 where the client has exactly this page already."""
        shape = read_shape(request, self.output)
        page: Any = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return answer_with_digest(request, self.get_paginated_response(self.written(page, shape)).data)

    def created(self, row: Any) -> Response:
        """The new row, its version as ETag, and where it is."""
        location = reverse(self.address, args=[row.pk])
        return versioned(self.output(row), row.version, status=201, location=location)


class Single(APIView):
    """One row, written by `output`."""

    output: ClassVar[type[RowOutput[Any]]]

    def shown(self, request: Request, row: Any) -> HttpResponse:
        """The row under its version as ETag; 304 where the client has this version and asks for no expansion.

        What an expansion shows may change without the row, so it is always sent.
        """
        shape = shape_of_row(request, self.output)
        unchanged = not_modified(request, version_etag(row.version)) if not shape.expand else None
        if unchanged is not None:
            return unchanged
        load([row], self.output, shape)
        return versioned(self.output(row, shape=shape), row.version)

    def changed(self, row: Any) -> Response:
        """The row as it is after a change, under its new version."""
        return versioned(self.output(row), row.version)


class SingleByDigest(APIView):
    """One row without a version, written by `output`; its ETag is that of its content."""

    output: ClassVar[type[RowOutput[Any]]]

    def shown(self, request: Request, row: Any) -> HttpResponse:
        """The row under the ETag of all its fields; 304 where the client has this and asks for no expansion."""
        shape = shape_of_row(request, self.output)
        whole = self.output(row).data
        etag = content_etag(whole)
        unchanged = not_modified(request, etag) if not shape.expand else None
        if unchanged is not None:
            return unchanged
        load([row], self.output, shape)
        body = whole if shape == Shape() else self.output(row, shape=shape).data
        return with_etag(Response(body), etag)

    def holding(
        self, request: Request, read: Callable[[], Any], *rows: QuerySet[Any]
    ) -> AbstractContextManager[None]:
        """Around a change of what `read` gives and `rows` hold: see `still_as_read`."""
        return still_as_read(request, lambda: self.output(read()).data, *rows)

    def changed(self, row: Any) -> Response:
        """The row as it is after a change, under its new ETag."""
        return told_with_digest(self.output(row).data)


def shape_of_row(request: Request, output: type[RowOutput[Any]]) -> Shape:
    """What `?fields=` and `?expand=` ask for of one row, which takes no other parameter."""
    refuse_unknown(request.query_params, known={"fields", "expand"})
    return read_shape(request, output)


def versioned(output: Serializer[Any], version: int, *, status: int = 200, location: str = "") -> Response:
    """An answer with a row and its version as ETag; `location` is the address of a new one."""
    response = with_etag(Response(output.data, status=status), version_etag(version))
    if location:
        response["Location"] = location
    return response


def answer_with_digest(request: Request, body: Any) -> HttpResponse:
    """The body under the ETag of its content, for what has no version of its own; 304 where nothing changed."""
    content = JSONRenderer().render(body)
    etag = digest_etag(content)
    return not_modified(request, etag) or with_etag(
        HttpResponse(content, content_type="application/json"), etag
    )


def answer_alone(request: Request, body: Any) -> HttpResponse:
    """As `answer_with_digest`, for what takes no parameter; refuses any."""
    refuse_unknown(request.query_params, known=())
    return answer_with_digest(request, body)


def told_with_digest(body: Any, *, status: int = 200) -> Response:
    """The body under the ETag of its content."""
    return with_etag(Response(body, status=status), content_etag(body))


def new_row(output: Serializer[Any], address: str, *place: Any, is_new: bool = True) -> Response:
    """A row that has no version, under the ETag of its content; 201 and where it is, 200 where it was there before."""
    response = told_with_digest(output.data, status=201 if is_new else 200)
    if is_new:
        response["Location"] = reverse(address, args=place)
    return response
