"""Columns that hold personal data, told by their name or by what they hold."""

from __future__ import annotations

import pandas as pd

from features.crm.denylist import normalised, words
from features.crm.other_languages import PERSONAL

_NAMES = {
    "name",
    "firstname",
    "lastname",
    "middlename",
    "fullname",
    "contactname",
    "leadname",
    "surname",
    "givenname",
    "familyname",
    "email",
    "emailaddress",
    "emailaddress1",
    "workemail",
    "phone",
    "phonenumber",
    "mobile",
    "mobilephone",
    "homephone",
    "fax",
    "telephone1",
    "street",
    "streetaddress",
    "address",
    "address1",
    "address1line1",
    "ip",
    "ipaddress",
    "birthdate",
    "birthday",
    "dateofbirth",
    "ssn",
    "linkedin",
    "linkedinurl",
    "twitterhandle",
    *PERSONAL,
}
_WORDS = {"email", "phone", "mobile", "telephone", "surname", "birthdate", "birthday"}
_CONTENTS = {
    "e-mail addresses": r"^[^@\s]+@[^@\s]+\.[A-Za-z]{2,}$",
    "IP addresses": r"^[0-9]{1,3}(?:\.[0-9]{1,3}){3}$",
    "telephone numbers": r"^\+[0-9][0-9 ().-]{6,}$",
}
# A column that bears a personal name whole holds answers, such as yes and no, up to so many values;
# one whose name only has a personal word in it, up to more.
_ANSWERS, _CHOICES = 3, 20


def personal(name: str, values: pd.Series) -> str:
    """Return why a column looks personal; "" when it does not.

    Parameters
    ----------
    name
        The column's name.
    values
        Its distinct values, without missing ones, as canonical text.
    """
    for what, pattern in _CONTENTS.items():
        if len(values) and values.str.match(pattern).mean() > 1 / 2:
            return f"it holds {what}"
    whole = normalised(name) in _NAMES
    named = whole or bool(_WORDS & set(words(name)))
    # "Do not call by phone: yes or no" and numbers of opened e-mails name nobody.
    counts = pd.to_numeric(values, errors="coerce").dropna()
    few = len(values) <= (_ANSWERS if whole else _CHOICES)
    small = few or len(counts[counts.abs() < 1e6]) > len(values) / 2
    return "" if small or not named else "its name"
