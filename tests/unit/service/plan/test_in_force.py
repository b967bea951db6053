"""What would die with our own network, and which defects somebody lives with."""

from dataclasses import replace
from datetime import date
from ipaddress import IPv4Network, IPv6Network, ip_address

from netwatch.model.faults import Place
from netwatch.model.network import Network
from netwatch.rules import Rulebook, read_rules
from netwatch.rules.rulebook import Accepted
from netwatch.service.plan.defects import Defect, Kind
from netwatch.service.plan.in_force import Resolve, dying_with_us, without_accepted
from netwatch.service.plan.planner import Plan
from netwatch.service.secrets import Secret
from netwatch.service.settings_schema import Channel, Heartbeat, Settings, Website

OURS = Network(
    own_prefixes=(IPv4Network("192.0.2.0/24"), IPv6Network("2001:db8:20::/48")),
    management_prefixes=(IPv4Network("127.20.0.0/16"),),
)
TOML = Place("netwatch.toml")


def names(**known: str) -> Resolve:
    return lambda host: tuple(ip_address(a) for name, a in known.items() if name in host)


def dying(settings: Settings, resolve: Resolve | None = None) -> list[str]:
    resolve = resolve or names()
    return [defect.element for defect in dying_with_us(settings, OURS, resolve, TOML)]


def test_a_page_on_our_own_network_dies_with_it() -> None:
    settings = Settings(website=Website(url="https://status.example"))

    (defect,) = dying_with_us(settings, OURS, names(status="192.0.2.7"), TOML)

    assert (defect.kind, defect.element, defect.place) == (Kind.DIES_WITH_US, "website.url", TOML)
    assert "192.0.2.7" in defect.wrong
    assert dying(settings, names(status="203.0.113.7")) == []
    assert dying(settings) == []


def test_the_way_it_is_pushed_the_ways_to_the_staff_and_who_watches_us_count_too() -> None:
    settings = Settings(
        website=Website(push=("sftp://status@203.0.113.9/p", "sftp://s@[2001:db8:20::1]/p")),
        channels={
            "duty": Channel(url=Secret("json://127.20.0.9/alert")),
            "phone": Channel(url=Secret("https://gateway.example/send")),
            "mail": Channel(url=Secret("credential:is-not-here")),
            "sms": Channel(url=Secret("smpp://dolina:secret@192.0.2.9:2775")),
        },
        heartbeat=Heartbeat(url=Secret("https://192.0.2.80/ping")),
    )

    assert dying(settings) == ["website.push[1]", "channel:duty", "channel:sms", "heartbeat.url"]


def test_no_key_is_asked_of_anybodys_name_servers() -> None:
    asked: list[str] = []

    def resolve(host: str) -> tuple[()]:
        asked.append(host)
        return ()

    settings = Settings(channels={"duty": Channel(url=Secret("slack://T0KEN-A/T0KEN-B/T0KEN-C"))})

    assert list(dying_with_us(settings, OURS, resolve, TOML)) == []
    assert asked == []


def test_what_cannot_be_an_address_is_passed_over() -> None:
    settings = Settings(channels={"duty": Channel(url=Secret("http://[not-an-address"))})

    assert dying(settings) == []


def book(until: date | None) -> Rulebook:
    found = read_rules(None).rulebook
    assert found is not None
    known = Accepted(id="a", kind="shared-risk", element="risk:d", why="next year", until=until)
    return replace(found, accepted=(known,))


def test_what_is_lived_with_is_told_again_from_its_day_on() -> None:
    def one(element: str) -> Defect:
        return Defect(kind=Kind.SHARED_RISK, element=element, wrong="w", remedy="r")

    found = Plan(defects=(one("risk:d"), one("risk:e")), elements=3)

    before = without_accepted(found, book(date(2027, 6, 30)), date(2027, 6, 29))
    on_the_day = without_accepted(found, book(date(2027, 6, 30)), date(2027, 6, 30))
    for_ever = without_accepted(found, book(None), date(2099, 1, 1))

    assert [d.element for d in before.defects] == ["risk:e"]
    assert [d.element for d in before.accepted] == ["risk:d"]
    assert on_the_day == found
    assert for_ever == before


def test_of_a_bucket_the_machine_counts_that_serves_it() -> None:
    lines = ("s3://status?endpoint=https://192.0.2.9", "/srv/page", "s3://192.0.2.9")

    assert dying(Settings(website=Website(push=lines))) == ["website.push[0]"]


def test_what_else_people_need_in_an_outage_must_not_die_with_us() -> None:
    settings = Settings(
        channels={"sms": Channel(url=Secret("smpp://192.0.2.40:2775/"))},
        lifelines={
            "pbx": "192.0.2.5",
            "vpn": "vpn.dolina.example",
            "dns-1": "ns.elsewhere.example",
        },
    )

    found = dying(settings, names(vpn="2001:db8:20::9", elsewhere="203.0.113.53"))
    assert found == ["lifeline:pbx", "lifeline:vpn", "channel:sms"]
