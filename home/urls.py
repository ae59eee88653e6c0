"""Addresses of the home pages."""

from django.urls import path

from home import views

app_name = "home"
urlpatterns = [
    path("", views.manager_home, name="manager"),
    path("setup/<str:token>/", views.setup, name="setup"),
]
