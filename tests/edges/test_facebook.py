"""A Page by the Graph API: one post an outage, edited, whatever breaks in between."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from netwatch.delivery.channels import Address, Channel, Remark, Remembering, open_channel
from netwatch.delivery.channels import gateway as ours
from netwatch.delivery.channels.by_hand import ByHand
from netwatch.delivery.channels.facebook import NEVER_OUT, FacebookPage
from netwatch.delivery.render import Text
from netwatch.intake.graph_hooks import Written
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.names import ChannelName, NoticeKey
from netwatch.service.comment_reading import EVERY_S, SELDOM_S, readers
from tests.edges.facebook_house import PAGE, TOKEN, FakeFacebook, failed, form
from tests.edges.gateways import said
from tests.edges.receiver import Plan, Receiver, receiver
from tests.unit.delivery.hands import Hands, Obedient
from tests.unit.delivery.page.hostile import HOSTILE

ALL = Address(recipient="everyone", language="pl")
DOWN = Text("Awaria na os. Polna", "Od 19:02 nie działa internet. Naprawiamy.")
NEWS = Text("Awaria na os. Polna", "Od 19:02 nie działa internet. Koniec około 21:00.")
BACK = Text("Działa: os. Polna", "Od 20:41 internet znów działa. Przepraszamy.")


def key(phase: str = "confirmed", incident: str = "I-1") -> NoticeKey:
    return NoticeKey(f"{incident}/public/facebook/everyone/{phase}/1")


@contextmanager
def page(fake: FakeFacebook, *plans: Plan) -> Iterator[Receiver]:
    with receiver(*plans, read=form, answer=fake) as far:
        yield far


def url(far: Receiver, token: str = TOKEN) -> str:
    return f"facebook://{PAGE}?token={token}&at={far.web.removeprefix('http://')}"


def opened(far: Receiver, folder: Path | None = None, token: str = TOKEN) -> FacebookPage:
    channel = open_channel(ChannelName("facebook"), url(far, token))
    assert isinstance(channel, FacebookPage)
    assert isinstance(channel, Remembering)
    if folder is not None:
        channel.keep_in(folder)
    return channel


def told(channel: Channel, *notices: tuple[Text, NoticeKey]) -> list[str]:
    async def story() -> list[str]:
        try:
            return [await channel.send(ALL, text, about) for text, about in notices]
        finally:
            await channel.close()

    return asyncio.run(story())


def refused(channel: Channel, text: Text = DOWN, about: NoticeKey | None = None) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        told(channel, (text, about or key()))
    return caught.value


def looked(channel: FacebookPage) -> list[Remark]:
    try:
        return list(channel.examine())
    finally:
        asyncio.run(channel.close())


def words(text: Text) -> str:
    return f"{text.title}\n\n{text.body}"


def test_an_outage_is_one_post_that_is_edited_until_it_is_over(tmp_path: Path) -> None:
    fake = FakeFacebook()
    with page(fake) as far:
        said_of = told(
            opened(far, tmp_path),
            (DOWN, key()),
            (NEWS, key("update")),
            (NEWS, key("update")),
            (BACK, key("restored")),
            (DOWN, key(incident="I-2")),
        )

    assert fake.posts == {f"{PAGE}_1": words(BACK), f"{PAGE}_2": words(DOWN)}
    assert said_of == [
        f"published {PAGE}_1",
        f"edited {PAGE}_1",
        f"stands in {PAGE}_1",
        f"edited {PAGE}_1",
        f"published {PAGE}_2",
    ]


def test_what_is_new_goes_below_the_post_and_is_not_said_twice(tmp_path: Path) -> None:
    fake = FakeFacebook()
    first = Text("", "[18:47] Splicing.", adds=True)
    again = Text("", "[18:49] Splicing.", adds=True)
    over = Text("", "[20:41] Works.", adds=True)
    with page(fake) as far:
        told(opened(far, tmp_path), (DOWN, key()), (first, key("update")))
        told(opened(far, tmp_path), (again, key("update")), (over, key("restored")))

    assert fake.posts == {f"{PAGE}_1": f"{words(DOWN)}\n\n[18:49] Splicing.\n\n[20:41] Works."}


@pytest.mark.parametrize("adds", [True, False])
@pytest.mark.parametrize("phase", ["restored", "corrected"])
def test_a_post_that_never_went_out_does_not_begin_with_its_end(
    phase: str, adds: bool, tmp_path: Path
) -> None:
    over = Text("", "[20:41] Works.", adds=adds)
    fake = FakeFacebook()
    with page(fake) as far:
        said = told(opened(far, tmp_path), (over, key(phase)))
        assert far.keys == []
    assert said == [NEVER_OUT]


def test_what_facebook_refused_is_not_ended_there_later(tmp_path: Path) -> None:
    fake = FakeFacebook()
    with page(fake, failed(200)) as far:
        channel = opened(far, tmp_path)
        with pytest.raises(DeliveryError):
            asyncio.run(channel.send(ALL, DOWN, key()))
        assert told(channel, (BACK, key("restored"))) == [NEVER_OUT]


def test_after_a_restart_the_same_post_is_edited(tmp_path: Path) -> None:
    fake = FakeFacebook()
    with page(fake) as far:
        told(opened(far, tmp_path), (DOWN, key()))
        told(opened(far, tmp_path), (BACK, key("restored")))

    assert fake.posts == {f"{PAGE}_1": words(BACK)}


@pytest.mark.parametrize(
    "plan",
    [
        Plan(hang_s=2.0, taken=True),
        Plan(reset=True, taken=True),
        Plan(500, taken=True),
        Plan(200, body=b"<html>", taken=True),
        said({"error": {"code": 2, "is_transient": True}}, 500),
    ],
)
def test_a_post_in_doubt_is_looked_for_before_there_is_a_second(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ours, "ANSWER_S", 0.3)
    fake = FakeFacebook()
    with page(fake, plan) as far:
        assert refused(opened(far, tmp_path)).retry in (Retry.UNKNOWN, Retry.TRANSIENT)
        told(opened(far, tmp_path), (NEWS, key()))  # reworded meanwhile, and restarted

    assert list(fake.posts.values()) == [words(NEWS)]


def test_a_page_that_has_the_words_already_is_believed(tmp_path: Path) -> None:
    fake = FakeFacebook(posts={f"{PAGE}_9": words(DOWN)})
    with page(fake) as far:
        assert told(opened(far, tmp_path), (DOWN, key())) == [f"published {PAGE}_9"]


def test_a_post_that_somebody_took_away_is_not_put_back(tmp_path: Path) -> None:
    fake = FakeFacebook()
    with page(fake) as far:
        told(opened(far, tmp_path), (DOWN, key()))
        fake.posts.clear()
        fault = refused(opened(far, tmp_path), NEWS, key("update"))

    assert fault.retry is Retry.PERMANENT
    assert "took the post away" in fault.detail
    assert fake.posts == {}


@pytest.mark.parametrize(
    ("plan", "retry", "word"),
    [
        (failed(190, 401), Retry.PERMANENT, "the token has ended"),
        (failed(10, 403), Retry.PERMANENT, "pages_manage_posts"),
        (failed(200, 403), Retry.PERMANENT, "pages_manage_posts"),
        (failed(368), Retry.PERMANENT, "blocks the Page"),
        (failed(4), Retry.TRANSIENT, "too many requests"),
        (failed(1, 500), Retry.UNKNOWN, "in trouble"),
        (failed(100), Retry.PERMANENT, "list of errors"),
        (Plan(429, (("Retry-After", "17"),)), Retry.TRANSIENT, "429"),
        (Plan(200, body=b'{"ok": true}'), Retry.UNKNOWN, "not understood"),
    ],
)
def test_every_kind_of_answer_has_its_meaning(plan: Plan, retry: Retry, word: str) -> None:
    with page(FakeFacebook(), plan) as far:
        fault = refused(opened(far))

    assert fault.retry is retry
    assert word in fault.detail
    assert "canary" not in fault.detail


def test_a_token_is_warned_of_two_weeks_before_it_ends() -> None:
    fake = FakeFacebook()
    with page(fake) as far:
        assert [one.is_fine for one in looked(opened(far))] == [True]
        fake.ends_in(30)
        assert looked(opened(far))[0].is_fine
        fake.ends_in(13)
        (warned,) = looked(opened(far))

    assert not warned.is_fine
    assert "token ends on" in warned.text
    assert "new token" in warned.remedy


def test_the_newest_post_is_read_back_as_strangers_read_it(tmp_path: Path) -> None:
    fake = FakeFacebook()
    with page(fake) as far:
        told(opened(far, tmp_path), (Text("Awaria", 'os. "Polna" <b> & Lipowa'), key()))
        assert looked(opened(far, tmp_path))[1].is_fine

        fake.live = False
        hidden = looked(opened(far, tmp_path))[1]

    assert not hidden.is_fine
    assert hidden.when_asked  # the page may have changed: nobody is called for that
    assert "from development to live" in hidden.remedy


def test_a_disk_that_takes_nothing_lets_nothing_be_published(tmp_path: Path) -> None:
    fake = FakeFacebook()
    (tmp_path / "shut").write_text("no folder")
    with page(fake) as far:
        fault = refused(opened(far, tmp_path / "shut"))

    assert fault.retry is Retry.TRANSIENT
    assert fake.posts == {}


@pytest.mark.parametrize(
    "rubbish", [b"", b"[]", b"{", b'{"I-1": 3}', b'{"I-1": {"x": 1}}', b"\xff"]
)
def test_a_file_of_posts_that_is_rubbish_is_begun_anew(rubbish: bytes, tmp_path: Path) -> None:
    (tmp_path / "posts-facebook.json").write_bytes(rubbish)
    with page(FakeFacebook()) as far:
        assert told(opened(far, tmp_path), (DOWN, key())) == [f"published {PAGE}_1"]
        assert told(opened(far, tmp_path), (DOWN, key())) == [f"stands in {PAGE}_1"]


def test_hostile_words_are_posted_as_words() -> None:
    fake = FakeFacebook()
    notices = [
        (Text(text[:200], text[:2000]), key(incident=f"I-{number}"))
        for number, text in enumerate(HOSTILE[:90])
    ]
    with page(fake) as far:
        told(opened(far), *notices)

    for message in fake.posts.values():
        assert not set("\x00\x1b\r\u202e\x9b") & set(message)


def helped(far: Receiver, helper: Obedient, token: str = TOKEN) -> ByHand:
    return ByHand(opened(far, token=token), helper, "https://awarie.dolina.example/?a=1&b=2")


def test_what_facebook_refuses_a_person_is_asked_to_post_with_one_tap() -> None:
    duty = Obedient("duty", Hands())
    with page(FakeFacebook()) as far:
        fault = refused(helped(far, duty, "ended"))

    assert fault.retry is Retry.PERMANENT
    assert "the words are with duty" in fault.detail
    (text,) = duty.texts
    assert text.title == "Proszę opublikować ręcznie, facebook tego nie przyjmuje"
    assert text.body.startswith(words(DOWN))
    assert text.body.endswith("sharer.php?u=https%3A%2F%2Fawarie.dolina.example%2F%3Fa%3D1%26b%3D2")
    assert duty.taken == [f"{key()}/by-hand"]


def test_nobody_is_troubled_with_what_may_still_go_by_itself() -> None:
    duty = Obedient("duty", Hands())
    with page(FakeFacebook(), Plan(503)) as far:
        assert refused(helped(far, duty)).retry is Retry.TRANSIENT
        assert told(helped(far, duty), (DOWN, key())) == [f"published {PAGE}_1"]

    assert duty.tries == []


def test_a_helper_that_is_stuck_is_tried_again() -> None:
    stuck = DeliveryError(Retry.TRANSIENT, "HTTP 500", 7.0)
    duty = Obedient("duty", Hands(), [stuck])
    with page(FakeFacebook()) as far:
        fault = refused(helped(far, duty, "ended"))
        assert (fault.retry, fault.after_s) == (Retry.TRANSIENT, 7.0)
        assert refused(helped(far, duty, "ended")).retry is Retry.PERMANENT

    assert duty.taken == [f"{key()}/by-hand"]


@pytest.mark.parametrize(
    "wrong",
    [
        "facebook://dolina?token=canary",
        f"facebook://{PAGE}",
        f"facebook://{PAGE}?tokn=canary",
        f"facebook://{PAGE}?token=canary&at=evil.example:80",
    ],
)
def test_a_url_that_cannot_be_used_is_refused_in_words_without_its_secret(wrong: str) -> None:
    channel = open_channel(ChannelName("facebook"), wrong)

    fault = refused(channel)

    assert fault.retry is Retry.PERMANENT
    assert "canary" not in fault.detail + repr(channel)


def test_comments_below_our_posts_are_read_and_those_it_may_not_read_are_told_once() -> None:
    fake, kept = FakeFacebook(), list[Written]()
    fake.posts[f"{PAGE}_1"] = "Awaria"
    when = "2026-01-17T02:59:00+0000"
    row = {"id": "1_7", "from": {"id": "42", "name": "J"}, "message": "też", "created_time": when}
    ours = {**row, "id": "1_8", "from": {"id": PAGE, "name": "Dolina"}}
    fake.comments = [row, ours]

    async def keep(every: list[Written]) -> None:
        kept.extend(every)

    async def story(far: Receiver) -> list[float]:
        channel = opened(far)
        clock = Hands(datetime(2026, 1, 17, 3, 0, tzinfo=UTC))
        (reader,) = readers([channel], keep, clock, possible=True)
        try:
            first = await reader.read()
            fake.readable = False
            return [first, await reader.read()]
        finally:
            await channel.close()

    with page(fake) as far:
        assert asyncio.run(story(far)) == [EVERY_S, SELDOM_S]
    assert [(one.id, one.author, one.text) for one in kept] == [("1_7", "42", "też")]


def test_nobody_reads_comments_that_could_not_be_kept() -> None:
    with page(FakeFacebook()) as far:
        channel = opened(far)
        assert readers([channel], lambda _: asyncio.sleep(0), Hands(), possible=False) == []
        asyncio.run(channel.close())
