"""Why a file is not taken."""


class Unknown(Exception):
    """Not a kind of file that is taken."""


class Damaged(Exception):
    """It begins like a known kind of file, but its headers make no sense."""
