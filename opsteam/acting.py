"""In whose name a job runs."""

from inspect import signature
from typing import Any

from celery import Task, signals

from common import tenancy
from opsteam import schedule
from opsteam.checks import refuse_without_wall


@signals.worker_init.connect
def _stand_behind_the_wall(**_: Any) -> None:
    refuse_without_wall()


class Job(Task):  # type: ignore[type-arg] # celery has no types of its own
    """Acts for the organization it is given, or across all where `schedule.ACROSS_ORGANIZATIONS` names it."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """A job that is given no organization and is not named there sees no row."""
        given = signature(self.run).bind(*args, **kwargs).arguments
        if "organization_id" in given:
            with tenancy.acting_for(given["organization_id"]):
                return self.run(*args, **kwargs)
        if self.name in schedule.ACROSS_ORGANIZATIONS:
            with tenancy.across_organizations():
                return self.run(*args, **kwargs)
        return self.run(*args, **kwargs)
