"""Addresses of the notifications resources below /api/v1/."""

from django.urls import path

from notifications.api import channels, deliveries, inbox, reminders, webhooks

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
    path("reminder-rules/", reminders.ReminderRules.as_view(), name="reminder-rules"),
    path("reminder-rules/<str:kind>/", reminders.ReminderRuleResource.as_view(), name="reminder-rule"),
    path("chat-channels/", channels.RoomCollection.as_view(), name="rooms"),
    path("chat-channels/<int:room_id>/", channels.RoomResource.as_view(), name="room"),
    path("chat-channels/<int:room_id>/tests/", channels.RoomTests.as_view(), name="room-tests"),
    path("deliveries/", deliveries.DeliveryCollection.as_view(), name="deliveries"),
    path("deliveries/<int:delivery_id>/", deliveries.DeliveryResource.as_view(), name="delivery"),
    path(
        "deliveries/<int:delivery_id>/repetition/", deliveries.DeliveryRepetition.as_view(), name="repetition"
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
