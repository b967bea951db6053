"""What was taken is told once, whoever took it, and in sums where it is much."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from netwatch.inventory.places.evidence import Spot, Witness
from netwatch.inventory.places.reconcile import Change, ChangeKind, Reconciled
from netwatch.inventory.places.store import PlaceStore
from netwatch.model.names import DeviceId
from netwatch.model.place_facts import Hanging, PlaceChanged, PlacesChanged
from netwatch.service.place_news import MOST_SINGLY, PlaceNews
from tests.unit.inventory.places.test_reconcile import FIRST
from tests.unit.inventory.places.town import NIGHT, OLT

LATER = NIGHT + timedelta(minutes=1)


def taken(number: int) -> Change:
    """Return a line that moved."""
    return Change(
        kind=ChangeKind.MOVED,
        source="billing",
        line=f"N{number}",
        subscriber=f"S {number}",
        before=Spot(OLT, "0/1/0"),
        after=Spot(OLT, "0/1/1", "HWTC00000001", "7"),
        evidence=(Witness.SERIAL,),
    )


def kept(store: PlaceStore, *changes: Change, by: str = "netwatch") -> None:
    places = FIRST.places[: len(store.changes()) % 50 + 1]
    store.keep(Reconciled(places=places, changes=changes, questions=()), NIGHT, by=by)


def test_each_change_is_told_once_with_what_it_rests_on_and_by_whom(tmp_path: Path) -> None:
    store = PlaceStore(tmp_path)
    news = PlaceNews(store, 0)
    assert news.take(LATER) == ()
    kept(store, taken(1))
    (told,) = news.take(LATER)
    assert isinstance(told, PlaceChanged)
    assert told.before == Hanging(device=DeviceId("olt-1"), port="0/1/0")
    assert told.after == Hanging(device=DeviceId("olt-1"), port="0/1/1", serial="HWTC00000001")
    assert (told.at, told.taken_at, told.number, told.by) == (LATER, NIGHT, 1, "netwatch")
    assert told.evidence == ("serial",)
    assert told.subscriber.startswith("S-1-")
    assert news.take(LATER) == ()

    kept(store, taken(2), by="ewa")
    (second,) = PlaceNews(store, told.number).take(LATER)
    assert isinstance(second, PlaceChanged)
    assert (second.number, second.by) == (2, "ewa")


def test_a_first_run_is_told_as_a_sum(tmp_path: Path) -> None:
    store = PlaceStore(tmp_path)
    many = [replace(taken(number), kind=ChangeKind.NEW) for number in range(MOST_SINGLY + 1)]
    kept(store, *many)
    (told,) = PlaceNews(store, 0).take(LATER)
    assert told == PlacesChanged(
        at=LATER, change="new", lines=MOST_SINGLY + 1, by="netwatch", taken_at=NIGHT,
        number=MOST_SINGLY + 1,
    )  # fmt: skip


def test_a_file_begun_anew_is_told_from_its_start(tmp_path: Path) -> None:
    store = PlaceStore(tmp_path)
    kept(store, taken(1))
    assert len(PlaceNews(store, 7).take(LATER)) == 1


def test_a_damaged_file_is_no_reason_not_to_start(tmp_path: Path) -> None:
    store = PlaceStore(tmp_path)
    kept(store, taken(1))
    (store.folder / "changes.jsonl").write_text('{"rubbish": 1}\n')
    assert PlaceNews(store, 0).take(LATER) == ()
