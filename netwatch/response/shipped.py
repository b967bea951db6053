"""The policy that holds where the operator wrote none; the rule files that ship say the same."""

from datetime import time, timedelta
from typing import Final

from netwatch.model.facts import Cause, Phase
from netwatch.model.names import ChannelName
from netwatch.model.works_words import Told
from netwatch.response.policy import WEBSITE, Hours, Outside, PublicRule, To

MAIL: Final = ChannelName("mail")
FACEBOOK: Final = ChannelName("facebook")
SMS: Final = ChannelName("sms")
WEBPUSH: Final = ChannelName("webpush")
_LONGER_THAN_NOISE: Final = timedelta(minutes=2)
"""What a single sign tells of is over by then where it was but answers lost in a row."""
_LATER: Final = (Phase.UPDATE, Phase.RESTORED, Phase.CORRECTED)


def shipped_policy() -> tuple[PublicRule, ...]:
    """Return who is told what: the page at once, others what is large, lasts, and by day."""
    return (*_website(), *_facebook(), *_sms(), *_works(), *_asked_for())


def _website() -> tuple[PublicRule, ...]:
    suspected = PublicRule(
        id="website-suspected",
        channel=WEBSITE,
        phase=Phase.SUSPECTED,
        after_few=_LONGER_THAN_NOISE,
    )
    later = (
        PublicRule(id=f"website-{phase}", channel=WEBSITE, phase=phase)
        for phase in (Phase.CONFIRMED, *_LATER, Phase.PLANNED)
    )
    return (suspected, *later)


def _facebook() -> tuple[PublicRule, ...]:
    confirmed = PublicRule(
        id="facebook-confirmed",
        channel=FACEBOOK,
        phase=Phase.CONFIRMED,
        least_subscribers=200,
        after=timedelta(minutes=3),
        hours=Hours(time(7), time(23)),
        not_causes=(Cause.POWER_HOMES,),
        outside=Outside.ASK,
    )
    return (
        confirmed,
        *(
            PublicRule(id=f"facebook-{phase}", channel=FACEBOOK, phase=phase, to=To.TOLD)
            for phase in _LATER
        ),
    )


def _sms() -> tuple[PublicRule, ...]:
    suspected = PublicRule(
        id="sms-suspected",
        channel=SMS,
        phase=Phase.SUSPECTED,
        to=To.CRITICAL,
        least_subscribers=1,
        after_few=_LONGER_THAN_NOISE,
        not_causes=(Cause.POWER_HOMES,),
    )
    confirmed = PublicRule(
        id="sms-confirmed",
        channel=SMS,
        phase=Phase.CONFIRMED,
        to=To.EVERYONE,
        least_subscribers=1,
        after=timedelta(minutes=10),
        hours=Hours(time(7), time(22)),
        not_causes=(Cause.POWER_HOMES,),
        one_person_above=500,
        two_people_above=5000,
    )
    later = (
        PublicRule(
            id=f"sms-{phase}",
            channel=SMS,
            phase=phase,
            to=To.TOLD,
            least_subscribers=1,
            hours=Hours(time(7), time(22)),
        )
        for phase in _LATER
    )
    return (suspected, confirmed, *later)


def _works() -> tuple[PublicRule, ...]:
    """Return who is told of planned works: by mail a week ahead, by SMS the day before."""
    announced = PublicRule(
        id="mail-works-announced",
        channel=MAIL,
        phase=Phase.PLANNED,
        told=Told.ANNOUNCED,
        to=To.EVERYONE,
        least_subscribers=1,
        ahead=timedelta(days=7),
        lead=timedelta(days=5),
        hours=Hours(time(8), time(20)),
    )
    remind = PublicRule(
        id="sms-works-remind",
        channel=SMS,
        phase=Phase.PLANNED,
        told=Told.REMIND,
        to=To.EVERYONE,
        least_subscribers=1,
        ahead=timedelta(hours=24),
        hours=Hours(time(9), time(20)),
        one_person_above=500,
        two_people_above=5000,
    )
    cancelled = (
        PublicRule(
            id=f"{channel}-works-cancelled",
            channel=channel,
            phase=Phase.PLANNED,
            told=Told.CANCELLED,
            to=To.TOLD,
            least_subscribers=1,
            hours=Hours(time(7), time(22)),
        )
        for channel in (MAIL, SMS)
    )
    return (announced, remind, *cancelled)


def _asked_for() -> tuple[PublicRule, ...]:
    """Return what those are told who asked for it on the page; a mail wakes nobody at night."""
    confirmed = (
        PublicRule(
            id=f"{channel}-confirmed",
            channel=channel,
            phase=Phase.CONFIRMED,
            to=To.SUBSCRIBED,
            least_subscribers=1,
            after=timedelta(minutes=3),
            hours=hours,
            not_causes=(Cause.POWER_HOMES,),
        )
        for channel, hours in ((MAIL, None), (WEBPUSH, Hours(time(7), time(22))))
    )
    later = (
        PublicRule(
            id=f"{channel}-{phase}", channel=channel, phase=phase, to=To.TOLD, least_subscribers=1
        )
        for channel in (MAIL, WEBPUSH)
        for phase in (Phase.RESTORED, Phase.CORRECTED)
    )
    return (*confirmed, *later)
