"""The REST doors to files of tasks and feedback."""

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.http import urlencode
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.inputs import pointing_to, read_body
from common.api.query import read_query
from common.api.resources import Collection, SingleByDigest, answer_with_digest, new_row, told_with_digest
from common.errors import InvalidInput
from common.importing.errors import UnreadableFile
from common.importing.text import Encoding
from imports import selectors, services
from imports.filters import ImportFilter, ReportFilter
from imports.library import LABELS
from imports.models import FileImport
from imports.serializers import CheckInput, FileInput, ImportOutput, ReportOutput
from people.access import acting, idempotent
from people.choices import Scope
from people.models import Membership

MANAGED = Scope.IMPORTS_MANAGE
USUAL_ROWS = 200
REPORT = [
    OpenApiParameter("after", int, description="How many of the rows you have; none unless told."),
    OpenApiParameter("limit", int, description="How many at most, 1 to 1,000; 200 unless told."),
]


class ImportCollection(Collection):
    """The files that were brought in."""

    scopes = {"GET": MANAGED, "POST": MANAGED}
    filterset_class = ImportFilter
    output = ImportOutput
    model = FileImport

    def rows(self, actor: Membership) -> QuerySet[FileImport]:
        """Those of the kinds that the actor may bring in."""
        return selectors.imports_of(actor)

    @extend_schema(operation_id="imports_list", responses=ImportOutput(many=True))
    def get(self, request: Request) -> HttpResponse:
        """List files of tasks and feedback, on their way in or done."""
        return self.listed(request)

    @extend_schema(operation_id="imports_create", request=FileInput, responses={201: ImportOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Take a file in: its columns are found and guessed, and nothing is stored yet. Have it checked next."""
        given = read_body(FileInput, request)
        try:
            taken = services.take_file(
                acting(request),
                kind=given["kind"],
                name=given["file_name"],
                chunks=[given["content"].encode()],
                encoding=Encoding.UTF8,
            )
        except UnreadableFile as refused:
            raise InvalidInput({"content": [str(refused)]}) from refused
        return new_row(ImportOutput(taken), "imports-api:detail", taken.pk)


class ImportResource(SingleByDigest):
    """One file."""

    scopes = {"GET": MANAGED}
    output = ImportOutput

    @extend_schema(operation_id="imports_read", responses=ImportOutput)
    def get(self, request: Request, import_id: int) -> HttpResponse:
        """Read how far a file is, and what became of its rows."""
        return self.shown(request, selectors.get_import(acting(request), import_id))


class ImportCheck(APIView):
    """Reading every row without storing any."""

    scopes = {"POST": MANAGED}

    @extend_schema(operation_id="imports_check", request=CheckInput, responses={202: ImportOutput})
    @idempotent
    def post(self, request: Request, import_id: int) -> Response:
        """Confirm the columns and have every row checked by a worker; nothing is stored."""
        given, actor = read_body(CheckInput, request), acting(request)
        columns = given.pop("columns", None)
        if columns is None:
            columns = selectors.get_import(actor, import_id).mapping
        with pointing_to({f"column_{field}": f"/columns/{field}" for field in {*LABELS, *columns}}):
            taken = services.start_check(actor, import_id, columns=columns, **given)
        return Response(ImportOutput(taken).data, status=202)


class ImportStoring(APIView):
    """Storing the rows."""

    scopes = {"POST": MANAGED}

    @extend_schema(operation_id="imports_store", request=None, responses={202: ImportOutput})
    @idempotent
    def post(self, request: Request, import_id: int) -> Response:
        """Have a worker store the usable rows of a checked file; asked twice, it stores once."""
        taken = services.start_storing(acting(request), import_id)
        return Response(ImportOutput(taken).data, status=202)


class ImportCancellation(APIView):
    """That nothing more of the file is stored."""

    scopes = {"POST": MANAGED}

    @extend_schema(operation_id="imports_cancel", request=None, responses=ImportOutput)
    @idempotent
    def post(self, request: Request, import_id: int) -> Response:
        """Cancel: nothing more is stored, rows that were stay, and the file is not kept."""
        return told_with_digest(ImportOutput(services.cancel_import(acting(request), import_id)).data)


class ImportReport(APIView):
    """The rows that were, or would be, not stored."""

    scopes = {"GET": MANAGED}

    @extend_schema(operation_id="imports_report", parameters=REPORT, responses=ReportOutput)
    def get(self, request: Request, import_id: int) -> HttpResponse:
        """Read which rows cannot be stored, and why, in the order in which they were met."""
        given = read_query(request, ReportFilter)
        found = selectors.get_import(acting(request), import_id)
        limit = given["limit"] or USUAL_ROWS
        rows = selectors.reported_rows(found, after=given["after"] or 0, limit=limit)
        following = None
        if len(rows) == limit:
            query = urlencode({"after": rows[-1].number, "limit": limit})
            following = f"{settings.SITE_URL}{request.path}?{query}"
        return answer_with_digest(request, ReportOutput({"next": following, "results": rows}).data)
