"""What stands before an alert that goes to the next because nobody took the incident."""

from typing import Final

from netwatch.response.climbing import LAST

UNANSWERED: Final = {
    "cs": "{minutes} min to nikdo nepřevzal.",
    "de": "Seit {minutes} min hat es niemand übernommen.",
    "en": "Nobody has taken it for {minutes} min.",
    "pl": "Od {minutes} min nikt tego nie przejął.",
    "ru": "Уже {minutes} мин никто этим не занялся.",
    "sk": "{minutes} min to nikto neprevzal.",
    "uk": "Уже {minutes} хв ніхто цим не зайнявся.",
}
PLAN_B: Final = {
    "cs": "Dál už není koho volat; zákazníky netwatch informuje sám dál.",
    "de": "Sonst ist niemand da; netwatch sagt es den Kunden weiter von selbst.",
    "en": "There is nobody else to call; netwatch goes on telling customers by itself.",
    "pl": "Nie ma już kogo wezwać; netwatch dalej sam powiadamia klientów.",
    "ru": "Больше звать некого; netwatch и дальше сам сообщает клиентам.",
    "sk": "Ďalej už nie je koho volať; zákazníkov netwatch informuje sám ďalej.",
    "uk": "Більше кликати нікого; netwatch і далі сам сповіщає клієнтів.",
}


def unanswered(detail: str, language: str) -> str:
    """Return the sentence, in English where nobody wrote it in a language.

    Args:
        detail: of the call: after how many minutes, and whether there is anybody above.
        language: the reader's.
    """
    minutes, _, last = detail.partition(" ")
    code = language.partition("-")[0]
    said = UNANSWERED.get(code, UNANSWERED["en"]).format(minutes=minutes)
    return f"{said} {PLAN_B.get(code, PLAN_B['en'])}" if last == LAST else said
