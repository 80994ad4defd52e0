"""Authenticators as people have them, for tests."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any

from accounts.models import Authenticator
from tests.support.factories import PASSWORD


class App:
    """An authenticator app: RFC 6238 by itself, apart from the server's own computation."""

    def __init__(self, secret: str) -> None:
        self.key = base64.b32decode(secret)

    def code(self, later: int = 0) -> str:
        """The code of now, or of some steps later."""
        counter = int(datetime.now(UTC).timestamp() // 30) + later
        digest = hmac.digest(self.key, counter.to_bytes(8, "big"), hashlib.sha1)
        start = digest[19] % 16
        number = int.from_bytes(digest[start : start + 4], "big") % 2**31
        return f"{number % 1_000_000:06}"


def set_up(client: Any) -> tuple[App, list[str]]:
    """Turns the second factor on for whoever the client is: their app, and the recovery codes. No code is used yet."""
    enrolled = client.post("/v1/me/second-factor/totp", {"password": PASSWORD})
    assert enrolled.status_code == 200, enrolled.content
    app = App(enrolled.json()["secret"])
    confirmed = client.post("/v1/me/second-factor/totp/confirm", {"code": app.code()})
    assert confirmed.status_code == 200, confirmed.content
    Authenticator.objects.update(last_step=0)  # as if it had been a while ago
    return app, confirmed.json()["recovery_codes"]
