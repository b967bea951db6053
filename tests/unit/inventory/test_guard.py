"""A half-copied folder looks like a deletion."""

import pytest

from netwatch.inventory.guard import refuse_mass_deletion, removed_share
from netwatch.model.names import DeviceId
from netwatch.model.network import Device, DeviceKind, Network


def network(*numbers: int) -> Network:
    names = [DeviceId(f"sw-{number:03}") for number in numbers]
    return Network(devices={name: Device(id=name, kind=DeviceKind.SWITCH) for name in names})


HUNDRED = network(*range(100))


@pytest.mark.parametrize(
    ("new", "share"),
    [
        (HUNDRED, 0.0),
        (network(*range(200)), 0.0),
        (network(*range(90)), 0.1),
        (network(*range(100, 200)), 1.0),
        (Network(), 1.0),
    ],
)
def test_the_share_is_of_what_was_there(new: Network, share: float) -> None:
    assert removed_share(HUNDRED, new) == pytest.approx(share)


def test_from_nothing_nothing_can_be_removed() -> None:
    assert removed_share(Network(), HUNDRED) == 0.0


def test_a_tenth_may_go_and_one_more_may_not() -> None:
    assert refuse_mass_deletion(HUNDRED, network(*range(90)), allow=False) is None

    finding = refuse_mass_deletion(HUNDRED, network(*range(89)), allow=False, shown="inv")

    assert finding is not None
    assert str(finding.place) == "inv:1:1"
    assert finding.wrong == "11 of 100 devices are gone (11%): sw-089, sw-090, sw-091, ..."
    assert "--allow-removal" in finding.remedy


def test_a_person_may_mean_it() -> None:
    assert refuse_mass_deletion(HUNDRED, Network(), allow=True) is None
