"""Addresses of the notifications resources below /api/v1/."""

from django.urls import path

from notifications.api import inbox, webhooks

app_name = "notifications-api"
urlpatterns = [
    path("inbox/", inbox.InboxCollection.as_view(), name="inbox"),
    path("inbox/reading/", inbox.InboxReading.as_view(), name="inbox-reading"),
    path("inbox/<int:item_id>/reading/", inbox.InboxItemReading.as_view(), name="inbox-item-reading"),
    path(
        "notification-preferences/",
        inbox.NotificationPreferences.as_view(),
        name="notification-preferences",
    ),
    path("webhooks/", webhooks.WebhookCollection.as_view(), name="webhooks"),
    path("webhooks/events/", webhooks.WebhookEventTypes.as_view(), name="webhook-event-types"),
    path("webhooks/<int:endpoint_id>/", webhooks.WebhookResource.as_view(), name="webhook"),
    path("webhooks/<int:endpoint_id>/secret/", webhooks.WebhookSecret.as_view(), name="webhook-secret"),
    path(
        "webhooks/<int:endpoint_id>/disablement/",
        webhooks.WebhookDisablement.as_view(),
        name="webhook-disablement",
    ),
    path("webhooks/<int:endpoint_id>/pings/", webhooks.WebhookPings.as_view(), name="webhook-pings"),
    path("webhooks/<int:endpoint_id>/replays/", webhooks.WebhookReplays.as_view(), name="webhook-replays"),
    path(
        "webhooks/<int:endpoint_id>/deliveries/",
        webhooks.WebhookDeliveries.as_view(),
        name="webhook-deliveries",
    ),
    path(
        "webhooks/<int:endpoint_id>/deliveries/<int:delivery_id>/",
        webhooks.WebhookDeliveryResource.as_view(),
        name="webhook-delivery",
    ),
    path(
        "webhooks/<int:endpoint_id>/deliveries/<int:delivery_id>/replay/",
        webhooks.WebhookReplay.as_view(),
        name="webhook-replay",
    ),
]
