"""Other systems are told what happens, by Standard Webhooks 1.0 (see docs/webhooks.md)."""

from notifications.services.webhooks.endpoints import (
    create_endpoint,
    delete_endpoint,
    disable_endpoint,
    edit_endpoint,
    enable_endpoint,
    rotate_secret,
)
from notifications.services.webhooks.planning import event_types, plan_webhooks
from notifications.services.webhooks.replaying import ping_endpoint, replay_delivery, replay_failed
from notifications.services.webhooks.sending import send_webhooks

__all__ = [
    "create_endpoint",
    "delete_endpoint",
    "disable_endpoint",
    "edit_endpoint",
    "enable_endpoint",
    "event_types",
    "ping_endpoint",
    "plan_webhooks",
    "replay_delivery",
    "replay_failed",
    "rotate_secret",
    "send_webhooks",
]
