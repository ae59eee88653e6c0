"""Addresses of the people resources below /api/v1/."""

from django.urls import path

from people import api

app_name = "people-api"
urlpatterns = [
    path("me/", api.Me.as_view(), name="me"),
    path("organization/", api.OrganizationResource.as_view(), name="organization"),
    path("members/", api.MemberCollection.as_view(), name="members"),
    path("members/<int:member_id>/", api.MemberResource.as_view(), name="member"),
    path("teams/", api.TeamCollection.as_view(), name="teams"),
    path("teams/<int:team_id>/", api.TeamResource.as_view(), name="team"),
    path("tokens/", api.TokenCollection.as_view(), name="tokens"),
    path("tokens/<int:token_id>/", api.TokenResource.as_view(), name="token"),
    path("tokens/<int:token_id>/rotation/", api.TokenRotation.as_view(), name="rotate-token"),
    path("tokens/<int:token_id>/revocation/", api.TokenRevocation.as_view(), name="revoke-token"),
]
