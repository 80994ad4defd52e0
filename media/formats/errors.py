"""Why a file is not taken."""


class UnsupportedFormat(Exception):
    """Not a kind of file that is taken."""


class CorruptFile(Exception):
    """It begins like a known kind of file, but its headers make no sense."""
