"""Names, addresses and networks in the one form in which rules compare them, so that spelling gets by no rule."""

import ipaddress
import re
import unicodedata

from api.normalization import has_long_run_of_marks
from api.search_key import name_key

MIN_PREFIX = {4: 8, 6: 16}  # bits: nobody means to block a larger part of the Internet
IPV6_PREFIX = 64  # one household or server: `api.throttles.address_in` knows no finer address
# Letters of other scripts and digits that look like a letter of ours; both i and l are written with 1.
_LOOK_ALIKE = str.maketrans(
    "0134579l@$" + "авекмнорстухіјѕԁԛԝһӏ" + "αβεηικνορτυχωϲ",
    "oieastgias" + "abekmhopctyxijsdqwhi" + "abenikvoptuxwc",
)
_NO_LETTER = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def folded(text: str) -> str:
    """A word or name without case, accents, invisible letters and look-alikes, words apart by single spaces.

    Empty for what has no letters, and for texts that are made to be costly.
    """
    if has_long_run_of_marks(text):
        return ""
    return _spaced(name_key(text).translate(_LOOK_ALIKE))


def forms_of(text: str) -> tuple[set[str], str]:
    """What may be a word in a name, and the whole name in one piece.

    The words are those between spaces, dots and underscores, the same without the digits in them, those that dots and
    underscores are put into (`s.p.a.m`), and the whole.
    """
    if has_long_run_of_marks(text):
        return set(), ""
    parted, joined = _parted(text), name_key(text)
    forms = (parted, _DIGITS.sub(" ", parted), joined, _DIGITS.sub("", joined))
    words = {word for form in forms for word in _spaced(form.translate(_LOOK_ALIKE)).split()}
    whole = _spaced(parted.translate(_LOOK_ALIKE)).replace(" ", "")
    return words | {whole}, whole


def _parted(text: str) -> str:
    """The search key with dots and underscores as spaces: in user names they stand between words."""
    return name_key(re.sub(r"[._]", " ", unicodedata.normalize("NFKC", text)))


def _spaced(key: str) -> str:
    return _NO_LETTER.sub(" ", key).strip()


def ascii_domain(text: str) -> str:
    """A domain in lower case, labels of other scripts as mail servers have them (`xn--…`), no dot at its end.

    Raises ValueError for what is no domain.
    """
    labels = unicodedata.normalize("NFKC", text.strip().lower()).replace("。", ".").rstrip(".").split(".")
    domain = ".".join(map(_ascii_label, labels))
    if not re.fullmatch(r"(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*", domain) or len(domain) > 253:
        raise ValueError(text)
    return domain


def _ascii_label(label: str) -> str:
    if label.isascii():
        return label
    return "xn--" + unicodedata.normalize("NFC", label).encode("punycode").decode("ascii")


def email_pattern(text: str) -> str:
    """A rule for addresses: a domain with all below it, or one mailbox with all its `+tags`. Raises ValueError."""
    mailbox, _, domain = text.strip().lstrip("@").rpartition("@")
    return _mailbox(mailbox, ascii_domain(domain)) if mailbox else ascii_domain(domain)


def patterns_for(email: str) -> list[str]:
    """Every rule that would hold for this address."""
    mailbox, _, domain = email.lower().rpartition("@")
    domain = domain.rstrip(".")
    labels = domain.split(".")
    return [_mailbox(mailbox, domain), *(".".join(labels[at:]) for at in range(len(labels)))]


def _mailbox(name: str, domain: str) -> str:
    return f"{name.lower().partition('+')[0]}@{domain}"


def network(text: str) -> Network:
    """An address or range as rules compare it: IPv4 also where it is written as IPv6; IPv6 no finer than a /64.

    Raises ValueError for what is none, and for a range that is far too large.
    """
    found: Network = ipaddress.ip_network(text.strip(), strict=False)
    if isinstance(found, ipaddress.IPv6Network):
        mapped = found.network_address.ipv4_mapped
        if mapped is not None and found.prefixlen >= 96:
            found = ipaddress.ip_network((mapped, found.prefixlen - 96), strict=False)
        elif found.prefixlen > IPV6_PREFIX:
            found = found.supernet(new_prefix=IPV6_PREFIX)
    if found.prefixlen < MIN_PREFIX[found.version]:
        raise ValueError(f"at least /{MIN_PREFIX[found.version]}")
    return found


def is_in(address: str, found: str) -> bool:
    """Whether a client's address is in a range."""
    return ipaddress.ip_address(address) in network(found)
