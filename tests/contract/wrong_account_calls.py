"""Wrong calls about accounts and people, for tests/contract/wrong_calls.py."""

from typing import Any

from tests.contract.wrong_call import Wrong


def registrations() -> list[Wrong]:
    good = {"username": "zoe", "name": "Zoe", "email": "zoe@example.com", "birth_date": "1990-05-17",
            "password": "correct-horse-battery"}  # fmt: skip
    wrong: dict[str, list[Any]] = {
        "username": ["alice", "ALICE", "a", "a" * 31, "a..b", ".ab", "ab.", "admin", "\u0430lice", "z\u200boe", "İzmir", None, ["z"], {}],
        "name": ["", "a\u2028b", None],
        "email": ["no", "a@b@c", "zoe@example.com\nBcc: x@example.com", "zoé@example.com", None, "x" * 260 + "@example.com"],
        "birth_date": ["2024-01-01", "1899-12-31", "2990-01-01", "0000-00-00", "1990-02-30", "17.5.1990", "1990-05-17T00:00:00", 19900517, None],
        "password": ["short", "12345678901", "password", "zoe@example.com", "x" * 129, "", None, ["x"]],
    }  # fmt: skip
    return [
        Wrong("register", "POST", "/v1/auth/register", 400, "invalid", {**good, name: value}, caller="nobody", pointer=f"/{name}")
        for name, values in wrong.items()
        for value in values
    ]  # fmt: skip


def mailed_tokens() -> list[Wrong]:
    return [
        Wrong(
            "token",
            "POST",
            f"/v1/auth/{path}",
            400,
            "invalid",
            {"token": token, "new_password": "x"},
            caller="nobody",
            pointer="/token",
        )
        for path in ("email/verify", "email/undo", "password/reset/confirm")
        for token in ("", "x", "A" * 43, "\u0430" * 43, "A" * 1000, None, ["x"])
    ]


def new_addresses() -> list[Wrong]:
    return [
        Wrong(
            "address",
            "POST",
            "/v1/auth/email/change",
            400,
            "invalid",
            {"email": email, "password": "x"},
            pointer="/email",
        )
        for email in ("no", "a@b@c", None, ["a@example.com"], "zoé@example.com")
    ]


def people() -> list[Wrong]:
    change = {"old_password": "wrong", "new_password": "staple-battery-horse"}
    log_in = {"username": "alice", "password": "wrong"}
    return [
        *registrations(),
        *mailed_tokens(),
        *new_addresses(),
        Wrong("password", "POST", "/v1/auth/email/change", 400, "invalid", {"email": "a@example.com", "password": "wrong"}, pointer="/password"),
        Wrong("address", "POST", "/v1/auth/password/reset", 400, "invalid", {"email": "no"}, caller="nobody", pointer="/email"),
        Wrong("log-in", "POST", "/v1/auth/token", 401, "invalid_credentials", log_in, caller="nobody"),
        Wrong("log-in", "POST", "/v1/auth/token", 401, "invalid_credentials", {**log_in, "username": "nobody.here"}, caller="nobody"),
        Wrong("log-in", "POST", "/v1/auth/token", 400, "invalid", {"username": "alice"}, caller="nobody", pointer="/password"),
        Wrong("log-in", "POST", "/v1/auth/token", 400, "invalid", {**log_in, "password": "x" * 129}, caller="nobody", pointer="/password"),
        Wrong("password", "POST", "/v1/auth/password/change", 400, "invalid", change, pointer="/old_password"),
        Wrong("refresh", "POST", "/v1/auth/token/refresh", 401, "invalid_token", {"refresh": "x.y.z"}, caller="nobody"),
        Wrong("refresh", "POST", "/v1/auth/token/refresh", 401, "invalid_token", {"refresh": "{access}"}, caller="nobody"),
        Wrong("refresh", "POST", "/v1/auth/token/refresh", 400, "invalid", {"refresh": "x" * 2049}, caller="nobody", pointer="/refresh"),
        Wrong("oneself", "PUT", "/v1/users/alice/follow", 409, "conflict"),
        Wrong("oneself", "PUT", "/v1/users/alice/block", 409, "conflict"),
        Wrong("oneself", "PUT", "/v1/users/alice/mute", 409, "conflict"),
        Wrong("oneself", "POST", "/v1/me/follow-requests/alice/accept", 404, "not_found"),
        Wrong("people", "GET", "/v1/users/nobody.here", 404, "not_found"),
        Wrong("people", "GET", "/v1/users/%F0%9F%98%80", 404, "not_found"),
        Wrong("people", "GET", f"/v1/users/{'x' * 4000}", 404, "not_found"),
        Wrong("people", "PUT", "/v1/users/nobody.here/follow", 404, "not_found"),
        Wrong("blocked", "GET", "/v1/users/alice", 404, "not_found", caller="mallory"),
        Wrong("blocked", "PUT", "/v1/users/alice/follow", 404, "not_found", caller="mallory"),
    ]  # fmt: skip


def tokens() -> list[Wrong]:
    bad = ["Bearer", "Bearer a b", "Bearer x", "Bearer a.b.c", "Bearer \xff\xfe", "bearer x", "Bearer {expired}", "Bearer {refresh}",
           "Bearer {unsigned}", "Bearer {foreign}", "Bearer {ended}", "Bearer {suspended}", "Bearer {without_session}",
           "Bearer " + "x" * 9000]  # fmt: skip
    rows = [
        Wrong("token", "GET", "/v1/me", 401, "invalid_token", headers={"Authorization": one}, caller="nobody")
        for one in bad
    ]
    none = ["", "Basic YWxpY2U6eA==", "Token x", "{access}"]
    rows += [
        Wrong("token", "GET", "/v1/me", 401, "not_authenticated", headers={"Authorization": one} if one else {}, caller="nobody")
        for one in none
    ]  # fmt: skip
    writes = [("POST", "/v1/posts"), ("PUT", "/v1/posts/{post}/like"), ("DELETE", "/v1/posts/{post}"), ("POST", "/v1/media"),
              ("GET", "/v1/users/alice"), ("GET", "/v1/media/{photo}/original")]  # fmt: skip
    rows += [Wrong("token", *one, 401, "not_authenticated", caller="nobody") for one in writes]
    rows += [
        Wrong("token", "GET", "/v1/me?access_token={access}&token={access}", 401, "not_authenticated", caller="nobody")
    ]
    return rows
