"""Which user names there may be."""

import re

from rest_framework.serializers import ValidationError

MIN_LENGTH, MAX_LENGTH = 3, 30
USERNAME = re.compile(r"(?!.*\.\.)[a-z0-9_][a-z0-9._]{1,28}[a-z0-9_]")
# Words of addresses and pages, and those that would speak for the service.
RESERVED = frozenset(
    """
    about account accounts admin administrator api app auth blog confirm docs explore feed help instance login
    logout me media moderator nobody null oauth official privacy pystagram root schema search security
    settings signup staff static status stories suggestions support system tags terms undefined user users v1
    www
    """.split()  # noqa: SIM905 (a list of words reads better than a list of strings)
)
SPEAKING_FOR_US = "admin administrator moderator official pystagram root security staff support".split()  # noqa: SIM905 (reads better than a list of strings)
_LOOK_ALIKE = str.maketrans("01345l", "oieasi", "._")


def _skeleton(name: str) -> str:
    """What a name looks like at a glance: `adm1n` and `a.d.m.i.n` are `admin`."""
    return name.translate(_LOOK_ALIKE)


_SKELETONS = frozenset(map(_skeleton, SPEAKING_FOR_US))


def checked_username(text: str) -> str:
    """The user name as it is kept, in lower case. Raises for one that cannot be.

    Only ASCII, so that no letter of another script looks like one of it and none is invisible; the Kelvin sign, which
    is k in lower case, too.
    """
    name = text.lower()
    if not (text.isascii() and MIN_LENGTH <= len(name) <= MAX_LENGTH and USERNAME.fullmatch(name)):
        raise ValidationError("3 to 30 of a-z, 0-9, dot and underscore; no dot first, last or twice.")
    if name in RESERVED or _skeleton(name) in _SKELETONS:
        raise ValidationError("This name is reserved.", "reserved")
    return name
