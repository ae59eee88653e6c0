"""One way out, and no request takes it."""

import ast

from tests.architecture.source import APPS, files, imported, name, tree

SENDERS = {"notifications/services/webhooks/sending.py", "notifications/channels/chat.py"}
CLIENTS = {"requests", "httpx", "urllib.request", "urllib3", "http.client", "aiohttp"}
# The embedded start asks its own server whether it answers.
SOURCES = [path for path in files(*APPS) if not {"migrations", "embedded"} & set(path.parts)]


def test_only_what_jobs_run_calls_addresses_that_users_chose() -> None:
    callers = {
        name(path)
        for path in SOURCES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "outbound.post"
    }
    takers = {name(path) for path in SOURCES if "common.outbound.post" in imported(path)}
    assert callers | takers == SENDERS


def test_no_other_module_speaks_http_by_itself() -> None:
    others = {name(path) for path in SOURCES if imported(path) & CLIENTS}
    assert others == {"common/outbound.py"}
