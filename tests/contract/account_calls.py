"""Calls about accounts, for the test that holds every operation to its document."""

from typing import Any

from accounts.tests.authenticators import App
from accounts.tests.mailbox import token_to
from tests.support import factories


def drive_leaving(call: Any, alice: Any) -> None:
    for name in ("alice.of.galata", "ALICE", "admin", "a b"):
        call(None, "get", f"/auth/usernames/{name}")
    for name in ("alice.too", "admin", "alice.three", "alice.four"):
        call(alice, "put", "/me/username", {"username": name})
    call(alice, "post", "/me/deactivate", {"password": "wrong"})
    call(alice, "post", "/me/deactivate", {"password": factories.PASSWORD})
    alice.refresh_from_db()
    call(alice, "get", "/me")
    call(alice, "post", "/me/reactivate")
    alice.refresh_from_db()
    call(alice, "delete", "/me", {"password": "wrong"})
    call(alice, "delete", "/me", {"password": factories.PASSWORD})
    alice.refresh_from_db()
    call(alice, "get", "/me")
    call(alice, "post", "/me/undelete")
    alice.refresh_from_db()


def drive_sessions(call: Any, alice: Any) -> None:
    (first, *_) = call(alice, "get", "/me/sessions")["results"]
    call(alice, "delete", f"/me/sessions/{first['id']}")
    call(alice, "delete", "/me/sessions/3f9c2a54-6f0b-4a0e-9a44-0c6a4a6f7f1e")


def drive_second_factor(call: Any, alice: Any) -> None:
    password = {"password": factories.PASSWORD}
    call(alice, "get", "/me/second-factor")
    call(alice, "post", "/me/second-factor/totp/confirm", {"code": "000000"})
    app = App(call(alice, "post", "/me/second-factor/totp", password)["secret"])
    call(alice, "post", "/me/second-factor/totp/confirm", {"code": "x"})
    call(alice, "post", "/me/second-factor/totp/confirm", {"code": app.code()})
    call(alice, "post", "/me/second-factor/totp", password)
    code = call(alice, "post", "/me/second-factor/recovery-codes", password)["recovery_codes"][0]
    challenge = call(None, "post", "/auth/token", {"username": "alice", **password})["challenge"]
    for given in ("wrong", code):
        call(None, "post", "/auth/token/second-factor", {"challenge": challenge, "code": given})
    call(None, "post", "/auth/token/second-factor", {"challenge": "x", "code": code})
    call(alice, "post", "/me/second-factor/totp/disable", password)


def drive_mails(call: Any, alice: Any) -> None:
    call(None, "post", "/auth/password/reset", {"email": alice.email})
    token = token_to(alice.email)
    call(None, "post", "/auth/email/verify", {"token": token})
    confirmation = {"token": token, "new_password": factories.PASSWORD}
    call(None, "post", "/auth/password/reset/confirm", {**confirmation, "new_password": "1"})
    call(None, "post", "/auth/password/reset/confirm", confirmation)
    alice.refresh_from_db()
    call(alice, "post", "/auth/email/change", {"email": "new@example.com", "password": "wrong"})
    call(alice, "post", "/auth/email/change", {"email": "new@example.com", "password": factories.PASSWORD})
    call(alice, "post", "/auth/email/resend")
    call(None, "post", "/auth/email/verify", {"token": token_to("new@example.com")})
    call(None, "post", "/auth/email/undo", {"token": token_to(alice.email)})
    alice.refresh_from_db()
