"""An upgrade leaves every organization with its reminder rules."""

from django.core.management import call_command

from notifications.choices import REMINDERS
from notifications.models import ReminderRule
from tests.conftest import Cast


def test_upgrading_twice_seeds_each_organizations_rules_once(cast: Cast) -> None:
    for _ in range(2):
        call_command("upgrade", verbosity=0)
    for organization in (cast.organization, cast.other):
        assert ReminderRule.objects.filter(organization=organization).count() == len(REMINDERS)
