"""An upgrade leaves every organization with its reminder rules, and the second one nothing to see."""

from django.core.management import call_command
from django.db import connection

from notifications.choices import REMINDERS
from notifications.models import ReminderRule
from opsteam.operating import catalogue
from tests.conftest import Cast


def test_upgrading_twice_seeds_each_organizations_rules_once_and_moves_no_sequence(cast: Cast) -> None:
    """`verify FILE` after `restore FILE`, which upgrades, must not tell a difference."""
    call_command("upgrade", verbosity=0)
    with connection.cursor() as cursor:
        once = catalogue.sequences(cursor)
        call_command("upgrade", verbosity=0)
        assert catalogue.sequences(cursor) == once
    for organization in (cast.organization, cast.other):
        assert ReminderRule.objects.filter(organization=organization).count() == len(REMINDERS)
