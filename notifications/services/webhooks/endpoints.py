"""Adding, changing and switching webhooks."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record
from common.errors import InvalidInput, NotAllowed, StaleVersion
from common.outbound import check_url
from common.secrets import encrypt
from notifications.choices import UNSENT, Rule, State, SwitchedOff
from notifications.models import WebhookEndpoint
from notifications.permissions import can_manage_webhooks
from notifications.selectors.readers import Responsible
from notifications.selectors.webhooks import get_endpoint
from notifications.services.planning import Due, plan
from notifications.services.webhooks.planning import patterns
from notifications.services.webhooks.signing import new_secret
from people.models import Membership

MOST_ENDPOINTS = 50
OVERLAP = timedelta(hours=24)
DESCRIPTION_LIMIT = 200


@transaction.atomic
def create_endpoint(
    *, by: Membership, url: str, event_types: Iterable[str], description: str = ""
) -> tuple[WebhookEndpoint, str]:
    """The endpoint, which acts for `by`, and its secret, which is told only now. Refuses an unfit address."""
    if not can_manage_webhooks(by):
        raise NotAllowed
    if WebhookEndpoint.objects.visible_to(by).count() >= MOST_ENDPOINTS:
        raise InvalidInput({"url": [_("There are %(most)s webhooks already.") % {"most": MOST_ENDPOINTS}]})
    fields = _checked({"url": url, "event_types": event_types, "description": description})
    secret = new_secret()
    endpoint = WebhookEndpoint.objects.create(
        organization_id=by.organization_id, owner=by, secret=encrypt(secret), **fields
    )
    _record("webhook.created", endpoint, by)
    return endpoint, secret


@transaction.atomic
def edit_endpoint(
    *, by: Membership, endpoint_id: int, changes: Mapping[str, Any], version: int | None = None
) -> WebhookEndpoint:
    """The endpoint with new address, events or description. A new address is tried at once."""
    endpoint = changeable_endpoint(by, endpoint_id, version)
    if not changes:
        return endpoint
    for name, value in _checked(changes).items():
        setattr(endpoint, name, value)
    endpoint.paused_until = None
    endpoint.failures = 0
    _saved(endpoint, [*changes, "paused_until", "failures"])
    _record("webhook.edited", endpoint, by, fields=",".join(changes))
    return endpoint


@transaction.atomic
def rotate_secret(
    *, by: Membership, endpoint_id: int, version: int | None = None
) -> tuple[WebhookEndpoint, str]:
    """A new secret, told only now; for a day messages are signed with the former one too."""
    endpoint = changeable_endpoint(by, endpoint_id, version)
    secret = new_secret()
    endpoint.former_secret = endpoint.secret
    endpoint.secret = encrypt(secret)
    _saved(endpoint, ["former_secret", "secret"])
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(former_secret_until=Now() + OVERLAP)
    endpoint.refresh_from_db(fields=["former_secret_until"])
    _record("webhook.secret_rotated", endpoint, by)
    return endpoint, secret


@transaction.atomic
def disable_endpoint(*, by: Membership, endpoint_id: int) -> WebhookEndpoint:
    """Nothing is sent there any more, what waits neither; doing it twice changes nothing."""
    endpoint = changeable_endpoint(by, endpoint_id)
    if endpoint.disabled_at is None:
        switch_off(endpoint, SwitchedOff.BY_HAND, by=by)
    return endpoint


@transaction.atomic
def enable_endpoint(*, by: Membership, endpoint_id: int) -> WebhookEndpoint:
    """What happens from now on is sent again, on behalf of `by`; doing it twice changes nothing."""
    endpoint = changeable_endpoint(by, endpoint_id)
    if endpoint.disabled_at is not None:
        endpoint.owner = by
        endpoint.disabled_at = endpoint.failing_since = endpoint.paused_until = None
        endpoint.disabled_reason, endpoint.failures = "", 0
        _saved(
            endpoint, ["owner", "disabled_at", "failing_since", "paused_until", "disabled_reason", "failures"]
        )
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(listens_since=Now())
        _record("webhook.enabled", endpoint, by)
    return endpoint


@transaction.atomic
def delete_endpoint(*, by: Membership, endpoint_id: int, version: int | None = None) -> None:
    """The endpoint, its secret and its log are gone."""
    endpoint = changeable_endpoint(by, endpoint_id, version)
    _record("webhook.deleted", endpoint, by, url=endpoint.url)
    endpoint.delete()


def switch_off(endpoint: WebhookEndpoint, reason: SwitchedOff, *, by: Membership | None) -> None:
    """The endpoint is off, with an event; what waits will not be sent. Where nobody did it, its owner hears of it."""
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(
        disabled_at=Now(), disabled_reason=reason, version=endpoint.version + 1
    )
    endpoint.refresh_from_db()
    endpoint.deliveries.filter(state__in=UNSENT).update(state=State.DROPPED)
    _record("webhook.disabled", endpoint, by, reason=str(reason))
    if by is None:
        _tell_people(endpoint)


def _tell_people(endpoint: WebhookEndpoint) -> None:
    """The owner hears of it, or where they have left the administrators."""
    people = Responsible(endpoint.organization_id)
    readers = {endpoint.owner_id} if people.is_here(endpoint.owner_id) else people.administrators()
    period = f"off:{endpoint.version}"
    plan(
        endpoint.organization_id,
        [
            Due(
                Rule.WEBHOOK_OFF,
                reader,
                endpoint._meta.label_lower,
                endpoint.pk,
                period,
                endpoint.disabled_at or timezone.now(),
            )
            for reader in sorted(readers)
        ],
    )


def changeable_endpoint(by: Membership, endpoint_id: int, version: int | None = None) -> WebhookEndpoint:
    """The endpoint, locked; refuses a stranger's, a reader who may not, and a version that is not the present one."""
    endpoint = get_endpoint(by, endpoint_id)
    if not can_manage_webhooks(by):
        raise NotAllowed
    endpoint = WebhookEndpoint.objects.select_for_update(of=("self",)).get(pk=endpoint.pk)
    if version is not None and version != endpoint.version:
        raise StaleVersion
    return endpoint


def _checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    checked = dict(fields)
    if "url" in checked:
        check_url(checked["url"])
    if "event_types" in checked:
        wanted = sorted(set(checked["event_types"]))
        unknown = [each for each in wanted if each not in patterns()]
        if unknown:
            raise InvalidInput({"event_types": [_("There is no event %(name)s.") % {"name": unknown[0]}]})
        if not wanted:
            raise InvalidInput({"event_types": [_("Choose at least one event.")]})
        checked["event_types"] = wanted
    if len(checked.get("description", "")) > DESCRIPTION_LIMIT:
        raise InvalidInput(
            {"description": [_("Use at most %(most)s characters.") % {"most": DESCRIPTION_LIMIT}]}
        )
    return checked


def _saved(endpoint: WebhookEndpoint, fields: Iterable[str]) -> None:
    endpoint.version += 1
    endpoint.save(update_fields=[*fields, "version", "updated_at"])


def _record(verb: str, endpoint: WebhookEndpoint, by: Membership | None, **facts: str | int) -> None:
    record(verb, subject=endpoint, organization_id=endpoint.organization_id, by=by, **facts)
