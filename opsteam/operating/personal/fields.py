"""Every text that holds something about a person, what becomes of it when the person is erased, and every other text.

A test walks all columns of the database: one that holds free text is in `FATES`, `SECRETS` or `NOT_PERSONAL`.
"""

from enum import Enum, unique


@unique
class Fate(Enum):
    """What an erasure does to a field."""

    REPLACED = "is replaced by words that name nobody"
    EMPTIED = "is emptied"
    ROW_GOES = "goes with its row"
    KEPT = "stays: it is the organization's work or record, not data about the person"


# Never given out, not even to the person: knowing them opens doors.
SECRETS = frozenset(
    {
        "people.User.password",
        "people.ApiToken.secret_hash",
        "people.ApiToken.previous_hash",
        "people.IdempotentRequest.answer",
        "people.IdempotentRequest.fingerprint",
        "notifications.ChatChannel.parts",
        "mfa.Authenticator.data",
        "socialaccount.SocialAccount.extra_data",
        "socialaccount.SocialToken.token",
        "socialaccount.SocialToken.token_secret",
        "usersessions.UserSession.session_key",
        "usersessions.UserSession.data",
        "notifications.WebhookEndpoint.secret",
        "notifications.WebhookEndpoint.former_secret",
    }
)
# Rows about the person alone: an erasure deletes them. By the relation that says whose they are.
ROWS_THAT_GO = (
    "people.ApiToken.membership",
    "people.TeamMembership.membership",
    "people.Invitation.accepted_by",
    "people.Draft.membership",
    "notifications.ChatChannel.owner",
    "notifications.Delivery.recipient",
    "notifications.InboxItem.membership",
    "notifications.Preference.membership",
    "notifications.RulePreference.membership",
    "notifications.Snooze.membership",
    "home.Tile.membership",
    "home.Visit.membership",
)
FATES: dict[str, Fate] = {
    # the account and the membership
    "people.User.email": Fate.REPLACED,
    "people.User.name": Fate.REPLACED,
    "people.User.search_keys": Fate.REPLACED,
    "people.User.password": Fate.ROW_GOES,
    "people.ApiToken.name": Fate.ROW_GOES,
    "people.ApiToken.secret_hash": Fate.ROW_GOES,
    "people.ApiToken.previous_hash": Fate.ROW_GOES,
    "people.ApiToken.allowed_networks": Fate.ROW_GOES,
    "people.Invitation.email": Fate.ROW_GOES,
    "people.AccountMail.email": Fate.ROW_GOES,
    "people.Draft.form": Fate.ROW_GOES,
    "people.Draft.values": Fate.ROW_GOES,
    "people.AccountMail.facts": Fate.ROW_GOES,
    "people.IdempotentRequest.key": Fate.ROW_GOES,
    "account.EmailAddress.email": Fate.ROW_GOES,
    "socialaccount.SocialAccount.provider": Fate.ROW_GOES,
    "socialaccount.SocialAccount.uid": Fate.ROW_GOES,
    "usersessions.UserSession.ip": Fate.ROW_GOES,
    "usersessions.UserSession.user_agent": Fate.ROW_GOES,
    # messages
    "notifications.ChatChannel.name": Fate.ROW_GOES,
    "notifications.ChatChannel.parts": Fate.ROW_GOES,
    "notifications.ChatChannel.disabled_reason": Fate.ROW_GOES,
    "notifications.Delivery.address": Fate.ROW_GOES,
    "notifications.Delivery.subject_type": Fate.ROW_GOES,
    "notifications.Delivery.period": Fate.ROW_GOES,
    "notifications.Delivery.message_id": Fate.ROW_GOES,
    "notifications.Delivery.last_error": Fate.ROW_GOES,
    "notifications.InboxItem.title": Fate.ROW_GOES,
    "notifications.Preference.time_zone": Fate.ROW_GOES,
    "notifications.InboxItem.path": Fate.ROW_GOES,
    "notifications.Snooze.subject_type": Fate.ROW_GOES,
    # customers and what they said
    "feedback.Customer.name": Fate.REPLACED,
    "feedback.Customer.email": Fate.EMPTIED,
    "feedback.Customer.external_id": Fate.EMPTIED,
    "feedback.FeedbackItem.subject": Fate.REPLACED,
    "feedback.FeedbackItem.body": Fate.EMPTIED,
    "feedback.FeedbackItem.source": Fate.KEPT,
    "feedback.FeedbackItem.external_id": Fate.KEPT,
    "feedback.FeedbackItem.import_digest": Fate.KEPT,
    "feedback.Reply.body": Fate.REPLACED,
    "feedback.Response.comment": Fate.EMPTIED,
    "feedback.Response.external_id": Fate.KEPT,
    "feedback.Invitation.external_id": Fate.KEPT,
    # work that a member did or answers for
    "activity.Event.verb": Fate.KEPT,
    "activity.Event.subject_type": Fate.KEPT,
    "activity.Event.facts": Fate.KEPT,
    "notifications.WebhookEndpoint.url": Fate.KEPT,
    "notifications.WebhookEndpoint.description": Fate.KEPT,
    "notifications.WebhookEndpoint.event_types": Fate.KEPT,
    "goals.Goal.name_en": Fate.KEPT,
    "goals.Goal.name_zh": Fate.KEPT,
    "goals.Goal.description": Fate.KEPT,
    "goals.CheckIn.note": Fate.KEPT,
    "kpis.Kpi.key": Fate.KEPT,
    "kpis.Kpi.name_en": Fate.KEPT,
    "kpis.Kpi.name_zh": Fate.KEPT,
    "kpis.Kpi.description": Fate.KEPT,
    "kpis.KpiDefinition.label": Fate.KEPT,
    "kpis.KpiDefinition.denominator_label": Fate.KEPT,
    "kpis.KpiDefinition.formula": Fate.KEPT,
    "kpis.KpiNote.text": Fate.KEPT,
    "kpis.Measurement.source_key": Fate.KEPT,
    "kpis.Measurement.label": Fate.KEPT,
    "kpis.Signal.comment": Fate.KEPT,
    "kpis.Signal.ending_reason": Fate.KEPT,
    # an uploaded file and what was wrong with its rows; it is forgotten by its age
    "imports.FileImport.file_name": Fate.KEPT,
    "imports.FileImport.columns": Fate.KEPT,
    "imports.FileImport.first_rows": Fate.KEPT,
    "imports.FileImport.mapping": Fate.KEPT,
    "imports.FileImport.problems": Fate.KEPT,
    "imports.FileImport.refusal": Fate.KEPT,
    "imports.FileImport.source": Fate.KEPT,
    "imports.FileImport.codec": Fate.KEPT,
    "imports.FileImport.delimiter": Fate.KEPT,
    "imports.FileImport.date_form": Fate.KEPT,
    "tasks.Task.title": Fate.KEPT,
    "tasks.Task.description": Fate.KEPT,
    "tasks.Task.source": Fate.KEPT,
    "tasks.Task.external_id": Fate.KEPT,
    "tasks.Transition.external_status": Fate.KEPT,
    "tasks.Step.text": Fate.KEPT,
    "tasks.TimeEntry.note": Fate.EMPTIED,
    # attempts to sign in, found by the hash of the address; they hold the network of who tried
    "people.SignInAttempt.account": Fate.ROW_GOES,
    "people.SignInAttempt.network": Fate.ROW_GOES,
    "people.SignInAttempt.device": Fate.ROW_GOES,
    # copies of what was sent to other systems
    "notifications.WebhookDelivery.body": Fate.EMPTIED,
    "notifications.WebhookDelivery.signature": Fate.EMPTIED,
}
# Texts that say nothing of a person: by model, or by table where there is no model, and why.
NOT_PERSONAL: dict[str, str] = {
    "account.EmailConfirmation": "comes with allauth and stays empty; it goes with its address",
    "activity.EventCursor": "names of followers of the log",
    "auth.Group": "comes with Django and stays empty",
    "auth.Permission": "comes with Django and stays empty",
    "contenttypes.ContentType": "names of models",
    "django_migrations": "names of migrations",
    "feedback.Survey": "the organization's questions",
    "feedback.Theme": "what feedback is about, as the organization calls it",
    "goals.KeyResult": "the organization's goals",
    "imports.SampleBatch": "invented rows",
    "imports.SampleRow": "names of models and keys of invented measurements",
    "kpis.ArchivedMonth": "names of files",
    "kpis.BiReader": "the name of a role of the database",
    "kpis.DayCell": "labels of facts, of which each metric has few: kinds, channels, products",
    "kpis.Forecast": "names of methods",
    "kpis.HourCell": "labels of facts, as above",
    "kpis.KpiChange": "reasons from a closed list",
    "kpis.Metric": "the organization's metrics",
    "kpis.Restatement": "labels of facts, as above, and reasons from a closed list",
    "kpis.Verification": "numbers of cells",
    "kpis_sourcekey": "keys of facts as their source has them, each once; as those of the facts themselves",
    "notifications.WebhookDelivery": "names of events, and why a message did not arrive",
    "opsteam.JobRun": "names of jobs",
    "people.CustomRole": "the organization's roles",
    "people.Organization": "the organization itself",
    "people.Team": "the organization's teams",
    "sessions.Session": "a random key, and signed by us: the account's number, goals of a sign-in under way",
    "socialaccount.SocialApp": "comes with allauth and stays empty",
    "tasks.Project": "the organization's projects",
    "tasks.SpecialDay": "names of days",
    "tasks.WorkCalendar": "codes of countries",
}
