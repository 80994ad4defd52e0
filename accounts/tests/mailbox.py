"""Reading the mails that were sent in a test."""

import re

from django.core import mail

from tests.support.outbox import drain


def letters_to(address: str) -> list[tuple[str, str]]:
    """Subject and text of every mail to the address so far, oldest first; those asked for are sent now."""
    drain()
    return [(str(message.subject), str(message.body)) for message in mail.outbox if message.to == [address]]


def token_to(address: str) -> str:
    """The token in the newest mail to the address."""
    _, text = letters_to(address)[-1]
    found = re.search(r"/confirm/([\w-]+)", text)
    assert found, text
    return found[1]
