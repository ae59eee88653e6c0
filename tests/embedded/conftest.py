"""The installation these tests share: made once per test process, with its tables, and stopped."""

from collections.abc import Iterator

import pytest

from tests.embedded.installation import Installation, Run


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A copy of the project below a directory with a space in its name, already started once."""
    made = Installation.copied_to(tmp_path_factory.mktemp("embedded") / "a clone 副本")
    first = made.start()
    assert first.url
    assert first.end() == 0, first.output
    yield made
    assert not made.processes()


@pytest.fixture
def run(installation: Installation) -> Iterator[Run]:
    """The shared installation, running; stopped at the end whatever happens."""
    started = installation.start()
    try:
        assert started.url
        yield started
    finally:
        started.end()
