"""A Celery program whose chat service is on this machine: `python -m tests.harness.local_chat worker …`."""

import os
import sys

from apprise.plugins.wecombot import NotifyWeComBot

from opsteam.celery import app

VARIABLE = "HARNESS_CHAT_URL"
ROOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123abcd-4567"
"""The address of a room as a person would paste it; this program posts to `VARIABLE` instead."""


if __name__ == "__main__":
    NotifyWeComBot.notify_url = os.environ[VARIABLE] + "/webhook/send?key={key}"
    app.start(sys.argv[1:])
