"""Addresses of the people resources below /api/v1/."""

from django.urls import path

from people.api import invitations, members, organization, roles, teams, tokens

app_name = "people-api"
urlpatterns = [
    path("me/", organization.Me.as_view(), name="me"),
    path("organization/", organization.OrganizationResource.as_view(), name="organization"),
    path("members/", members.MemberCollection.as_view(), name="members"),
    path("members/<int:member_id>/", members.MemberResource.as_view(), name="member"),
    path("members/<int:member_id>/role/", members.MemberRole.as_view(), name="member-role"),
    path("members/<int:member_id>/deactivation/", members.MemberDeactivation.as_view(), name="deactivation"),
    path("members/invitations/", invitations.MemberInvitations.as_view(), name="member-invitations"),
    path(
        "members/invitations/<int:invitation_id>/",
        invitations.MemberInvitation.as_view(),
        name="member-invitation",
    ),
    path(
        "members/invitations/<int:invitation_id>/renewal/",
        invitations.MemberInvitationRenewal.as_view(),
        name="renew-member-invitation",
    ),
    path(
        "members/invitations/<int:invitation_id>/withdrawal/",
        invitations.MemberInvitationWithdrawal.as_view(),
        name="withdraw-member-invitation",
    ),
    path("roles/", roles.RoleCollection.as_view(), name="roles"),
    path("roles/<int:role_id>/", roles.RoleResource.as_view(), name="role"),
    path("teams/", teams.TeamCollection.as_view(), name="teams"),
    path("teams/<int:team_id>/", teams.TeamResource.as_view(), name="team"),
    path("teams/<int:team_id>/members/", teams.TeamPlaces.as_view(), name="places"),
    path("teams/<int:team_id>/members/<int:member_id>/", teams.TeamPlace.as_view(), name="place"),
    path("tokens/", tokens.TokenCollection.as_view(), name="tokens"),
    path("tokens/<int:token_id>/", tokens.TokenResource.as_view(), name="token"),
    path("tokens/<int:token_id>/rotation/", tokens.TokenRotation.as_view(), name="rotate-token"),
    path("tokens/<int:token_id>/revocation/", tokens.TokenRevocation.as_view(), name="revoke-token"),
]
