"""One file of settings: every key has a default, every mistake has a place."""

from datetime import timedelta
from pathlib import Path

import pytest

from netwatch.model.faults import ConfigError, Level, Place
from netwatch.response.rules import Mode
from netwatch.service.secrets import Secret
from netwatch.service.settings import load_settings, read_settings
from netwatch.service.snmp_settings import credentials

SAMPLE = """\
name = "Dolina"
timezone = "Europe/Warsaw"
languages = ["pl", "en"]
inventory = "inventory"
rules = "rules"
state = "/var/lib/netwatch"
[snmp.access]
version = "2c"
community = "credential:snmp-access"
port = 161
[polling]
timeout = "1s"
retries = 1
icmp = "10s"
status = "30s"
pon = "15s"
metrics = "5m"
[channels.duty]
url = "credential:duty-url"
[publishing]
mode = "full"
[traps]
listen = "0.0.0.0:162"
[syslog]
listen = "[::]:514"
[metrics]
listen = "127.0.0.1:9464"
[website]
url = "https://status.example"
directory = "/var/lib/netwatch/website"
push = ["sftp://status@host/path"]
[influxdb]
url = "http://127.0.0.1:8428"
org = "isp"
bucket = "netwatch"
token = "credential:influx-token"
[web]
public = "127.0.0.1:8080"
console = "127.0.0.1:8081"
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "netwatch.toml"
    path.write_text(text)
    return path


def test_the_sample_of_the_contract_is_read_without_a_finding(tmp_path: Path) -> None:
    settings, findings = read_settings(written(tmp_path, SAMPLE))
    assert findings == ()
    assert settings is not None
    assert settings.inventory == tmp_path / "inventory"
    assert settings.rules == tmp_path / "rules"
    assert settings.polling.metrics == timedelta(minutes=5)
    assert settings.publishing.mode is Mode.FULL
    assert settings.languages == ("pl", "en")


def test_an_empty_file_is_a_whole_configuration_in_shadow(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, 'state = "state"\n'))
    assert settings.publishing.mode is Mode.SHADOW
    assert settings.polling.icmp == timedelta(seconds=10)
    assert settings.website.directory == tmp_path / "state" / "website"


@pytest.mark.parametrize(
    ("text", "where", "said", "remedy"),
    [
        ('nam = "x"\n', (1, 1), "no key 'nam'", "did you mean 'name'?"),
        ("[snmp.access]\ncomunity = 'x'\n", (2, 1), "'snmp.access.comunity'", "'community'"),
        ("[polling]\n\n  icmp = '10'\n", (3, 3), "no span", ""),
        ("[polling]\npon = '1s'\n", (2, 1), "between 5s and 10min", ""),
        ("[publishing]\nmode = 'ful'\n", (2, 1), "'full'", ""),
        ("[channels.duty]\n", (1, 1), "'channels.duty.url' is missing", "add it"),
        ("[channels.a]\nurl = 'x'\nrate = 'fast'\n", (3, 1), "'fast' is no rate", ""),
        ("[channels.a]\nurl = 'x'\nrate = '0/s'\n", (3, 1), "'0/s' is no rate", ""),
        ("[channels.a]\nurl = 'x'\nthen = ['a']\n", (3, 1), "names a itself", "another"),
        ("[channels.a]\nurl = 'x'\nby_hand = 'b'\n", (3, 1), "no [channels.b]", "add [channels.b]"),
        ("timezone = 'Europe/Warschau'\n", (1, 1), "no timezone", ""),
        ("[web]\npublic = '8080'\n", (2, 1), "no address to listen on", ""),
        ("name = 'x'\nname = 'y'\n", (2, 11), "overwrite", ""),
        ("name = Dolina\n", (1, 8), "invalid value", "quotes"),
        ("languages = []\n", (1, 1), "at least 1", ""),
        ("[influxdb]\nurll = 'x'\n", (2, 1), "no key", "did you mean 'url'?"),
        ("[history]\ndisk_budget = 20\n", (2, 1), "'20' is no size", ""),
        ("[history]\ndisk_budget = '1MB'\n", (2, 1), "1MB is too little", "50MB at least"),
        ("[history]\nraw_days = 0\n", (2, 1), "greater than or equal to 1", ""),
    ],
)
def test_each_mistake_is_told_with_its_place_and_a_way_out(
    tmp_path: Path, text: str, where: tuple[int, int], said: str, remedy: str
) -> None:
    path = written(tmp_path, text)
    settings, findings = read_settings(path)
    assert settings is None
    about = [finding for finding in findings if said in finding.wrong]
    assert about, findings
    assert about[0].place == Place(str(path), *where)
    assert remedy in about[0].remedy


def test_a_secret_in_plain_text_is_accepted_and_warned_of(tmp_path: Path) -> None:
    path = written(tmp_path, "[channels.duty]\nurl = 'json://10.0.0.1/'\n")
    settings, findings = read_settings(path)
    assert settings is not None
    assert [(finding.level, finding.place.line) for finding in findings] == [(Level.WARNING, 2)]
    assert "10.0.0.1" not in repr(settings)
    assert settings.channels["duty"].url.reveal() == "json://10.0.0.1/"


def test_secrets_come_from_where_their_reference_points(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "duty").write_text("json://a/\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("DUTY_URL", "json://b/")
    assert Secret("credential:duty").reveal() == "json://a/"
    assert Secret("file:duty", base=tmp_path).reveal() == "json://a/"
    assert Secret("env:DUTY_URL").reveal() == "json://b/"
    for wrong in ("credential:../duty", "credential:none", "file:none", "env:NO_SUCH_THING_HERE"):
        with pytest.raises(ConfigError):
            Secret(wrong, base=tmp_path).reveal()


def test_a_file_that_is_not_there_is_a_finding_not_a_crash(tmp_path: Path) -> None:
    settings, findings = read_settings(tmp_path / "none.toml")
    assert settings is None
    assert "cannot be read" in findings[0].wrong


def test_keys_that_look_like_text_are_not_taken_for_keys(tmp_path: Path) -> None:
    text = 'name = """\nnam = 1\n"""\n[web]\npublic = "x"\n'
    _, findings = read_settings(written(tmp_path, text))
    assert [finding.place.line for finding in findings] == [5]


V3 = '[snmp.core]\nversion = "3"\nuser = "ewa"\n'
KEYS = 'auth_key = "correct horse"\npriv_key = "battery staple"\n'


@pytest.mark.parametrize(
    ("text", "line", "said", "remedy"),
    [
        ('[snmp.core]\nversion = "3"\n', 1, "user is missing", "add user"),
        (f'[snmp.core]\nversion = "3"\nuser = "{"e" * 33}"\n', 3, "longer than 32", "shorten"),
        (V3 + 'auth = "SHA265"\n', 4, "no such protocol", "did you mean 'SHA-256'?"),
        (V3 + 'priv = "blowfish"\n', 4, "no such protocol", "use one of DES"),
        (V3 + 'auth = "SHA"\n', 4, "auth_key is missing", "credential:NAME"),
        (V3 + 'auth_key = "correct horse"\n', 4, "auth is missing", 'auth = "SHA-256"'),
        (V3 + 'auth = "SHA"\nauth_key = "short"\n', 5, "at least 8", "longer"),
        (V3 + 'priv = "AES"\npriv_key = "battery staple"\n', 4, "no auth", 'auth = "SHA-256"'),
        (V3 + 'engine_id = "8000"\n', 4, "engine id of 2 octets", "80001f88"),
        ('[snmp.core]\nversion = "4"\n', 2, "'2c'", ""),
    ],
)
def test_a_user_of_snmpv3_that_cannot_work_is_told_with_a_way_out(
    tmp_path: Path, text: str, line: int, said: str, remedy: str
) -> None:
    settings, findings = read_settings(written(tmp_path, text))
    assert settings is None
    (finding,) = (one for one in findings if one.level is Level.ERROR)
    assert finding.place.line == line
    assert said in finding.wrong
    assert remedy in finding.remedy
    assert "horse" not in str(finding)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (V3, "noAuthNoPriv"),
        (V3 + KEYS + 'auth = "md5"\npriv = "aes"\n', "MD5"),
        (V3 + KEYS + 'auth = "sha"\npriv = "des"\n', "DES"),
        (V3 + KEYS + 'auth = "sha"\npriv = "3des"\n', "3DES"),
        (V3 + KEYS + 'auth = "sha"\npriv = "aes"\ncommunity = "x"\n', "no effect in version 3"),
        ('[snmp.core]\nuser = "ewa"\n', "no effect in version 2c"),
        ("[snmp.core]\n", "everybody tries first"),
        ('[snmp.core]\nversion = "1"\ncommunity = "private"\n', "everybody tries first"),
    ],
)
def test_what_is_weak_or_without_effect_is_warned_of(tmp_path: Path, text: str, said: str) -> None:
    settings, findings = read_settings(written(tmp_path, text))
    assert settings is not None
    warned = [one for one in findings if said in one.wrong]
    assert [one.level for one in warned] == [Level.WARNING]
    assert warned[0].remedy
    assert "horse" not in "".join(map(str, findings))


def test_protocols_may_be_written_as_devices_show_them(tmp_path: Path) -> None:
    text = V3 + KEYS + 'auth = "sha256"\npriv = "aes-256-c"\nengine_id = "0x80:00:1F:88:04"\n'
    core = load_settings(written(tmp_path, text)).snmp["core"]
    assert (core.auth, core.priv, core.engine_id) == ("SHA-256", "AES-256-C", "80001f8804")

    credential = credentials({"core": core})["core"]
    assert credential.security is not None
    assert credential.security.engine_id == bytes.fromhex("80001f8804")
    assert credential.security.auth_key == "correct horse"
    assert "horse" not in repr((core, credential))


def test_a_key_that_proves_too_short_when_it_is_read_is_told_and_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = V3 + 'auth = "SHA"\nauth_key = "env:NETWATCH_TEST_KEY"\n'
    monkeypatch.delenv("NETWATCH_TEST_KEY", raising=False)
    core = load_settings(written(tmp_path, text)).snmp["core"]
    monkeypatch.setenv("NETWATCH_TEST_KEY", "s3cret")
    with pytest.raises(ConfigError, match="at least 8") as told:
        credentials({"core": core})
    assert "s3cret" not in str(told.value)


def test_the_history_lies_under_the_state_unless_the_file_says_otherwise(tmp_path: Path) -> None:
    kept = load_settings(written(tmp_path, 'state = "state"\n')).history
    assert kept.directory == tmp_path / "state" / "history"
    assert (kept.raw_days, kept.five_minute_days, kept.hourly_days) == (14, 90, 731)

    text = 'state = "state"\n[history]\ndirectory = "curves"\ndisk_budget = "1.5GB"\n'
    kept = load_settings(written(tmp_path, text)).history
    assert (kept.directory, kept.disk_budget) == (tmp_path / "curves", 1_500_000_000)


def test_answers_leave_by_a_channel_that_is_there(tmp_path: Path) -> None:
    file = tmp_path / "netwatch.toml"
    file.write_text(
        '[channels.sms]\nurl = "env:SMS"\n[inboxes.box]\nurl = "env:BOX"\nanswers = "smz"\n'
    )
    settings, findings = read_settings(file)
    assert settings is None
    (finding,) = findings
    assert (finding.place.line, finding.remedy) == (5, "did you mean 'sms'?")
