"""Addresses of the people pages."""

from django.urls import include, path

from people import views
from people.views import drafts

app_name = "people"
SETTINGS = [
    path("profile/", views.profile, name="profile"),
    path("address/", views.address, name="address"),
    path("address/<str:token>/", views.address_confirmation, name="address-confirmation"),
    path("password/", views.password, name="password"),
    path("confirmation/", views.confirmation, name="confirmation"),
    path("two-step/", views.two_step, name="two-step"),
    path("two-step/app/", views.add_app, name="add-app"),
    path("two-step/passkeys/", views.add_passkey, name="add-passkey"),
    path("two-step/recovery-codes/", views.recovery_codes, name="recovery-codes"),
    path("two-step/recovery-codes/renewal/", views.renew_codes, name="renew-codes"),
    path("two-step/recovery-codes/safekeeping/", views.codes_saved, name="codes-saved"),
    path("two-step/removal/", views.step_removal, name="step-removal"),
    path("two-step/<int:step_id>/removal/", views.remove_step, name="remove-step"),
    path("sessions/", views.sessions, name="sessions"),
    path("sessions/<int:session_id>/end/", views.end_session, name="end-session"),
    path("sessions/others/end/", views.end_other_sessions, name="end-other-sessions"),
    path("members/", views.members, name="members"),
    path("members/<int:membership_id>/", views.member, name="member"),
    path("members/<int:membership_id>/deactivation/", views.deactivation, name="deactivation"),
    path("members/<int:membership_id>/reactivation/", views.reactivation, name="reactivation"),
    path("invitations/", views.invitations, name="invitations"),
    path("invitations/<int:invitation_id>/renewal/", views.send_again, name="send-again"),
    path("invitations/<int:invitation_id>/withdrawal/", views.withdrawal, name="withdrawal"),
    path("roles/", views.roles, name="roles"),
    path("roles/new/", views.create_role, name="create-role"),
    path("roles/<int:role_id>/", views.edit_role, name="edit-role"),
    path("roles/<int:role_id>/removal/", views.delete_role, name="delete-role"),
    path("teams/", views.teams, name="teams"),
    path("teams/new/", views.create_team, name="create-team"),
    path("teams/<int:team_id>/", views.team, name="team"),
    path("teams/<int:team_id>/removal/", views.delete_team, name="delete-team"),
    path("teams/<int:team_id>/members/", views.join_team, name="join-team"),
    path("teams/<int:team_id>/members/removal/", views.leave_team, name="leave-team"),
    path("sign-in/", views.sign_in_rules, name="sign-in-rules"),
]
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/passkey/", views.passkey_sign_in, name="passkey-sign-in"),
    path("sign-in/provider/", views.provider_sign_in, name="provider-sign-in"),
    path("sign-in/provider/answer/", views.provider_answer, name="provider-answer"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("password/", views.forgotten, name="forgotten"),
    path("password/<str:key>/", views.reset, name="password-reset"),
    path("invitations/<str:token>/", views.invitation, name="invitation"),
    path("organization/", views.switch, name="switch"),
    path("language/", views.choose_language, name="language"),
    path("home-team/", views.home_team, name="home-team"),
    path("people/pick/", views.pick, name="pick"),
    path("theme/", views.choose_theme, name="theme"),
    path("drafts/<str:form>/", drafts.draft, name="draft"),
    path("settings/", include(SETTINGS)),
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/<int:token_id>/rotation/", views.token_rotation, name="token-rotation"),
    path("tokens/<int:token_id>/revocation/", views.token_revocation, name="token-revocation"),
]
