"""Why a file is not taken."""


class UnsupportedFormat(Exception):
    """Not a kind of file that is taken; perhaps with a sentence that says which kind it is."""


class EncryptedFile(UnsupportedFormat):
    """Its pictures are encrypted, as shops and streaming services sell them."""


class NoVideo(UnsupportedFormat):
    """It holds sound alone."""


class CorruptFile(Exception):
    """It begins like a known kind of file, but its headers make no sense."""
