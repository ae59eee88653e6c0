"""Choosing from the KPIs that ship with opsteam."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import InvalidInput, NotAllowed
from kpis.library import SHIPPED_KPIS
from kpis.models import Kpi
from kpis.permissions import can_define_kpis
from kpis.services.definitions import edit_kpi, restore_kpi
from kpis.services.installing import install_library
from people.models import Membership


@transaction.atomic
def choose_kpis(by: Membership, keys: Collection[str]) -> list[Kpi]:
    """The shipped KPIs of these keys are in use with metric and target, and `by` owns those that nobody owned.

    Chosen twice, nothing changes. Managers only; refuses no key at all and keys that are not shipped.
    """
    if not can_define_kpis(by):
        raise NotAllowed
    if not keys:
        raise InvalidInput({"keys": [_("Choose at least one.")]})
    if set(keys) - {spec.key for spec in SHIPPED_KPIS}:
        raise InvalidInput({"keys": [_("There is no such choice.")]})
    chosen = Kpi.objects.visible_to(by).filter(key__in=keys)
    if chosen.count() < len(set(keys)):
        install_library(by.organization_id)
    for kpi in chosen:
        if kpi.archived_at is not None:
            restore_kpi(by, kpi.key)
        if kpi.owner_id is None:
            edit_kpi(by, kpi.key, None, owner=by)
    return list(chosen.all())
