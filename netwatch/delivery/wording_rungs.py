"""What stands before an alert that goes to the next because nobody took the incident."""

from typing import Final

from netwatch.response.climbing import LAST, TELLING

UNANSWERED: Final = {
    "cs": "{minutes} min to nikdo nepřevzal.",
    "de": "Seit {minutes} min hat es niemand übernommen.",
    "en": "Nobody has taken it for {minutes} min.",
    "pl": "Od {minutes} min nikt tego nie przejął.",
    "ru": "Уже {minutes} мин никто этим не занялся.",
    "sk": "{minutes} min to nikto neprevzal.",
    "uk": "Уже {minutes} хв ніхто цим не зайнявся.",
}
NOBODY_ELSE: Final = {
    "cs": "Dál už není koho volat.",
    "de": "Sonst ist niemand da.",
    "en": "There is nobody else to call.",
    "pl": "Nie ma już kogo wezwać.",
    "ru": "Больше звать некого.",
    "sk": "Ďalej už nie je koho volať.",
    "uk": "Більше кликати нікого.",
}
PLAN_B: Final = {
    "cs": "Zákazníky informuje netwatch dál sám.",
    "de": "Den Kunden sagt es netwatch weiter von selbst.",
    "en": "netwatch goes on telling customers by itself.",
    "pl": "Klientów netwatch dalej powiadamia sam.",
    "ru": "Клиентам netwatch и дальше сообщает сам.",
    "sk": "Zákazníkov informuje netwatch ďalej sám.",
    "uk": "Клієнтів netwatch і далі сповіщає сам.",
}


def unanswered(detail: str, language: str) -> str:
    """Return what is said, in English where nobody wrote it in a language.

    Args:
        detail: of the call: after how many minutes, whether anybody is above, who tells customers.
        language: the reader's.
    """
    minutes, *marks = detail.split(" ")
    code = language.partition("-")[0]
    code = code if code in UNANSWERED else "en"
    said = [UNANSWERED[code].format(minutes=minutes)]
    said += [NOBODY_ELSE[code]] if LAST in marks else []
    said += [PLAN_B[code]] if TELLING in marks else []
    return " ".join(said)
