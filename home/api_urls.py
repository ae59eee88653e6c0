"""Addresses of the home resources below /api/v1/."""

from django.urls import path

from home import api

app_name = "home-api"
urlpatterns = [
    path("search/", api.Search.as_view(), name="search"),
    path("tiles/", api.Tiles.as_view(), name="tiles"),
]
