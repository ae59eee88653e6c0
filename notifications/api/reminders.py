"""The REST doors to the reminder rules."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.inputs import read_body
from common.api.resources import SingleByDigest, answer_alone
from notifications import selectors, services
from notifications.models import ReminderRule
from notifications.serializers.settings import RuleOutput, RulePatch
from people.access import acting, refuse_unless
from people.choices import Permission, Scope
from people.models import Organization


class ReminderRules(APIView):
    """Every reminder rule of the organization."""

    scopes = {"GET": Scope.REMINDERS_READ}

    @extend_schema(operation_id="reminder_rules_list", responses=RuleOutput(many=True))
    def get(self, request: Request) -> HttpResponse:
        """List when the organization reminds its people: one rule for each kind, on one page."""
        actor = acting(request)
        refuse_unless(actor, Permission.REMINDERS_MANAGE)
        return answer_alone(request, RuleOutput(selectors.reminder_rules(actor), many=True).data)


class ReminderRuleResource(SingleByDigest):
    """One reminder rule."""

    scopes = {"GET": Scope.REMINDERS_READ, "PATCH": Scope.REMINDERS_WRITE}
    output = RuleOutput

    @extend_schema(operation_id="reminder_rules_read", responses=RuleOutput)
    def get(self, request: Request, kind: str) -> HttpResponse:
        """Read the rule of one kind."""
        actor = acting(request)
        refuse_unless(actor, Permission.REMINDERS_MANAGE)
        return self.shown(request, selectors.reminder_rule(actor, kind))

    @extend_schema(operation_id="reminder_rules_change", request=RulePatch, responses=RuleOutput)
    def patch(self, request: Request, kind: str) -> Response:
        """Change a rule; what was planned stays."""
        actor, changes = acting(request), read_body(RulePatch, request, partial=True)
        rows = (
            Organization.objects.filter(pk=actor.organization_id),
            ReminderRule.objects.visible_to(actor).filter(kind=kind),
        )
        with self.holding(request, lambda: selectors.reminder_rule(actor, kind), *rows):
            return self.changed(services.change_reminder_rule(by=actor, kind=kind, **changes))
