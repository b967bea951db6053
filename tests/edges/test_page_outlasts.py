"""What was put there is on the disk itself: the power may go the moment after."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from netwatch.delivery.page import forced
from netwatch.delivery.page.whole import put

FEW, MANY = 3, 3 * forced.FEW


def pages(count: int, edition: str) -> dict[str, bytes]:
    return {f"pl/a-{n}.html": f"{edition} {n}\n".encode() * 500 for n in range(count)}


@contextmanager
def mounted(image: Path, place: Path) -> Iterator[Path]:
    place.mkdir(exist_ok=True)
    done = subprocess.run(["mount", "-o", "loop", image, place], check=False, capture_output=True)
    if done.returncode:
        pytest.skip("this machine mounts no disk out of a file")
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)


@pytest.mark.needs("root")
@pytest.mark.parametrize("count", [FEW, MANY])
def test_a_power_cut_right_after_an_edition_loses_none_of_it(tmp_path: Path, count: int) -> None:
    image, as_it_was = tmp_path / "disk.img", tmp_path / "as-it-was.img"
    if shutil.which("mkfs.ext4") is None:
        pytest.skip("this machine has no mkfs.ext4")
    with image.open("wb") as file:
        file.truncate(32 * 1024 * 1024)
    subprocess.run(["mkfs.ext4", "-q", "-F", image], check=True)
    with mounted(image, tmp_path / "disk") as disk:
        for edition in ("first", "second"):
            put(disk / "website", pages(count, edition))
        shutil.copyfile(image, as_it_was)

    with mounted(as_it_was, tmp_path / "after") as disk:
        found = {
            str(page.relative_to(disk / "website")): page.read_bytes()
            for page in (disk / "website").rglob("*.html")
        }

    assert found == pages(count, "second")


@pytest.mark.parametrize("answer", [None, lambda _handle: -1])
def test_where_no_disk_can_be_forced_as_a_whole_each_file_is(
    tmp_path: Path, answer: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forced, "_sync_of_all", lambda: answer)
    forced_to_disk: list[int] = []
    sync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (forced_to_disk.append(handle), sync(handle)))

    put(tmp_path, pages(MANY, "first"))

    assert len(forced_to_disk) >= MANY
    assert (tmp_path / "pl/a-7.html").read_bytes() == pages(MANY, "first")["pl/a-7.html"]
