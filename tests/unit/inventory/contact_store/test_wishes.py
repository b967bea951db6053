"""Who wants to be called back is called once, in order, and forgotten after."""

from datetime import UTC, datetime, timedelta

from netwatch.inventory.contact_store.changes import bring, forget
from netwatch.inventory.contact_store.store import Book
from netwatch.inventory.contact_store.wishes import KEPT, MOST, done, in_order, wished
from netwatch.model.contacts import Contact, Wish

AT = datetime(2026, 11, 14, 19, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def _wish(phone: str, at: datetime = AT, **more: str) -> Wish:
    return Wish(id="", at=at, phone=phone, **more)  # type: ignore[arg-type]


def _all(*wishes: Wish) -> Book:
    book = Book()
    for wish in wishes:
        book, _ = wished(book, wish)
    return book


def test_who_asks_twice_is_called_once_in_the_first_place() -> None:
    book = _all(
        _wish("+48 555 010 101", text="first"),
        _wish("555 010 102"),
        _wish("0048555010101", AT + MINUTE, text="still", subscriber="S-1"),
    )
    first, second = in_order(book, (), AT)
    assert (first.id, first.text, first.times, first.subscriber) == ("B-1", "still", 2, "S-1")
    assert (second.id, second.times) == ("B-2", 1)


def test_for_whom_much_hangs_on_it_comes_first() -> None:
    book = _all(
        _wish("555010101"), _wish("555010102", AT + MINUTE, subscriber="S-9"), _wish("555010103")
    )
    assert [one.phone for one in in_order(book, {"S-9"}, AT)] == [
        "555010102", "555010101", "555010103",
    ]  # fmt: skip


def test_what_is_done_is_gone_and_its_number_is_never_given_again() -> None:
    book, wish = done(_all(_wish("555010101")), "B-1")
    assert wish is not None
    assert "555010101" not in repr(wish)
    book, again = wished(book, _wish("555010101"))
    assert again is not None
    assert again.id == "B-2"
    assert done(book, "B-7") == (book, None)


def test_spam_fills_no_store_and_keeps_no_customer_out() -> None:
    book = Book()
    for number in range(MOST + 50):
        book, _ = wished(book, _wish(f"555{number:06d}"))
    assert len(book.wishes) == MOST
    book, kept = wished(book, _wish("444000001", subscriber="S-1"))
    assert kept is not None


def test_nobody_is_called_after_two_weeks() -> None:
    book = _all(_wish("555010101"))
    assert in_order(book, (), AT + KEPT) == []
    book, _ = wished(book, _wish("555010102", AT + KEPT))
    assert [one.phone for one in book.wishes.values()] == ["555010102"]


def test_who_is_forgotten_leaves_no_wish() -> None:
    book, _ = bring(_all(_wish("+48 555 010 101"), _wish("555010102", subscriber="S-2"),
        _wish("555010103")), [Contact(subscriber="S-1", phone="+48555010101")])  # fmt: skip
    book, _ = forget(book, ["S-1", "S-2"])
    assert [one.phone for one in book.wishes.values()] == ["555010103"]
    assert book.numbers == 3
