"""Dates with the name of a month, in the languages that exports are guessed in, as plain numbers.

``2. März 2024 14:05`` becomes ``2/3/2024 14:05``: the name says which number is the month.
"""

from __future__ import annotations

import re
import unicodedata

import pandas as pd

# By month: English, German, French, Spanish, Italian, Dutch, Portuguese. Short forms are those of
# spreadsheets and CRMs; no word stands for two months.
_NAMES = (
    "january jan januar jänner janvier janv enero ene gennaio gen januari janeiro",
    "february feb februar feber février févr fév fevr febrero febbraio februari fevereiro fev",
    "march mar märz mär mrz mars marzo maart mrt março",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio mag mei maio",
    "june jun juni juin junio giugno giu junho",
    "july jul juli juillet juil julio luglio lug julho",
    "august aug août aoû agosto ago augustus",
    "september sep sept septembre septiembre set settembre setembro",
    "october oct oktober okt octobre octubre ottobre ott outubro out",
    "november nov novembre noviembre novembro",
    "december dec dezember dez décembre déc diciembre dic dicembre dezembro",
)


def _folded(word: str) -> str:
    """Return a word in lower case without accents, which exports lose first."""
    plain = unicodedata.normalize("NFKD", word.lower())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


_MONTHS = {_folded(word): month for month, line in enumerate(_NAMES, 1) for word in line.split()}
# No name of a month is shorter, and few other times hold so many letters.
_WORD = r"[A-Za-zÀ-ÿ]{3}"
_LETTERS = r"[^\W\d_]+"
# "Tue, 02 Jan", "martedì 2 gennaio": what stands before the first number and is no month goes.
_WEEKDAY = re.compile(rf"^(?:{_LETTERS}(?:-feira)?)\.?,? +(?=\S)")
_DAY_FIRST = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th|er|º|°|\.)?[ -/]*(?:de )?({_LETTERS})\.?,? ?(?:de |del |-|/)? ?"
    r"(\d{4}|\d{2})(?!\d)(.*)"
)
_MONTH_FIRST = re.compile(
    rf"({_LETTERS})\.?[ -]*(\d{{1,2}})(?:st|nd|rd|th)?(?:, ?| |-)(\d{{4}}|\d{{2}})(?![\d:])(.*)"
)
_YEAR_FIRST = re.compile(rf"(\d{{4}})[ -/]*({_LETTERS})\.?[ -/]*(\d{{1,2}})(?!\d)(.*)")


def with_month_numbers(text: pd.Series) -> pd.Series:
    """Return the dates that hold the name of a month as ``day/month/year`` and their time of day.

    Parameters
    ----------
    text
        Of any form; those without the name of a month are left out of the result.
    """
    text = text[text.str.contains(_WORD)]
    numbered = {value: date for value in text.unique() if (date := _numbered(value)) is not None}
    return text[text.isin(numbered)].map(numbered).astype("str")


def _numbered(text: str) -> str | None:
    """Return a date in numbers; None where it names no month."""
    plain = _folded(" ".join(text.split()))
    if (weekday := _WEEKDAY.match(plain)) and plain[: weekday.end()].strip(" .,") not in _MONTHS:
        plain = plain[weekday.end() :]
    for pattern, places in ((_DAY_FIRST, (1, 2, 3)), (_MONTH_FIRST, (2, 1, 3)),
                            (_YEAR_FIRST, (3, 2, 1))):  # fmt: skip
        if (date := pattern.fullmatch(plain)) is not None:
            day, name, year = (date[place] for place in places)
            if name in _MONTHS:
                return f"{day}/{_MONTHS[name]}/{year}{date[4]}"
    return None
