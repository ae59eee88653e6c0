"""Addresses of the people resources below /api/v1/."""

from django.urls import path

from people import api

app_name = "people-api"
urlpatterns = [
    path("me/", api.Me.as_view(), name="me"),
    path("organization/", api.OrganizationResource.as_view(), name="organization"),
    path("members/", api.MemberCollection.as_view(), name="members"),
    path("members/<int:member_id>/", api.MemberResource.as_view(), name="member"),
    path("members/<int:member_id>/role/", api.MemberRole.as_view(), name="member-role"),
    path("members/<int:member_id>/deactivation/", api.MemberDeactivation.as_view(), name="deactivation"),
    path("teams/", api.TeamCollection.as_view(), name="teams"),
    path("teams/<int:team_id>/", api.TeamResource.as_view(), name="team"),
    path("teams/<int:team_id>/members/", api.TeamPlaces.as_view(), name="places"),
    path("teams/<int:team_id>/members/<int:member_id>/", api.TeamPlace.as_view(), name="place"),
    path("tokens/", api.TokenCollection.as_view(), name="tokens"),
    path("tokens/<int:token_id>/", api.TokenResource.as_view(), name="token"),
    path("tokens/<int:token_id>/rotation/", api.TokenRotation.as_view(), name="rotate-token"),
    path("tokens/<int:token_id>/revocation/", api.TokenRevocation.as_view(), name="revoke-token"),
]
