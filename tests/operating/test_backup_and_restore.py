"""The rehearsal: a backup while people work, a restore into another server, and the proof that nothing differs."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from zipfile import ZipFile

import msgspec
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from activity import registry
from activity import services as activity
from activity.models import Event
from kpis import selectors
from kpis import services as kpis
from kpis.choices import Unit
from kpis.selectors.changes import ChangePage, CursorFromElsewhere
from opsteam.operating import catalogue, restore
from opsteam.operating.manifest import NAME, manifest_of, written
from tasks import services as tasks
from tests.conftest import Cast, create_cast
from tests.operating.conftest import Elsewhere, ask

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 3
LATER = ("activity", "0002_newest_first")
BEGIN = datetime(2026, 1, 5, tzinfo=UTC)


class Writer(threading.Thread):
    """A program that pushes facts and opens tasks, and remembers what was acknowledged."""

    def __init__(self, cast: Cast, number: int) -> None:
        super().__init__()
        self.cast, self.number = cast, number
        self.acknowledged: list[str] = []
        self.has_to_end = threading.Event()

    def run(self) -> None:
        """Until told to end."""
        try:
            while not self.has_to_end.is_set():
                self._write(len(self.acknowledged))
        finally:
            connection.close()

    def _write(self, step: int) -> None:
        key = f"{self.number}:{step}"
        row = kpis.MeasurementRow(key, BEGIN + timedelta(hours=7 * step), Decimal(step))
        kpis.ingest_measurements(self.cast.ana, "calls", [row])
        tasks.create_task(by=self.cast.ana, title=key, assignee_id=self.cast.ben.pk)
        self.acknowledged.append(key)


@contextmanager
def writers(cast: Cast) -> Iterator[list[Writer]]:
    """Some programs at work, each of which has been acknowledged a few times."""
    running = [Writer(cast, number) for number in range(WRITERS)]
    for writer in running:
        writer.start()
    try:
        wait_for(running, 10)
        yield running
    finally:
        for writer in running:
            writer.has_to_end.set()
        for writer in running:
            writer.join()


def wait_for(running: list[Writer], more: int) -> None:
    """Each of them has been acknowledged so many times more."""
    goal = {writer: len(writer.acknowledged) + more for writer in running}
    until = threading.Event()
    while any(len(writer.acknowledged) < goal[writer] for writer in running):
        assert all(writer.is_alive() for writer in running)
        until.wait(0.01)


def past(cast: Cast) -> None:
    """An installation in use: the library, facts of some months, and a log of which a part was not told yet."""
    for organization in (cast.organization, cast.other):
        kpis.install_library(organization.pk)
    kpis.create_metric(cast.ana, key="calls", unit=Unit.COUNT, name_en="Calls")
    rows = [
        kpis.MeasurementRow(f"old:{step}", BEGIN - timedelta(days=step), Decimal(step)) for step in range(90)
    ]
    kpis.ingest_measurements(cast.ana, "calls", rows)
    kpis.recompute_all_dirty()
    kpis.publish_days()
    activity.tell_followers()
    out_of_order(cast)


def out_of_order(cast: Cast) -> None:
    """Two events of which the later number was written by the older transaction."""
    own = connection.get_new_connection(connection.get_connection_params())
    with own.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        older = cursor.fetchone()[0]
        with transaction.atomic():
            first = record(cast)
        cursor.execute(
            "INSERT INTO activity_event (organization_id, verb, subject_type, subject_id, facts)"
            " VALUES (%s, 'team.renamed', 'people.team', 1, '{}') RETURNING id",
            [cast.organization.pk],
        )
        assert cursor.fetchone()[0] > first.pk
    own.commit()
    own.close()
    assert Event.objects.get(verb="team.renamed").transaction == older


def record(cast: Cast) -> Event:
    """Something happened."""
    return activity.record(
        "team.named", subject=cast.support, organization_id=cast.organization.pk, by=cast.ana
    )


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Committed, so that other connections see it."""
    return create_cast()


def said_by(command: str, *arguments: object) -> str:
    """What a command of `manage.py` prints."""
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def test_a_backup_taken_while_people_work_comes_back_whole_elsewhere(
    cast: Cast, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    past(cast)
    file = tmp_path / "opsteam.backup"
    with writers(cast) as running:
        acknowledged = {key for writer in running for key in writer.acknowledged}
        call_command("backup", file)
        wait_for(running, 2)
    assert file.stat().st_mode & 0o077 == 0
    everything = {key for writer in running for key in writer.acknowledged}
    assert len(everything) >= len(acknowledged) + 2 * WRITERS
    highest = Event.objects.order_by("-transaction").values_list("transaction", flat=True)[0]
    told = selectors.changes(cast.ana, after="", limit=1_000)

    older = of_the_version_before(file)
    with elsewhere.entered():
        assert "Verified: 0 differences." in said_by("restore", older)
        assert ask("SELECT 1 FROM pg_class WHERE relname = 'activity_event_newest'"), "upgraded after loading"
        facts = {key for (key,) in ask("SELECT source_key FROM kpis_measurement")}
        titles = {title for (title,) in ask("SELECT title FROM tasks_task")}
        assert acknowledged <= facts
        assert acknowledged <= titles
        # A writer's next step may be half done at the moment of the backup, never more.
        assert len(facts & everything) - len(titles) <= WRITERS
        check_followers(highest)
        check_change_feed(cast, told)
        check_that_damage_is_found(older)
        check_that_nothing_is_left_of_what_is_replaced()


def of_the_version_before(file: Path) -> Path:
    """The backup as a version would have written it that lacked a migration."""
    older = file.with_name("older.backup")
    with ZipFile(file) as archive, ZipFile(older, "w") as copy:
        manifest = manifest_of(archive)
        known = [each for each in manifest.migrations if tuple(each) != LATER]
        assert len(known) == len(manifest.migrations) - 1
        for name in archive.namelist():
            if name != NAME:
                copy.writestr(name, archive.read(name))
        copy.writestr(NAME, written(msgspec.structs.replace(manifest, migrations=known)))
    return older


def check_followers(highest: int) -> None:
    """The other server's transaction ids are lower, and still every follower hears the rest of the log, once."""
    ((now,),) = ask("SELECT pg_current_xact_id()::text::bigint")
    assert isinstance(now, int)
    assert now < highest, "the servers have to differ, or this would prove nothing"
    waiting = {str(follower): int(str(count)) for follower, count in ask(catalogue.WAITING)}
    assert waiting
    assert min(waiting.values()) >= 2
    told: dict[str, list[int]] = {name: [] for name in registry.followers}
    with pytest.MonkeyPatch.context() as patch:
        for name, heard in told.items():
            patch.setitem(
                registry.followers, name, lambda events, heard=heard: heard.extend(e.pk for e in events)
            )
        activity.tell_followers()
    for name, heard in told.items():
        assert len(heard) == len(set(heard)) == waiting[name]
    assert set(dict(ask(catalogue.WAITING)).values()) == {0}


def check_change_feed(cast: Cast, before: ChangePage) -> None:
    """Copies of the numbers are told everything that was restored, and that their cursors are of another server."""
    after = selectors.changes(cast.ana, after="", limit=1_000)
    assert before.changes
    told = [each.changed_at for each in before.changes]
    # What the restore itself set up anew for the version of today may follow.
    assert [each.changed_at for each in after.changes][: len(told)] == told
    with pytest.raises(CursorFromElsewhere):
        selectors.changes(cast.ana, after=before.cursor, limit=1)
    assert selectors.changes(cast.ana, after=after.cursor, limit=1).changes == []


def check_that_damage_is_found(file: Path) -> None:
    """The negative twin: each kind of damage is seen by `verify`."""
    assert "Verified" in said_by("verify")
    damages = {
        "UPDATE kpis_kpichange SET transaction = transaction + 1000000000": "change ",
        "UPDATE activity_eventcursor SET transaction = transaction + 1000000000": "numbered by another server",
        "SELECT setval('tasks_task_id_seq', 1)": "would give out ids that tasks_task has",
        "ALTER TABLE kpis_measurement DISABLE TRIGGER kpis_2_log_inserted": "is switched off",
        "UPDATE kpis_daycell SET total = total + 1 WHERE n > 0 AND label = ''": "by the facts",
        "UPDATE tasks_task SET description = 'x' WHERE id = (SELECT min(id) FROM tasks_task)": "tasks_task have other",
    }
    for damage in damages:
        ask(damage)
    out = StringIO()
    with pytest.raises(CommandError, match="differences"):
        call_command("verify", file, stdout=out)
    assert [words for words in damages.values() if words not in out.getvalue()] == []


def check_that_nothing_is_left_of_what_is_replaced() -> None:
    """What `--replace` does before it builds: tables, sequences, functions and schemas of ours are gone."""
    restore.empty(connection)
    assert ask("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace") == []
    assert ask("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace") == []
    assert ask("SELECT nspname FROM pg_namespace WHERE nspname = 'bi_v1'") == []


def test_a_database_in_use_is_left_alone_unless_told(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "opsteam.backup"
    call_command("backup", file)
    with pytest.raises(CommandError, match="in use"):
        call_command("restore", file)
    with pytest.raises(CommandError, match="exists already"):
        call_command("backup", file)
    assert type(cast.organization).objects.count() == 2


def test_a_damaged_or_foreign_file_is_refused_before_anything_is_touched(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "opsteam.backup"
    call_command("backup", file)
    whole = file.read_bytes()
    with ZipFile(file) as archive:
        place = archive.getinfo("tables/people_user.csv").header_offset + 90
    broken = {
        "damaged": whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :],
        "cut short": whole[: len(whole) // 2],
        "something else": b"PK\x05\x06" + bytes(18),
    }
    for name, content in broken.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(CommandError, match="backup"):
            call_command("restore", tmp_path / name, "--replace")
    assert type(cast.organization).objects.count() == 2


def test_a_backup_of_a_later_version_is_refused(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "opsteam.backup"
    call_command("backup", file)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('tasks', '9999_later', now())"
        )
    try:
        later = tmp_path / "later.backup"
        call_command("backup", later)
        with pytest.raises(CommandError, match=r"later version.*tasks\.9999_later"):
            call_command("restore", later, "--replace")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE name = '9999_later'")


def test_what_is_left_out_is_named(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "opsteam.backup"
    call_command("backup", file)
    with ZipFile(file) as archive:
        manifest = manifest_of(archive)
        names = set(archive.namelist())
    assert set(manifest.left_out) == {"django_migrations", "django_session", "usersessions_usersession"}
    assert "tables/django_session.csv" not in names
    with restore.opened(file) as (archive, manifest):
        restore.check_files(archive, manifest)
