"""Addresses under the names by which allauth leads from one step of signing in to the next."""

from django.urls import path

from people import views

urlpatterns = [
    path("sign-in/", views.sign_in, name="account_login"),
    path("sign-in/code/", views.second_step, name="mfa_authenticate"),
]
