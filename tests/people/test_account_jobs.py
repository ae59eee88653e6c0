"""The jobs behind signing in may run twice, late, or at the same time as their twin."""

from datetime import timedelta

from django.core import mail
from django.db.models import F
from django.utils import timezone

from notifications import jobs as notifications
from notifications.models import Delivery
from people import jobs, services
from people.models import AccountMail, SignInAttempt
from people.services import Origin, account_key
from tests.conftest import Cast


def test_plan_account_mail_twice_makes_one_delivery_and_one_mail(cast: Cast) -> None:
    services.ask_for_password_reset(email=cast.ana.user.email, origin=Origin("192.0.2.1"))
    for _each in range(2):
        notifications.plan_account_mail()
        AccountMail.objects.update(planned_at=None)
    assert Delivery.objects.count() == 1
    for _each in range(2):
        notifications.send_due()
    assert len(mail.outbox) == 1


def test_forget_sign_ins_twice_deletes_only_what_is_old(cast: Cast) -> None:
    account = account_key("password", cast.ana.user.email)
    for outcome in (True, False):
        attempt = services.admit(account=account, origin=Origin("192.0.2.1"))
        services.settle(attempt, passed=outcome)
    services.ask_for_password_reset(email=cast.ana.user.email, origin=Origin("192.0.2.1"))
    AccountMail.objects.update(planned_at=timezone.now() - timedelta(days=8))
    SignInAttempt.objects.update(at=F("at") - timedelta(hours=1))
    for _each in range(2):
        jobs.forget_sign_ins()
        assert list(SignInAttempt.objects.values_list("outcome", flat=True)) == ["passed"]
        assert not AccountMail.objects.exists()
