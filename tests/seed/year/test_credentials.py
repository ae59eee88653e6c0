"""The sign-ins are random, printed once, work, and lie in a file that only its owner can read."""

import json
import stat

import pytest
from django.contrib.auth import authenticate
from django.utils import timezone

from people.choices import Scope
from people.models import User
from people.services import use_token

pytestmark = pytest.mark.django_db


def test_the_file_is_for_its_owner_only_and_complete(demo):
    assert stat.S_IMODE(demo.credentials.stat().st_mode) == 0o600
    written = json.loads(demo.credentials.read_text(encoding="utf-8"))
    assert set(written) == {"users", "api_token"}
    known = {(user["role"], user["language"]) for user in written["users"]}
    assert {("manager", "zh-hans"), ("manager", "en")} <= known
    assert {role for role, _language in known} == {"admin", "manager", "member", "viewer"}


def test_every_sign_in_works_is_printed_and_nobody_shares_a_password(demo):
    users = json.loads(demo.credentials.read_text(encoding="utf-8"))["users"]
    for user in users:
        assert authenticate(None, username=user["email"], password=user["password"]) is not None
        assert f"{user['email']}  {user['password']}" in demo.said
    assert len({user["password"] for user in users}) == len(users)


def test_the_others_cannot_sign_in(demo):
    listed = {user["email"] for user in json.loads(demo.credentials.read_text(encoding="utf-8"))["users"]}
    others = User.objects.filter(memberships__organization=demo.organization).exclude(email__in=listed)
    assert others.count() == 40 - len(listed)
    assert not [user for user in others if user.has_usable_password()]


def test_the_token_is_a_managers_with_every_scope_for_ninety_days(demo):
    token = use_token(json.loads(demo.credentials.read_text(encoding="utf-8"))["api_token"])
    assert token is not None
    assert token.membership == demo.manager
    assert set(token.scopes) == {str(scope) for scope in Scope}
    assert 89 <= (token.expires_at - timezone.now()).days <= 90
