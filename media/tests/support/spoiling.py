"""How files are broken, in ways that fit every format."""

CANARY = b"CANARY"
SCRIPT = b"<script>alert('" + CANARY + b"')</script>"
PHP = b"<?php system('" + CANARY + b"'); ?>"
ZIP = b"PK\x03\x04\x14\0\0\0\0\0" + CANARY + b"PK\x05\x06" + bytes(18)
GARBAGE = bytes(number * number * 31 % 251 for number in range(20_000))


def cut(data: bytes, percent: int) -> bytes:
    """The first so many hundredths of it."""
    return data[: len(data) * percent // 100]


def stirred(data: bytes, count: int = 64) -> bytes:
    """The same with bytes in the middle turned over."""
    at = len(data) // 2
    return data[:at] + bytes(byte ^ 0xFF for byte in data[at : at + count]) + data[at + count :]


def without(data: bytes, name: bytes) -> bytes:
    """The same where a part is called something else, so that nobody finds it."""
    assert name in data
    return data.replace(name, b"skip"[: len(name)])
