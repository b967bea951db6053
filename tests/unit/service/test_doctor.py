"""Each thing that may be missing is told with a way to mend it."""

from pathlib import Path

import pytest

from netwatch.service import doctor
from netwatch.service.doctor import State, Verdict


@pytest.mark.parametrize(
    ("verdict", "state"),
    [
        (doctor.python((3, 13)), State.OK),
        (doctor.python((3, 9)), State.FAIL),
        (doctor.probes(lambda: "raw", Path("/none")), State.OK),
        (doctor.probes(lambda: "datagram", Path("/none")), State.WARNING),
        (doctor.probes(lambda: "", Path("/none")), State.FAIL),
        (doctor.receive_buffer(212992), State.WARNING),
        (doctor.receive_buffer(33554432), State.OK),
        (doctor.receive_buffer(None), State.WARNING),
        (doctor.configuration(None), State.WARNING),
        (doctor.namespaces(lambda: ""), State.OK),
        (doctor.namespaces(lambda: "Operation not permitted"), State.WARNING),
        (doctor.clock(1970), State.FAIL),
        (next(doctor.tools(lambda _: None)), State.WARNING),
        (next(doctor.tools(lambda name: name)), State.OK),
    ],
)
def test_each_thing_has_its_verdict_and_what_is_not_well_a_remedy(
    verdict: Verdict, state: State
) -> None:
    assert verdict.state is state
    assert bool(verdict.remedy) is (state is not State.OK)


def test_a_bad_configuration_is_told_by_its_first_mistake(tmp_path: Path) -> None:
    path = tmp_path / "netwatch.toml"
    path.write_text("nam = 'x'\n")
    verdict = doctor.configuration(path)
    assert verdict.state is State.FAIL
    assert "no key 'nam'" in verdict.text
    assert "netwatch check" in verdict.remedy


@pytest.mark.parametrize(
    ("standing", "word"), [("NETWATCH_PURE is set", "unset"), ("no compiled core", "gcc")]
)
def test_asking_in_pure_python_is_well_and_the_way_to_the_compiled_core_is_told(
    standing: str, word: str
) -> None:
    verdict = doctor.asker(standing)
    assert verdict.state is State.OK
    assert standing in verdict.text
    assert word in verdict.remedy
    assert not doctor.asker("").remedy
