"""Every platform logs in where a device prompts as its makers do, and says nothing it must not."""

import pytest

from netwatch.model.arrivals import Outcome
from netwatch.pollers.ssh.files import platforms
from tests.edges.command_line_house import Box, lived, visitor

PROMPTS = {
    "alcatel_aos": "os6450-> ",
    "alcatel_sros": "A:pe-1# ",
    "aruba_aoscx": "cx-1# ",
    "ciena_saos": "saos-1> ",
    "cisco_xr": "RP/0/RSP0/CPU0:pe-1#",
    "dlink_ds": "DGS-3120:admin#",
    "eltex": "mes-1#",
    "ericsson_ipos": "[local]se-1#",
    "extreme_exos": "x440.1 # ",
    "hp_comware": "<hp-1>",
    "huawei_ont": "WAP>",
    "huawei_smartax": "olt-1>",
    "huawei_vrp": "<ne40-1>",
    "juniper_junos": "netwatch@mx-1> ",
    "mikrotik_routeros": "[netwatch@edge-1] > ",
    "ubiquiti_edgerouter": "netwatch@edge:~$ ",
    "ubiquiti_edgeswitch": "(UBNT EdgeSwitch) #",
}
"""Others prompt as ``sw-1#``."""
SPOKEN = {
    "set cli screen-width 511": "Screen width set to 511",
    "set cli screen-length 0": "Screen length set to 0",
    "set cli complete-on-space off": "Disabling complete-on-space",
}


@pytest.mark.parametrize("name", platforms())
@lived
async def test_a_device_is_logged_in_to_and_asked(name: str) -> None:
    say = platforms()[name].commands[0].say
    prompt = PROMPTS.get(name, "sw-1#")
    enabled = "olt-1#" if name == "huawei_smartax" else ""
    box = Box(prompt=prompt, enabled=enabled, answers={**SPOKEN, say: "nothing of note"})
    async with box.open(), visitor() as process:
        came = await process.visit(box.visit(say, platform=name, timeout_s=15.0))

    assert came.outcome is Outcome.ANSWERED, (came.detail, box.heard)
    assert say in box.heard
    assert [one.command for one in came.said] == [say]
