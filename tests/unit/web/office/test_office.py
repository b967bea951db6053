"""What the staff's pages say is said for people who have buttons before them."""

import pytest
from starlette.responses import Response

from netwatch.web.forms import NoFormError
from netwatch.web.office.badge import Badges, expect_ours, form_word, new_word
from netwatch.web.office.room import plain


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Take it: netwatch incident ack I-1", "Take it"),
        (
            "Find out what it is: netwatch why I-1. Then say so: netwatch incident cause I-1 CAUSE",
            "Find out what it is. Then say so",
        ),
        ("nothing seen is wrong with it; have it asked again: netwatch desk report S-1",
         "nothing seen is wrong with it; have it asked again"),
        ("netwatch tells customers.", "netwatch tells customers."),
        ("", ""),
    ],
)  # fmt: skip
def test_what_to_type_on_a_command_line_is_left_out(said: str, shown: str) -> None:
    assert plain(said) == shown


def test_a_form_is_taken_from_whom_it_was_made_for_and_nobody_else() -> None:
    mine, other = new_word(), new_word()
    expect_ours({"form": form_word(mine)}, mine)
    for fields, word in (({"form": form_word(other)}, mine), ({}, mine), ({"form": ""}, "")):
        with pytest.raises(NoFormError, match="403"):
            expect_ours(fields, word)
    with pytest.raises(NoFormError):
        expect_ours({"form": form_word("")}, "")


@pytest.mark.parametrize("secure", [True, False])
def test_where_browsers_come_by_https_a_cookie_goes_over_nothing_else(*, secure: bool) -> None:
    response = Response()
    Badges(secure=secure).give(response, "word")
    (given, _) = (line.lower() for line in response.headers.getlist("set-cookie"))
    assert given.startswith("__host-netwatch=word" if secure else "netwatch=word")
    assert ("; secure" in given) is secure
    assert all(part in given for part in ("; httponly", "; samesite=lax", "; path=/"))
    assert "domain" not in given
