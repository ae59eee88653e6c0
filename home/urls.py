"""Addresses of the home pages."""

from django.urls import include, path

from home import views

app_name = "home"
SIGNALS = [
    path("", views.signal_list, name="list"),
    path("<int:signal_id>/", views.signal_detail, name="detail"),
    path("<int:signal_id>/acknowledgement/", views.acknowledge_signal, name="acknowledge"),
    path("<int:signal_id>/tasks/", views.open_task, name="open-task"),
    path("<int:signal_id>/closure/", views.close_signal, name="close"),
]
urlpatterns = [
    path("", views.manager_home, name="manager"),
    path("manifest/<str:language>.webmanifest", views.manifest, name="manifest"),
    path("setup/<str:token>/", views.setup, name="setup"),
    path("signals/", include((SIGNALS, "signals"))),
]
