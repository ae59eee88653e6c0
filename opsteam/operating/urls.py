"""Addresses of what is stored about persons."""

from django.urls import path

from opsteam.operating import views

app_name = "operating"
_members = "settings/personal-data/members/<int:membership_id>"
_customers = "settings/personal-data/customers/<int:customer_id>"
urlpatterns = [
    path("settings/my-data/", views.my_data, name="my-data"),
    path("settings/my-data/export.json", views.my_export, name="my-export"),
    path("settings/personal-data/", views.people_data, name="people-data"),
    path(f"{_members}/export.json", views.member_export, name="member-export"),
    path(f"{_members}/erasure/", views.member_erasure, name="member-erasure"),
    path(f"{_customers}/export.json", views.customer_export, name="customer-export"),
    path(f"{_customers}/erasure/", views.customer_erasure, name="customer-erasure"),
]
