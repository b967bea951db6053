"""Contacts lie sealed, go when they are erased, and show nowhere on the way."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.inventory.contact_store.changes import bring, contact_of, forget, unsaid
from netwatch.inventory.contact_store.seal import seal, unseal
from netwatch.inventory.contact_store.store import Book, ContactStore
from netwatch.inventory.contact_store.table import COLUMNS, read_contacts_table, unsaid_by
from netwatch.inventory.findings import Findings
from netwatch.inventory.places.records import ContactRecord
from netwatch.model.contacts import Contact, ContactsShutError
from netwatch.model.faults import ConfigError, Place

KEY = "a key of more than twenty characters"
CANARY = Contact(
    subscriber="S-1", name="Kanarek Testowy", phone="+48555000111", email="kanarek@example.com"
)
PERSONAL = (CANARY.name, CANARY.phone, CANARY.email)


def _store(state: Path, key: str = KEY) -> ContactStore:
    return ContactStore(state, lambda: key)


def _filled(state: Path) -> ContactStore:
    store = _store(state)
    with store.changing() as write:
        write(bring(store.read(), [CANARY])[0])
    return store


def test_what_is_kept_is_found_by_another_process(tmp_path: Path) -> None:
    _filled(tmp_path)

    assert _store(tmp_path).get("S-1") == CANARY
    assert _store(tmp_path).get("S-2") is None


def test_a_store_that_is_not_there_holds_nobody(tmp_path: Path) -> None:
    assert _store(tmp_path).get("S-1") is None


def test_nothing_personal_stands_in_any_file(tmp_path: Path) -> None:
    _filled(tmp_path)

    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert path.stat().st_mode & 0o077 == 0
            assert not any(word.encode() in path.read_bytes() for word in PERSONAL)


def test_a_change_is_seen_at_the_next_look(tmp_path: Path) -> None:
    reader = _store(tmp_path)
    assert reader.get("S-1") is None
    writer = _filled(tmp_path)
    assert reader.get("S-1") == CANARY

    with writer.changing() as write:
        write(forget(writer.read(), ["S-1"])[0])

    erased = reader.get("S-1")
    assert erased == Contact(subscriber="S-1", consent=False)
    assert erased.refuses("sms")  # wherever else a number may lie


def test_a_key_that_is_not_there_makes_words_wait(tmp_path: Path) -> None:
    _filled(tmp_path)

    def gone() -> str:
        raise ConfigError(Place("netwatch.toml"), "credential 'k' is not here", "put it there")

    with pytest.raises(ContactsShutError, match="key of the contact store is not there"):
        ContactStore(tmp_path, gone).get("S-1")


def test_what_an_import_does_not_say_stays_as_it_was() -> None:
    refusing = replace(CANARY, consent=False, two_way=True, not_agreed=("mail",))
    book, _ = bring(Book(), [refusing])
    record = ContactRecord(subscriber="S-1", phone="+48555000222")
    after, told = bring(book, [contact_of(record)], unsaid=unsaid([record]))

    one = after.contacts["S-1"]
    assert (one.phone, one.consent, one.two_way) == ("+48555000222", False, True)
    assert one.not_agreed == ("mail",)
    assert told.not_agreed == 1


def test_a_source_that_says_who_agreed_is_believed_anew_each_time() -> None:
    mail_alone = ContactRecord(subscriber="S-1", consent=True, not_agreed=("sms",))
    both = ContactRecord(subscriber="S-1", consent=True)
    book, _ = bring(Book(), [contact_of(mail_alone)], unsaid=unsaid([mail_alone]))
    assert book.contacts["S-1"].refuses("sms-gate")
    assert not book.contacts["S-1"].refuses("mail")

    book, _ = bring(book, [contact_of(both)], unsaid=unsaid([both]))
    assert not book.contacts["S-1"].refuses("sms-gate")


@pytest.mark.parametrize("no", [{"consent": False}, {"consent": True, "not_agreed": ("sms",)}])
def test_who_agreed_on_the_page_is_told_though_an_older_no_is_imported_each_night(
    no: dict[str, Any],
) -> None:
    refusing = ContactRecord(subscriber="S-1", phone="+48555000222", **no)
    book, _ = bring(Book(), [contact_of(refusing)])
    assert book.contacts["S-1"].refuses("sms-gate")
    book = replace(book, contacts={"S-1": book.contacts["S-1"].agrees("sms")})
    for _ in range(3):
        book, _ = bring(book, [contact_of(refusing)])
        assert not book.contacts["S-1"].refuses("sms-gate")
    assert book.contacts["S-1"].refuses("mail") is ("not_agreed" not in no)


def test_a_source_that_says_no_after_it_said_yes_was_told_so_later_than_the_page() -> None:
    no = ContactRecord(subscriber="S-1", phone="+48555000222", consent=False)
    yes = replace(no, consent=True)
    book, _ = bring(Book(), [contact_of(no)])
    book = replace(book, contacts={"S-1": book.contacts["S-1"].agrees("sms")})
    for record, refuses in ((no, False), (yes, False), (no, True), (no, True)):
        book, _ = bring(book, [contact_of(record)])
        assert book.contacts["S-1"].refuses("sms") is refuses


def test_a_source_that_says_by_which_way_not_and_nothing_of_consent_is_heard() -> None:
    plain = Contact(subscriber="S-1", phone="+48555000222")
    book, _ = bring(Book(), [plain])
    book = replace(book, contacts={"S-1": book.contacts["S-1"].agrees("sms")})
    silent = frozenset({"consent", "not_agreed"})
    book, _ = bring(book, [plain], unsaid=silent)
    assert not book.contacts["S-1"].refuses("sms")
    later = replace(plain, not_agreed=("sms",))
    book, _ = bring(book, [later], unsaid=frozenset({"consent"}))
    assert book.contacts["S-1"].refuses("sms")


@pytest.mark.parametrize("known", [True, False])
def test_what_was_agreed_on_the_page_outlives_a_move_to_another_machine(known: bool) -> None:
    refusing = Contact(subscriber="S-1", phone="+48555000222", consent=False)
    exported = replace(refusing, agreed=("sms",))
    book = bring(Book(), [refusing])[0] if known else Book()
    for each_night in (exported, refusing, refusing):
        book, _ = bring(book, [each_night])
        assert not book.contacts["S-1"].refuses("sms")


def test_who_agreed_and_stopped_it_later_is_told_nothing() -> None:
    one = replace(CANARY.agrees("sms"), opt_outs=("sms",))
    assert one.refuses("sms")


def test_a_table_without_a_column_says_nothing_of_it() -> None:
    assert unsaid_by(b"id,phone,consent\nS-1,,\n") == frozenset(COLUMNS) - {
        "id", "phone", "consent",
    }  # fmt: skip
    assert unsaid_by(b"no,table\n") == frozenset()


def test_who_was_erased_is_not_brought_back_by_an_import() -> None:
    book, _ = bring(Book(), [CANARY])
    book, held = forget(book, ["S-1", "S-9"])
    again, told = bring(book, [CANARY])

    assert held == ("S-1",)
    assert not again.contacts
    assert told.forgotten == 1


def test_what_a_customer_refused_outlives_an_import() -> None:
    refusing = Contact(subscriber="S-1", phone="+48555000111", opt_outs=("sms",))
    book, _ = bring(Book(contacts={"S-1": refusing}), [CANARY])

    assert book.contacts["S-1"].refuses("sms-gate")
    assert not book.contacts["S-1"].refuses("mail")


def test_dropping_others_takes_out_whom_the_import_does_not_name() -> None:
    book = Book(contacts={"S-7": Contact(subscriber="S-7")})

    assert set(bring(book, [CANARY])[0].contacts) == {"S-1", "S-7"}
    assert set(bring(book, [CANARY], drop_others=True)[0].contacts) == {"S-1"}


def test_another_key_and_a_damaged_file_say_what_to_do(tmp_path: Path) -> None:
    store = _filled(tmp_path)

    with pytest.raises(ContactsShutError, match="another key"):
        _store(tmp_path, "quite another key, long enough").read()
    with pytest.raises(ContactsShutError, match="shorter than 20"):
        _store(tmp_path, "short").read()
    store.path.write_bytes(store.path.read_bytes()[:-1])
    with pytest.raises(ContactsShutError, match="does not open"):
        _store(tmp_path).read()
    store.path.write_bytes(b"rubbish")
    with pytest.raises(ContactsShutError, match="damaged"):
        _store(tmp_path).read()


@given(plain=st.binary(max_size=200), at=st.integers(min_value=0), bit=st.integers(0, 7))
def test_a_changed_bit_is_noticed_wherever_it_stands(plain: bytes, at: int, bit: int) -> None:
    sealed = bytearray(seal(plain, KEY))
    assert unseal(bytes(sealed), KEY) == plain
    sealed[at % len(sealed)] ^= 1 << bit

    with pytest.raises(ContactsShutError):
        unseal(bytes(sealed), KEY)


def test_nothing_personal_shows_in_a_repr() -> None:
    record = ContactRecord(
        subscriber="S-1", name=CANARY.name, phone=CANARY.phone, email=CANARY.email
    )
    shown = repr((CANARY, record, Book(contacts={"S-1": CANARY}), contact_of(record)))

    assert not any(word in shown for word in PERSONAL)


def test_mistakes_of_a_table_are_told_without_the_cell() -> None:
    findings = Findings()
    table = (
        "id,name,phone,email,consent\n"
        "S-1,Kanarek Testowy,5550001119999999999,kanarek-at-example,maybe\n"
    )
    read = list(read_contacts_table("contacts.csv", table.encode(), findings))
    told = "\n".join(map(str, findings.in_order()))

    assert [one.subscriber for one in read] == ["S-1"]
    assert "contacts.csv:2:21" in told
    assert "the consent is neither yes nor no" in told
    assert "Kanarek" not in told
    assert "5550001119999999999" not in told
    assert "kanarek-at-example" not in told
