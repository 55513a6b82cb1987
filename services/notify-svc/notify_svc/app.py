"""notify-svc on one screen: it keeps every legal clock, explains each, reminds people, and calls systems.

It hears itself too: what it says of a department's obligations belongs in that department's feed like any other event.
"""

from __future__ import annotations

from shenguan_chassis.service import Service
from shenguan_kernel.powers import POWERS

from . import (
    agendas,
    announcements,
    calendar,
    clockwatch,
    contacts,
    deliveries,
    directory,
    duties,
    explanations,
    feeds,
    hours,
    obligations,
    people,
    reminders,
    subscriptions,
)
from .announcements.watcher import miss_announcements
from .calendar.seeding import say_seed
from .clockwatch.watcher import watch_clock
from .deliveries.forgetting import forget_deliveries
from .deliveries.postman import deliver
from .feeds.sender import send_feeds
from .obligations.joining import join_answers
from .obligations.recounting import count_again
from .obligations.scheduler import keep_time
from .obligations.views import explanation_attached
from .reminders.messenger import remind
from .settings import NotifySettings

service = Service(
    name="notify",
    title="时限与通知",
    slices=(
        calendar,
        clockwatch,
        directory,
        people,
        hours,
        duties,
        explanations,
        obligations,
        announcements,
        agendas,
        feeds,
        subscriptions,
        deliveries,
        contacts,
        reminders,
    ),
    hears=("approval", "supervision", "expert", "notify"),
    workers=(
        say_seed,
        miss_announcements,
        watch_clock,
        keep_time,
        join_answers,
        count_again,
        send_feeds,
        deliver,
        forget_deliveries,
        remind,
    ),
    powers=POWERS,
    settings=NotifySettings,
    attaches={"obligation": explanation_attached},
)
