"""An SNMPv3 agent made of pysnmp, for the ciphers that Net-SNMP lacks: PORT, then USER:PRIV ..."""

import asyncio
import sys
from typing import Final

from pysnmp.carrier.asyncio.dgram import udp
from pysnmp.entity import config, engine
from pysnmp.entity.rfc3413 import cmdrsp, context

from tests.edges.snmpd_house import AUTH_KEY, PRIV_KEY

PRIVS: Final = {
    "DES": config.USM_PRIV_CBC56_DES,
    "3DES": config.USM_PRIV_CBC168_3DES,
    "AES": config.USM_PRIV_CFB128_AES,
    "AES-192": config.USM_PRIV_CFB192_AES_BLUMENTHAL,
    "AES-256": config.USM_PRIV_CFB256_AES_BLUMENTHAL,
    "AES-192-C": config.USM_PRIV_CFB192_AES,
    "AES-256-C": config.USM_PRIV_CFB256_AES,
}


def main() -> None:
    """Serve until killed."""
    port, *users = sys.argv[1:]
    asyncio.set_event_loop(asyncio.new_event_loop())
    agent = engine.SnmpEngine()
    there = udp.UdpTransport().open_server_mode(("127.0.0.1", int(port)))
    config.add_transport(agent, udp.DOMAIN_NAME, there)
    for one in users:
        name, _, priv = one.partition(":")
        config.add_v3_user(agent, name, config.USM_AUTH_HMAC96_SHA, AUTH_KEY, PRIVS[priv], PRIV_KEY)
        config.add_vacm_user(agent, 3, name, "authPriv", (1, 3, 6, 1, 2, 1))
    said = context.SnmpContext(agent)
    cmdrsp.GetCommandResponder(agent, said)
    cmdrsp.BulkCommandResponder(agent, said)
    agent.transport_dispatcher.job_started(1)
    sys.stdout.write("up\n")
    sys.stdout.flush()
    agent.open_dispatcher()


if __name__ == "__main__":
    main()
