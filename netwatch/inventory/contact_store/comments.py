"""What people write below our posts: a book -> the next one. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from netwatch.inventory.contact_store.store import Book
from netwatch.model.contacts import Comment

MOST: Final = 1000
"""So many wait at a time; those beyond are read where they were written."""
MOST_KEPT: Final = 5000
"""So many are known when they come again."""
KEPT: Final = timedelta(days=14)
"""Nobody is answered later; then nothing of it is kept."""
ANSWERED: Final = "answered"
WITHDRAWN: Final = "withdrawn"


def written(book: Book, comment: Comment) -> tuple[Book, bool]:
    """Return the book with one more comment, and whether it is new to us.

    One that comes again is the same; while it waits it has its newer words.
    """
    kept = {name: one for name, one in book.comments.items() if comment.at - one.at < KEPT}
    before = next((one for one in kept.values() if one.key == comment.key), None)
    if before is not None:
        if before.ended or before.text == comment.text:
            return book, False
        kept[before.id] = replace(before, text=comment.text)
        return replace(book, comments=kept), False
    if sum(not one.ended for one in kept.values()) >= MOST:
        return book, False
    for old in [one.id for one in kept.values() if one.ended][: max(0, len(kept) - MOST_KEPT + 1)]:
        del kept[old]
    number = book.numbers + 1
    new = replace(comment, id=f"M-{number}")
    return replace(book, comments=kept | {new.id: new}, numbers=number), True


def withdrawn(book: Book, key: str) -> Book:
    """Return the book without the words of a comment that its author took away."""
    one = next((one for one in book.comments.values() if one.key == key), None)
    return book if one is None or one.ended else _ended(book, one, WITHDRAWN, "")


def taken(book: Book, name: str, by: str) -> tuple[Book, Comment | None]:
    """Return the book in which somebody answers a comment; None: it waits for nobody."""
    one = book.comments.get(name)
    if one is None or one.ended:
        return book, None
    mine = replace(one, taken_by=by)
    return replace(book, comments={**book.comments, name: mine}), mine


def answered(book: Book, name: str, by: str) -> tuple[Book, Comment | None]:
    """Return the book in which a comment was answered: author and words are gone."""
    one = book.comments.get(name)
    if one is None or one.ended:
        return book, None
    return _ended(book, one, ANSWERED, by), one


def in_queue(book: Book, at: datetime) -> list[Comment]:
    """Return what waits for an answer, the oldest first."""
    open_ = (one for one in book.comments.values() if not one.ended and at - one.at < KEPT)
    return sorted(open_, key=lambda one: (one.at, len(one.id), one.id))


def _ended(book: Book, one: Comment, how: str, by: str) -> Book:
    gone = Comment(
        id=one.id, at=one.at, key=one.key, way=one.way, taken_by=one.taken_by, ended=how, by=by
    )
    return replace(book, comments={**book.comments, one.id: gone})
