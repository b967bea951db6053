"""Lines of ``[website] push``: what they name, and that no secret stands in them."""

import pytest

from netwatch.delivery.push.target import Target, TargetError, target_of


def test_a_line_names_a_machine_a_bucket_or_a_directory() -> None:
    sftp = target_of("sftp://status@host.example:2222/srv/page?key=credential:web&known_hosts=/k")
    assert (sftp.scheme, sftp.user, sftp.host, sftp.port) == (
        "sftp",
        "status",
        "host.example",
        2222,
    )
    assert (sftp.path, sftp.machine) == ("/srv/page", "host.example")
    assert sftp.options == {"key": "credential:web", "known_hosts": "/k"}

    assert target_of("sftp://u@[2001:db8::1]/p").host == "2001:db8::1"
    s3 = target_of("s3://My.Bucket/page/?endpoint=https://s3.elsewhere.example&key=env:K")
    assert (s3.host, s3.path, s3.machine) == ("My.Bucket", "/page", "s3.elsewhere.example")
    assert target_of("s3://bucket").machine == ""
    for line in ("/srv/page/", "file:///srv/page"):
        assert target_of(line) == Target(scheme="file", path="/srv/page")


def test_neither_its_name_nor_its_repr_shows_who_logs_in_by_what() -> None:
    target = target_of("sftp://status@host/p?password=env:PUSH")

    assert target.name == "sftp://host/p"
    assert "PUSH" not in repr(target)


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("ftp://host/p", "cannot be pushed to"),
        ("page", "cannot be pushed to"),
        ("sftp:///p", "names no host"),
        ("s3:///p", "names no bucket"),
        ("sftp://u:horse@host/p", "password in plain text"),
        ("sftp://u@host/p?password=horse", "in plain text"),
        ("s3://b?secret=horse", "in plain text"),
        ("sftp://u@host/p?acl=public", "unknown option"),
        ("sftp://u@host/p?key=file:key", "relative path"),
        ("sftp://u@host/p?known_hosts=hosts", "relative path"),
        ("sftp://u@host:x/p", "is no URL"),
        ("sftp://[u@host/p", "is no URL"),
    ],
)
def test_a_line_that_will_not_do_is_refused_without_its_secret(line: str, wrong: str) -> None:
    with pytest.raises(TargetError, match=wrong) as caught:
        target_of(line)

    assert "horse" not in str(caught.value) + caught.value.remedy
    assert caught.value.remedy
