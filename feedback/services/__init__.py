"""Every write of the feedback app, one module per noun."""

from feedback.services.changing import ItemChanges, change_status, edit_item, undo_status_change
from feedback.services.conversation import reply
from feedback.services.customers import (
    create_customer,
    create_survey,
    create_theme,
    edit_customer,
    edit_survey,
    edit_theme,
)
from feedback.services.deleting import (
    delete_customer,
    delete_survey,
    delete_theme,
    take_back_answers,
    take_back_items,
    take_back_parties,
)
from feedback.services.importing import (
    InvitationRow,
    ItemRow,
    ResponseRow,
    import_items,
    import_responses,
    record_invitations,
)
from feedback.services.items import REPLY_WITHIN, TEXT_LIMIT, create_item, delete_item
from feedback.services.links import link_task, open_task
from feedback.services.surveys import invite, record_response
from tasks.services import ImportCounts

__all__ = [
    "REPLY_WITHIN",
    "TEXT_LIMIT",
    "ImportCounts",
    "InvitationRow",
    "ItemChanges",
    "ItemRow",
    "ResponseRow",
    "change_status",
    "create_customer",
    "create_item",
    "create_survey",
    "create_theme",
    "delete_customer",
    "delete_item",
    "delete_survey",
    "delete_theme",
    "edit_customer",
    "edit_item",
    "edit_survey",
    "edit_theme",
    "import_items",
    "import_responses",
    "invite",
    "link_task",
    "open_task",
    "record_invitations",
    "record_response",
    "reply",
    "take_back_answers",
    "take_back_items",
    "take_back_parties",
    "undo_status_change",
]
