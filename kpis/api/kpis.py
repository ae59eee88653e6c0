"""The REST doors to KPIs: what there is, how it is defined, what it should be."""

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.conditional import (
    expected_version,
    not_modified,
    version_etag,
    version_if_named,
    with_etag,
)
from common.api.inputs import read_body
from common.api.query import refuse_unknown
from common.api.resources import answer_alone, new_row, versioned
from common.errors import InvalidInput, NotVisible
from kpis import selectors, services
from kpis.choices import TargetPeriod, TargetShape
from kpis.models import KpiDefinition, KpiTarget
from kpis.serializers import (
    DefinitionInput,
    KpiDetailOutput,
    KpiInput,
    KpiOutput,
    KpiPatch,
    TargetInput,
    TargetOutput,
    VersionOutput,
    definition_of,
)
from people.access import acting, idempotent
from people.choices import Scope
from people.models import Membership
from people.selectors import assignable_members

# The fields of a body that are about the KPI itself, not its definition.
OWN_FIELDS = ("name_en", "name_zh", "unit", "direction", "minimum_n", "description")


class KpiCollection(APIView):
    """All KPIs of the organization."""

    scopes = {"GET": Scope.KPIS_READ, "POST": Scope.KPIS_WRITE}

    @extend_schema(operation_id="kpis_list", responses=KpiOutput(many=True))
    def get(self, request: Request) -> HttpResponse:
        """Every KPI in use with its value over the last 28 complete days, in the organization's order."""
        every = selectors.cards(acting(request), with_weeks=False)
        return answer_alone(request, KpiOutput(every, many=True).data)

    @extend_schema(operation_id="kpis_create", request=KpiInput, responses={201: KpiDetailOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Create a KPI with its first definition."""
        actor, sent = acting(request), read_body(KpiInput, request)
        kpi = services.create_kpi(
            by=actor,
            key=sent["key"],
            definition=definition_of(sent, sent["unit"]),
            **_own_fields(actor, sent),
        )
        response = _detail(actor, kpi.key, status=201)
        response["Location"] = reverse("kpis-api:detail", args=[kpi.key])
        return response


class KpiResource(APIView):
    """One KPI."""

    scopes = {"GET": Scope.KPIS_READ, "PATCH": Scope.KPIS_WRITE}

    @extend_schema(operation_id="kpis_read", responses=KpiDetailOutput)
    def get(self, request: Request, key: str) -> Response:
        """The KPI, its value over the last 28 complete days, and how it is computed."""
        refuse_unknown(request.query_params, known=())
        return _detail(acting(request), key)

    @extend_schema(operation_id="kpis_change", request=KpiPatch, responses=KpiDetailOutput)
    def patch(self, request: Request, key: str) -> Response:
        """Change a KPI's name, unit, direction, owner, smallest n or description; needs If-Match."""
        version = expected_version(request)
        given = read_body(KpiPatch, request, partial=True)
        actor = acting(request)
        services.edit_kpi(actor, key, version, **_own_fields(actor, given))
        return _detail(actor, key)


class KpiArchival(APIView):
    """That a KPI is no longer in use."""

    scopes = {"POST": Scope.KPIS_WRITE, "DELETE": Scope.KPIS_WRITE}

    @extend_schema(operation_id="kpis_archive", request=None, responses=KpiDetailOutput)
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        """Archive the KPI: it leaves lists and dashboards; its numbers, and formulas that read it, stay."""
        version = version_if_named(request)
        actor = acting(request)
        services.archive_kpi(actor, key, version)
        return _detail(actor, key)

    @extend_schema(operation_id="kpis_restore", responses={200: KpiDetailOutput})
    def delete(self, request: Request, key: str) -> Response:
        """Take an archived KPI into use again; needs If-Match."""
        version = expected_version(request)
        actor = acting(request)
        services.restore_kpi(actor, key, version)
        return _detail(actor, key)


class KpiDefinitions(APIView):
    """All versions of a KPI's definition."""

    scopes = {"GET": Scope.KPIS_READ, "POST": Scope.KPIS_WRITE}

    @extend_schema(operation_id="kpis_definitions_list", responses=VersionOutput(many=True))
    def get(self, request: Request, key: str) -> HttpResponse:
        """Every version, newest first."""
        defined = selectors.defined_kpi(acting(request), key)
        return answer_alone(request, _versions(defined.versions))

    @extend_schema(
        operation_id="kpis_definitions_add", request=DefinitionInput, responses={201: VersionOutput}
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        """Add the next version. Periods that end before its `applies_from` keep what they had.

        `If-Match` names the KPI's ETag.
        """
        version = version_if_named(request)
        actor = acting(request)
        given = read_body(DefinitionInput, request)
        unit = selectors.defined_kpi(actor, key).kpi.unit
        definition = definition_of(given, unit)
        added = services.change_definition(by=actor, key=key, definition=definition, version=version)
        return new_row(VersionOutput(added), "kpis-api:definition", key, added.version)


class KpiDefinitionResource(APIView):
    """One version of a KPI's definition, which never changes."""

    scopes = {"GET": Scope.KPIS_READ}

    @extend_schema(operation_id="kpis_definitions_read", responses=VersionOutput)
    def get(self, request: Request, key: str, number: int) -> HttpResponse:
        """Read a version by its number."""
        defined = selectors.defined_kpi(acting(request), key)
        found = next((each for each in defined.versions if each.version == number), None)
        if found is None:
            raise NotVisible
        return answer_alone(request, VersionOutput(found).data)


class KpiTargets(APIView):
    """The targets of a KPI."""

    scopes = {"GET": Scope.KPIS_READ, "POST": Scope.KPIS_WRITE}

    @extend_schema(operation_id="kpis_targets_list", responses=TargetOutput(many=True))
    def get(self, request: Request, key: str) -> HttpResponse:
        """Every target, newest first."""
        return answer_alone(request, _targets(selectors.defined_kpi(acting(request), key).targets))

    @extend_schema(
        operation_id="kpis_targets_set", request=TargetInput, responses={200: TargetOutput, 201: TargetOutput}
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        """Set the target from a day on; the one that starts on the same day is changed (200).

        `If-Match` names the KPI's ETag.
        """
        version = version_if_named(request)
        sent = read_body(TargetInput, request)
        shape = TargetShape(sent.pop("shape", TargetShape.STEP))
        period = TargetPeriod(sent.pop("period", TargetPeriod.FOUR_WEEKS))
        target, is_new = services.set_target(
            by=acting(request), key=key, shape=shape, period=period, version=version, **sent
        )
        location = reverse("kpis-api:target", args=[key, target.pk]) if is_new else ""
        status = 201 if is_new else 200
        return versioned(TargetOutput(target), target.kpi.version, status=status, location=location)


class KpiTargetResource(APIView):
    """One target. Its ETag is the KPI's, because the KPI's version grows with every change of its targets."""

    scopes = {"GET": Scope.KPIS_READ, "DELETE": Scope.KPIS_WRITE}

    @extend_schema(operation_id="kpis_targets_read", responses=TargetOutput)
    def get(self, request: Request, key: str, target_id: int) -> HttpResponse:
        """Read a target."""
        refuse_unknown(request.query_params, known=())
        defined = selectors.defined_kpi(acting(request), key)
        found = next((each for each in defined.targets if each.pk == target_id), None)
        if found is None:
            raise NotVisible
        version = defined.kpi.version
        return not_modified(request, version_etag(version)) or versioned(TargetOutput(found), version)

    @extend_schema(
        operation_id="kpis_targets_remove", responses={204: OpenApiResponse(description="Removed.")}
    )
    def delete(self, request: Request, key: str, target_id: int) -> Response:
        """Remove a target; the one before it goes on instead, for past periods too. Needs the KPI's If-Match."""
        version = expected_version(request)
        services.remove_target(acting(request), key, target_id, version)
        return Response(status=204)


def _versions(versions: list[KpiDefinition]) -> Any:
    many: Any = versions
    return VersionOutput(many, many=True).data


def _targets(targets: list[KpiTarget]) -> Any:
    many: Any = targets
    return TargetOutput(many, many=True).data


def _detail(actor: Membership, key: str, status: int = 200) -> Response:
    card, defined = selectors.kpi_card(actor, key, with_weeks=False)
    kpi = defined.kpi
    shown = {
        **asdict(card),
        "version": kpi.version,
        "description": kpi.description,
        "owner_id": kpi.owner_id,
        "archived_at": kpi.archived_at,
        "definition": defined,
    }
    return with_etag(Response(KpiDetailOutput(shown).data, status=status), version_etag(kpi.version))


def _own_fields(actor: Membership, sent: dict[str, Any]) -> dict[str, Any]:
    """The fields of the KPI itself, with the owner's row; refuses somebody else's member."""
    fields = {name: sent[name] for name in OWN_FIELDS if name in sent}
    if "owner_id" not in sent:
        return fields
    owner_id = sent["owner_id"]
    owner = None if owner_id is None else assignable_members(actor).filter(pk=owner_id).first()
    if owner_id is not None and owner is None:
        raise InvalidInput({"owner_id": [_("There is no such member in your organization.")]})
    return {**fields, "owner": owner}
