"""What the style guide shows: one example per component, each with a template of its own."""

from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from opsteam.styleguide.rows import WEEKS, Rows
from people.forms.picking import PeoplePicker


class SampleForm(forms.Form):
    """A field of each kind."""

    title = forms.CharField(label=_("Title"), max_length=20, help_text=_("What has to be done?"))
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("complaint", _("Complaint")), ("praise", _("Praise"))], required=False
    )
    due_on = forms.DateField(
        label=_("Due"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    is_urgent = forms.BooleanField(label=_("Urgent"), required=False)


@dataclass(frozen=True)
class Pane(Rows):
    """One language in one theme."""

    @property
    def key(self) -> str:
        """What makes the ids of this pane different from those of the others."""
        return f"{self.language}-{self.theme}"

    def form(self) -> SampleForm:
        """As it is first seen."""
        return SampleForm(auto_id=f"{self.key}-%s")

    def filter_form(self) -> SampleForm:
        """As above a list."""
        return SampleForm(auto_id=f"{self.key}-filter-%s")

    def summed_form(self) -> SampleForm:
        """With its mistakes, whose fields stand in the refused form."""
        return self.refused_form()

    def refused_form(self) -> SampleForm:
        """As it comes back with mistakes."""
        return SampleForm({"title": "", "kind": "unknown"}, auto_id=f"{self.key}-refused-%s")

    @property
    def tabs(self) -> list[tuple[str, Promise | str, bool]]:
        """Three views, the first of which is open."""
        names = (_("Board"), _("List"), _("Calendar"))
        return [("#tabs", name, index == 0) for index, name in enumerate(names)]

    @property
    def facts(self) -> tuple[Promise | str, ...]:
        """What stands below the name of a thing."""
        return ("#12", _("Nobody yet"))

    @property
    def picker(self) -> SafeString:
        """A select of people that can be typed into."""
        people = PeoplePicker(choices=[("", _("Nobody yet")), ("1", "张三"), ("2", "Ana Lopez")])
        return people.render("assignee", "1", attrs={"id": f"{self.key}-picker"})

    @property
    def weeks(self) -> tuple[int | None, ...]:
        """A series with a gap."""
        return WEEKS


@dataclass(frozen=True)
class Example:
    """A component and when to use it."""

    name: str
    label: Promise | str
    purpose: Promise | str
    # Whose style sheet it is drawn with; its own where it has one.
    sheet: str = ""

    @property
    def template(self) -> str:
        """Where it is shown."""
        return f"styleguide/{self.name}.html"

    @cached_property
    def source(self) -> str:
        """What one writes to get it."""
        return str(get_template(self.template).template.source).strip()  # type: ignore[attr-defined]


EXAMPLES = (
    Example(
        "button",
        _("Button"),
        _("One primary button per view; a link looks like one where it leads to a form."),
    ),
    Example("field", _("Field"), _("Label, help, control and mistake; what may stay empty says so.")),
    Example("card", _("Card"), _("Holds what belongs together; flush where it holds a list or a table.")),
    Example("list_row", _("List row"), _("A thing by its name, its facts below, its state at the end.")),
    Example("table", _("Table"), _("Numbers to compare; on a phone each row becomes a block.")),
    Example("stat", _("Stat"), _("One number with its name, and what it rests on.")),
    Example(
        "sparkline",
        _("Sparkline"),
        _("The course of a number; a gap where there is none, dashes at the target."),
    ),
    Example("pill", _("Status pill"), _("A state in a word; colour never says it alone.")),
    Example("menu", _("Menu"), _("More to do with one thing. Works without JavaScript.")),
    Example("dialog", _("Dialog"), _("A question that has to be answered before going on.")),
    Example("drawer", _("Drawer"), _("Something beside the page; a sheet from below on a phone.")),
    Example("tabs", _("Tabs"), _("Views of one thing; each has its own address.")),
    Example("segments", _("Segments"), _("A choice among few, seen at once.")),
    Example("toast", _("Toast"), _("What has just happened; good news leaves by itself.")),
    Example("notice", _("Notice"), _("What one should know before reading on.")),
    Example("empty", _("Empty state"), _("What this place is for, and the one next step.")),
    Example("skeleton", _("Skeleton"), _("Keeps the room of what is on its way.")),
    Example("pagination", _("Pagination"), _("On to the next rows and back.")),
    Example("avatar", _("Avatar"), _("A person at a glance, next to the name.")),
    Example("chart", _("Chart frame"), _("A chart with its heading, its file and its notes.")),
    Example("input", _("Input"), _("A field by its name, where no form stands behind it."), "field"),
    Example("select", _("Select"), _("One of a few; the small one stands in a row."), "field"),
    Example("checkbox", _("Checkbox"), _("Yes or no, with its words; the bare one chooses a row."), "field"),
    Example("filter_field", _("Filter"), _("A field above a list."), "filters"),
    Example(
        "picker", _("People picker"), _("People by name or pinyin; a select without JavaScript."), "menu"
    ),
    Example("errors", _("Error summary"), _("What is wrong, and the way to each field."), "notice"),
    Example("conflict", _("Conflict"), _("What both changed, and a choice for each field."), "field"),
    Example("draft", _("Draft"), _("What was typed before a crash, to restore or discard."), "notice"),
    Example("status_form", _("Status of a row"), _("Changes at once, and can be undone."), "field"),
    Example("timer_button", _("Timer"), _("Starts and stops the time of a task."), "button"),
    Example("plan_buttons", _("Planning"), _("Moves a task of My work without a mouse."), "button"),
    Example("kpi_card", _("KPI tile"), _("A number, its change, its target and its course."), "kpi"),
    Example("shown_team", _("Shown team"), _("Whose rows a list shows, and the way to all."), "pill"),
    Example("removal", _("Removal"), _("What goes and what stays, before anything does."), "card"),
    Example("undo_notice", _("Undo"), _("What was just changed, with the way back."), "notice"),
)
