"""Keys and ciphers of SNMPv3, by the numbers that the documents print."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.pollers.snmp.ciphers import hider, hiding_key, localized, proof_key, stretched
from netwatch.pollers.snmp.security import CIPHERS, DIGESTS, Security, engine_id_of, protocol
from netwatch.wire.ber import BerError

ENGINE = bytes.fromhex("000000000000000000000002")
"""Of RFC 3414 appendix A.3; the password there is maplesyrup."""


def someone(auth: str, priv: str = "") -> Security:
    return Security(user="ewa", auth=auth, auth_key="maplesyrup", priv=priv, priv_key="maplesyrup")


@pytest.mark.parametrize(
    ("auth", "algorithm", "master", "local"),
    [
        ("MD5", "md5", "9faf3283884e92834ebc9847d8edd963", "526f5eed9fcce26f8964c2930787d82b"),
        (
            "SHA",
            "sha1",
            "9fb5cc0381497b3793528939ff788d5d79145211",
            "6695febc9288e36282235fc7151f128497b38f3f",
        ),
    ],
)
def test_a_password_becomes_the_key_of_rfc_3414(
    auth: str, algorithm: str, master: str, local: str
) -> None:
    assert stretched(algorithm, b"maplesyrup").hex() == master
    assert localized(algorithm, bytes.fromhex(master), ENGINE).hex() == local
    assert proof_key(someone(auth), ENGINE).hex() == local


@pytest.mark.parametrize(
    ("auth", "key"),
    [
        ("MD5", "526f5eed9fcce26f8964c2930787d82b79eff44a90650ee0a3a40abfac5acc12"),
        ("SHA", "6695febc9288e36282235fc7151f128497b38f3f9b8b6d78936ba6e7d19dfd9c"),
    ],
)
def test_a_key_for_triple_des_is_chained_as_its_draft_prints_it(auth: str, key: str) -> None:
    assert hiding_key(someone(auth, "3DES"), ENGINE).hex() == key


@pytest.mark.parametrize("auth", DIGESTS)
@pytest.mark.parametrize("priv", CIPHERS)
def test_every_key_is_as_long_as_its_cipher_wants(auth: str, priv: str) -> None:
    assert len(hiding_key(someone(auth, priv), ENGINE)) == CIPHERS[priv].key_octets


@pytest.mark.parametrize("priv", CIPHERS)
@given(plain=st.binary(max_size=300), boots=st.integers(0, 2**31 - 1), time_s=st.integers(0, 9))
def test_what_is_hidden_is_shown_again_and_no_salt_comes_twice(
    priv: str, plain: bytes, boots: int, time_s: int
) -> None:
    cipher = hider(someone("SHA-256", priv), ENGINE)
    hidden, salt = cipher.hide(plain, boots, time_s)
    shown = cipher.show(hidden, boots, time_s, salt)

    assert shown[: len(plain)] == plain
    assert len(shown) - len(plain) <= cipher.padding
    assert cipher.hide(plain, boots, time_s)[1] != salt


@pytest.mark.parametrize("priv", CIPHERS)
def test_a_salt_of_another_length_is_refused(priv: str) -> None:
    cipher = hider(someone("SHA-256", priv), ENGINE)
    for salt in (b"", b"1234567", b"123456789"):
        with pytest.raises(BerError):
            cipher.show(bytes(16), 1, 1, salt)


def test_protocols_are_known_by_the_names_that_people_write() -> None:
    digests = {word: protocol(word, DIGESTS) for word in ("sha", "SHA1", "sha-1", "Sha256")}
    ciphers = {word: protocol(word, CIPHERS) for word in ("aes", "AES128", "aes-256-c", "AES192C")}

    assert list(digests.values()) == ["SHA", "SHA", "SHA", "SHA-256"]
    assert list(ciphers.values()) == ["AES", "AES", "AES-256-C", "AES-192-C"]
    assert protocol("SHA-3", DIGESTS) is None


def test_engine_ids_are_read_as_people_write_them() -> None:
    read = {
        engine_id_of(text)
        for text in ("80001F8804A1B2", "0x80001f8804a1b2", "80:00:1f:88:04:a1:b2")
    }

    assert read == {bytes.fromhex("80001f8804a1b2")}
    for wrong in ("", "80001f", "0000000000", "ff" * 5, "80" * 33, "not hex at all", "80001f8804a"):
        with pytest.raises(ValueError, match="engine id"):
            engine_id_of(wrong)


def test_keys_are_shown_nowhere() -> None:
    assert "maplesyrup" not in repr(someone("SHA", "AES"))
    assert "maplesyrup" not in str(someone("SHA", "AES"))
