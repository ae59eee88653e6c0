"""The REST doors to feedback, customers, themes and surveys."""

from feedback.api.customers import CustomerCollection, CustomerResource, ThemeCollection, ThemeResource
from feedback.api.items import (
    FeedbackBulk,
    FeedbackCollection,
    FeedbackResource,
    ItemTasks,
    ReplyCollection,
    ReplyResource,
)
from feedback.api.surveys import (
    InvitationCollection,
    InvitationResource,
    ResponseCollection,
    ResponseResource,
    SurveyCollection,
    SurveyResource,
)

__all__ = [
    "CustomerCollection",
    "CustomerResource",
    "FeedbackBulk",
    "FeedbackCollection",
    "FeedbackResource",
    "InvitationCollection",
    "InvitationResource",
    "ItemTasks",
    "ReplyCollection",
    "ReplyResource",
    "ResponseCollection",
    "ResponseResource",
    "SurveyCollection",
    "SurveyResource",
    "ThemeCollection",
    "ThemeResource",
]
