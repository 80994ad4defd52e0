"""Tokens in paths, of mails and uploads: who reads one in a log could use it."""

import re

# From the path's beginning, or behind a host. (deploy/Caddyfile leaves out the same.)
_TOKENS = re.compile(r"((?:^|//[^/]*)/+(?:appeal|confirm|unsubscribe|media/incoming)/).+", re.DOTALL)


def without_tokens(address: str) -> str:
    """A path or address without the token in it. It does not ask where the path leads to: with something behind its
    token, as mail programs put it there, it leads nowhere, and the token is good."""
    return _TOKENS.sub(r"\1-", address)
