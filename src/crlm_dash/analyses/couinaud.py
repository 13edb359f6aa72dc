"""Where in the liver: the segments of Couinaud that a text of the source names."""

from __future__ import annotations

import re

SEGMENTS = ("1", "2", "3", "4A", "4B", "5", "6", "7", "8")
_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5", "VI": "6", "VII": "7", "VIII": "8"}
_REGIONS = (  # the longer name first: what it names is taken out before the shorter one is looked for
    (r"LEFT LATERAL( SECTION| SECTOR)?|LATERAL LEFT", ("2", "3")),
    (r"RIGHT POSTERIOR( SECTION| SECTOR)?", ("6", "7")),
    (r"RIGHT ANTERIOR( SECTION| SECTOR)?", ("5", "8")),
    (r"(LEFT MEDIAL|QUADRATE)( SECTION| SECTOR| LOBE)?", ("4A", "4B")),
    (r"RIGHT (HEMI-?LIVER|LIVER|LOBE)|RIGHT HEPATIC LOBE|LIVER,? RIGHT( LOBE)?", ("5", "6", "7", "8")),
    (r"LEFT (HEMI-?LIVER|LIVER|LOBE)|LEFT HEPATIC LOBE|LIVER,? LEFT( LOBE)?", ("2", "3", "4A", "4B")),
    (r"CAUDATE( LOBE)?", ("1",)),
)
_OTHER_ORGAN = re.compile(r"LUNG|PULMON|NODE|PERITON|BONE|VERTEB|BRAIN|ADREN|SPLEEN|OVAR")
_NUMBER = re.compile(r"(?<![A-Z0-9])S?(VIII|VII|VI|IV|V|III|II|I|[1-8])\s?([AB])?(?![A-Z0-9])")
_RANGE = re.compile(r"(?<![A-Z0-9])S?([1-8])\s*(?:-|–|TO)\s*S?([1-8])(?![A-Z0-9])")


def segments_in(text: object) -> tuple[str, ...]:
    """
    The segments a text names, in anatomical order; none where it names none.

    Parameters
    ----------
    text : "LIVER SEGMENTS 4A, 5, 6", "IVb", "S8", "right lobe", "5-8" …; anything that is no text names none

    Returns
    -------
    Some of `SEGMENTS`; a 4 without a letter is both its halves.
    """
    if not isinstance(text, str) or (_OTHER_ORGAN.search(text.upper()) and "LIVER" not in text.upper()):
        return ()
    rest, found = text.upper(), set[str]()
    for pattern, region in _REGIONS:
        if re.search(pattern, rest):
            found |= {*region}
            rest = re.sub(pattern, " ", rest)
    for first, last in _RANGE.findall(rest):
        found |= {each for each in SEGMENTS if first <= each[0] <= last}
    for number, half in _NUMBER.findall(_RANGE.sub(" ", rest)):
        digit = _ROMAN.get(number, number)
        found |= {f"4{half}"} if digit == "4" and half else {each for each in SEGMENTS if each[0] == digit}
    return tuple(each for each in SEGMENTS if each in found)
