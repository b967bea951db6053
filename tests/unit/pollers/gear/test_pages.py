"""The files of the families: each is read once, and a broken one says which and why."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from netwatch.model.faults import ConfigError
from netwatch.pollers.gear.files import known_gear
from netwatch.pollers.gear.pages import page, pages, shipped_ids
from netwatch.pollers.profile import shipped


def test_both_readers_know_every_file() -> None:
    ids = {words["id"] for words in pages().values()}

    assert ids == set(known_gear()) == set(shipped())


@pytest.fixture
def announced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Install a package that announces profiles; nothing of it is remembered afterwards."""
    package = tmp_path / "acme_profiles"
    package.mkdir()
    (package / "__init__.py").touch()
    told = tmp_path / "acme_profiles-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-profiles\nVersion: 1.0\n")
    (told / "entry_points.txt").write_text("[netwatch.profiles]\nacme = acme_profiles\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "acme_profiles", raising=False)
    remembered = (pages, shipped_ids, known_gear, shipped)
    for one in remembered:
        one.cache_clear()
    yield package
    for one in remembered:
        one.cache_clear()


def test_another_package_brings_families_and_replaces_ours(announced: Path) -> None:
    (announced / "acme.yaml").write_text(
        "id: acme\ntitle: Acme gear\nrecognise: [1.3.6.1.4.1.99999]\n"
    )
    (announced / "siklu.yaml").write_text(
        "id: siklu\ntitle: Siklu, known better\nrecognise: [1.3.6.1.4.1.31926]\n"
    )

    assert known_gear()["acme"].title == shipped()["acme"].title == "Acme gear"
    assert known_gear()["siklu"].title == "Siklu, known better"
    assert "mikrotik" in known_gear()
    assert "acme" in shipped_ids()


@pytest.mark.parametrize(
    ("text", "complaint"), [("id: [", "no YAML"), ("- id", "not a device profile"), ("", "not a")]
)
def test_a_file_that_is_no_profile_is_told_by_its_name(text: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=r"one\.yaml") as told:
        page(text, "one.yaml")

    assert complaint in str(told.value)
