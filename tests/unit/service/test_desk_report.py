"""What the desk says of a line that was just reported."""

from netwatch.delivery.render import Renderer
from netwatch.service.desk import answer
from netwatch.views.below import Ways
from netwatch.views.board import Board
from tests.unit.service.desk_house import BOOK
from tests.unit.service.test_asking import ELEVEN, HALL, peopled, works
from tests.unit.views.tales import MINUTE, NIGHT, back, confirmed, opened


def test_a_line_back_before_the_others_is_not_told_that_all_is_repaired() -> None:
    network = peopled()
    words = Renderer(BOOK.words, network, "Dolina", "Europe/Warsaw", ["en"])
    board = Board.of([opened(subscribers=(ELEVEN, HALL)), confirmed(), back([ELEVEN])])
    early = answer(board, Ways(network), words, ELEVEN, NIGHT + 5 * MINUTE)

    assert (early["state"], early["say"]) == ("restored", {})
    assert answer(board, Ways(network), words, HALL, NIGHT + 5 * MINUTE)["say"]["phone"]
    under = Board.of(works("device:s-1"))  # type: ignore[arg-type]
    assert answer(under, Ways(network), words, ELEVEN, NIGHT + 5 * MINUTE)["say"]["phone"]
