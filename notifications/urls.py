"""Addresses of the notifications pages."""

from django.urls import path

from notifications import views
from notifications.views import webhooks

app_name = "notifications"
urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/bell/", views.bell, name="bell"),
    path("inbox/latest/", views.latest, name="latest"),
    path("inbox/reading/", views.reading_all, name="read-all"),
    path("inbox/<int:item_id>/", views.item, name="item"),
    path("inbox/<int:item_id>/reading/", views.reading, name="read"),
    path("reminders/<int:delivery_id>/snooze/", views.snooze, name="snooze"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("settings/notifications/", views.preferences, name="preferences"),
    path("settings/notifications/chat/", views.own_channel, name="own-channel"),
    path("settings/channels/", views.channel_list, name="channels"),
    path("settings/channels/<int:room_id>/", views.room_detail, name="channel"),
    path("settings/channels/<int:room_id>/test/", views.room_test, name="channel-test"),
    path("settings/channels/<int:room_id>/removal/", views.room_removal, name="channel-removal"),
    path("settings/deliveries/", views.deliveries, name="deliveries"),
    path(
        "settings/deliveries/<int:delivery_id>/repetition/",
        views.delivery_repetition,
        name="delivery-repetition",
    ),
    path("settings/reminders/", views.reminders, name="reminders"),
    path("settings/reminders/calendar/", views.calendar, name="calendar"),
    path("settings/reminders/days/", views.special_days, name="special-days"),
    path(
        "settings/reminders/days/<int:day_id>/removal/", views.special_day_removal, name="special-day-removal"
    ),
    path("settings/webhooks/", webhooks.webhook_list, name="webhooks"),
    path("settings/webhooks/new/", webhooks.webhook_new, name="webhook-new"),
    path("settings/webhooks/<int:endpoint_id>/", webhooks.webhook_detail, name="webhook"),
    path("settings/webhooks/<int:endpoint_id>/edit/", webhooks.webhook_edit, name="webhook-edit"),
    path("settings/webhooks/<int:endpoint_id>/pings/", webhooks.webhook_ping, name="webhook-ping"),
    path("settings/webhooks/<int:endpoint_id>/secret/", webhooks.webhook_secret, name="webhook-secret"),
    path(
        "settings/webhooks/<int:endpoint_id>/disablement/",
        webhooks.webhook_disablement,
        name="webhook-disablement",
    ),
    path(
        "settings/webhooks/<int:endpoint_id>/enablement/",
        webhooks.webhook_enablement,
        name="webhook-enablement",
    ),
    path("settings/webhooks/<int:endpoint_id>/removal/", webhooks.webhook_removal, name="webhook-removal"),
    path("settings/webhooks/<int:endpoint_id>/replays/", webhooks.webhook_replays, name="webhook-replays"),
    path(
        "settings/webhooks/<int:endpoint_id>/deliveries/<int:delivery_id>/",
        webhooks.webhook_delivery,
        name="webhook-delivery",
    ),
    path(
        "settings/webhooks/<int:endpoint_id>/deliveries/<int:delivery_id>/replay/",
        webhooks.webhook_replay,
        name="webhook-replay",
    ),
]
