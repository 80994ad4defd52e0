"""Who gets which status where: the whole table.

A row is (route name, method) → how the answer depends on who asks. A new route without a row here fails
tests/contract/test_visibility.py.

The viewers, as they stand to the owner: owner, follower, close_friend (a follower, and on the owner's list of them),
pending (asked, not accepted; a stranger where the owner is public), stranger, muter (a stranger who muted the owner),
blocked (by the owner), blocker (of the owner), moderator (staff; no more power than a stranger), anonymous, suspended.
The last two get 401 on every row that is not `OPEN`.
"""

from dataclasses import dataclass, field
from typing import Any

VIEWERS = [
    "owner",
    "follower",
    "close_friend",
    "pending",
    "stranger",
    "muter",
    "blocked",
    "blocker",
    "moderator",
    "anonymous",
    "suspended",
]
STRANGERS = {"pending", "stranger", "muter", "moderator"}


@dataclass(frozen=True)
class Rule:
    """Expected statuses. `seen` for who may see the owner's content, `unseen` for who may not (always 404-like)."""

    owner: int
    friend: int  # accepted followers, and strangers of a public account
    outsider: int  # strangers of a private account
    blocked: int
    blocker: int
    inactive: int | None = None  # for everybody, while the owner is suspended or deactivated; None: as usual


@dataclass(frozen=True)
class Row:
    rule: Rule | None  # None: open to anybody
    path: str
    body: dict[str, Any] = field(default_factory=dict)
    open_status: int = 200


def everybody(status: int) -> Rule:
    """The same for whoever is logged in."""
    return Rule(status, status, status, status, status)


def content(status: int, owner: int | None = None) -> Rule:
    """What the visibility rule protects."""
    return Rule(owner or status, status, 404, 404, 404, inactive=404)


CARD = Rule(200, 200, 200, 404, 200, inactive=404)


def owner_only(status: int) -> Rule:
    return Rule(status, 404, 404, 404, 404)


def own_object(status: int) -> Rule:
    """Others who may see it are told that it is not theirs."""
    return Rule(status, 403, 404, 404, 404, inactive=404)


def relation(status: int, itself: int = 409, blocker: int = 200) -> Rule:
    """PUT of a relation to the owner's card."""
    return Rule(itself, status, status, 404, blocker, inactive=404)


OPEN = None
ANYBODY = everybody(200)
U, P, C, M = "/v1/users/{owner}", "/v1/posts/{post}", "/v1/comments/{comment}", "/v1/media/{media}"
S, H = "/v1/stories/{story}", "/v1/highlights/{highlight}"
K = "/v1/me/collections/{collection}"

MATRIX: dict[tuple[str, str], Row] = {
    # The frame
    ("v1-root", "get"): Row(OPEN, "/v1/"),
    ("instance", "get"): Row(OPEN, "/v1/instance"),
    ("schema", "get"): Row(OPEN, "/v1/schema"),
    ("docs", "get"): Row(OPEN, "/v1/docs"),
    ("register", "post"): Row(OPEN, "/v1/auth/register", {}, 400),
    ("username-check", "get"): Row(OPEN, "/v1/auth/usernames/{owner}"),
    ("token", "post"): Row(OPEN, "/v1/auth/token", {"username": "nobody", "password": "x"}, 401),
    ("token-refresh", "post"): Row(OPEN, "/v1/auth/token/refresh", {"refresh": "x"}, 401),
    ("token-second-factor", "post"): Row(OPEN, "/v1/auth/token/second-factor", {"challenge": "x", "code": "x"}, 401),
    ("log-out", "post"): Row(everybody(204), "/v1/auth/logout"),
    ("log-out-everywhere", "post"): Row(everybody(204), "/v1/auth/logout-all"),
    ("password-change", "post"): Row(everybody(400), "/v1/auth/password/change"),
    ("password-reset", "post"): Row(OPEN, "/v1/auth/password/reset", {"email": "nobody@example.com"}, 202),
    ("password-reset-confirm", "post"): Row(OPEN, "/v1/auth/password/reset/confirm", {"token": "x"}, 400),
    ("email-verify", "post"): Row(OPEN, "/v1/auth/email/verify", {"token": "x"}, 400),
    ("email-undo", "post"): Row(OPEN, "/v1/auth/email/undo", {"token": "x"}, 400),
    ("email-resend", "post"): Row(everybody(202), "/v1/auth/email/resend"),
    ("email-change", "post"): Row(everybody(400), "/v1/auth/email/change"),
    # Oneself
    ("me", "get"): Row(ANYBODY, "/v1/me"),
    ("me", "patch"): Row(ANYBODY, "/v1/me", {"bio": "x"}),
    ("avatar", "put"): Row(Rule(200, 400, 400, 400, 400), "/v1/me/avatar", {"media": "{media}"}),
    ("avatar", "delete"): Row(everybody(204), "/v1/me/avatar"),
    ("sessions", "get"): Row(ANYBODY, "/v1/me/sessions"),
    ("session", "delete"): Row(everybody(404), "/v1/me/sessions/3f9c2a54-6f0b-4a0e-9a44-0c6a4a6f7f1e"),
    ("second-factor", "get"): Row(ANYBODY, "/v1/me/second-factor"),
    ("totp", "post"): Row(everybody(400), "/v1/me/second-factor/totp", {"password": "wrong"}),
    ("totp-confirm", "post"): Row(everybody(409), "/v1/me/second-factor/totp/confirm", {"code": "000000"}),
    ("totp-disable", "post"): Row(everybody(400), "/v1/me/second-factor/totp/disable", {"password": "wrong"}),
    ("recovery-codes", "post"): Row(everybody(400), "/v1/me/second-factor/recovery-codes", {"password": "wrong"}),
    ("username", "put"): Row(everybody(400), "/v1/me/username", {"username": "{owner}"}),
    ("deactivate", "post"): Row(everybody(400), "/v1/me/deactivate", {"password": "wrong"}),
    ("reactivate", "post"): Row(ANYBODY, "/v1/me/reactivate"),
    ("me", "delete"): Row(everybody(400), "/v1/me", {"password": "wrong"}),
    ("undelete", "post"): Row(ANYBODY, "/v1/me/undelete"),
    ("blocks", "get"): Row(ANYBODY, "/v1/me/blocks"),
    ("mutes", "get"): Row(ANYBODY, "/v1/me/mutes"),
    ("follow-requests", "get"): Row(ANYBODY, "/v1/me/follow-requests"),
    ("sent-follow-requests", "get"): Row(ANYBODY, "/v1/me/follow-requests/sent"),
    ("follow-request-accept", "post"): Row(everybody(404), "/v1/me/follow-requests/{owner}/accept"),
    ("follow-request-reject", "post"): Row(everybody(204), "/v1/me/follow-requests/{owner}/reject"),
    ("close-friends", "get"): Row(ANYBODY, "/v1/me/close-friends"),
    ("close-friend", "put"): Row(relation(200, blocker=409), "/v1/me/close-friends/{owner}"),
    ("close-friend", "delete"): Row(everybody(204), "/v1/me/close-friends/{owner}"),
    ("my-follower", "delete"): Row(everybody(204), "/v1/me/followers/{owner}"),
    ("me-likes", "get"): Row(ANYBODY, "/v1/me/likes"),
    ("me-saved", "get"): Row(ANYBODY, "/v1/me/saved"),
    ("me-hidden-comments", "get"): Row(ANYBODY, "/v1/me/hidden-comments"),
    ("me-hidden-words", "get"): Row(ANYBODY, "/v1/me/hidden-words"),
    ("me-hidden-words", "put"): Row(ANYBODY, "/v1/me/hidden-words", {"words": ["x"]}),
    ("collection-list", "get"): Row(ANYBODY, "/v1/me/collections"),
    ("collection-list", "post"): Row(everybody(201), "/v1/me/collections", {"name": "x"}),
    ("collections-order", "put"): Row(ANYBODY, "/v1/me/collections/order", {"ids": ["1"]}),
    ("collection", "get"): Row(owner_only(200), K),
    ("collection", "patch"): Row(owner_only(200), K, {"name": "y"}),
    ("collection", "delete"): Row(owner_only(204), K),
    ("collection-posts", "get"): Row(owner_only(200), K + "/posts"),
    ("collection-order", "put"): Row(owner_only(200), K + "/posts/order", {"ids": ["1"]}),
    ("collection-post", "put"): Row(owner_only(200), K + "/posts/{post}"),
    ("collection-post", "delete"): Row(everybody(204), K + "/posts/{post}"),
    ("me-drafts", "get"): Row(ANYBODY, "/v1/me/drafts"),
    ("me-archive", "get"): Row(ANYBODY, "/v1/me/archive"),
    ("me-trash", "get"): Row(ANYBODY, "/v1/me/trash"),
    ("me-removed", "get"): Row(ANYBODY, "/v1/me/removed"),
    ("media-upload-list", "post"): Row(everybody(201), "/v1/media/uploads", {"size": 1000}),
    ("media-upload-status", "get"): Row(owner_only(200), "/v1/media/uploads/{upload}/status"),
    ("media-upload-complete", "post"): Row(owner_only(409), "/v1/media/uploads/{upload}/complete"),
    ("media-upload-bytes", "get"): Row(owner_only(200), "/v1/media/uploads/{upload}/bytes"),
    ("media-upload-bytes", "patch"): Row(owner_only(400), "/v1/media/uploads/{upload}/bytes"),
    ("media-upload-bytes", "delete"): Row(owner_only(204), "/v1/media/uploads/{upload}/bytes"),
    ("export-list", "get"): Row(ANYBODY, "/v1/me/exports"),
    ("export-list", "post"): Row(everybody(202), "/v1/me/exports"),
    ("export-detail", "get"): Row(owner_only(200), "/v1/me/exports/{export}"),
    ("import-list", "get"): Row(ANYBODY, "/v1/me/imports"),
    ("import-list", "post"): Row(everybody(201), "/v1/me/imports", {"size": 1000}),
    ("import-detail", "get"): Row(owner_only(200), "/v1/me/imports/{import}"),
    ("import-start", "post"): Row(owner_only(409), "/v1/me/imports/{import}/start"),
    ("import-skipped", "get"): Row(owner_only(200), "/v1/me/imports/{import}/skipped"),
    ("me-quota", "get"): Row(ANYBODY, "/v1/me/quota"),
    # People
    ("profile", "get"): Row(CARD, U),
    ("followers", "get"): Row(content(200), U + "/followers"),
    ("following", "get"): Row(content(200), U + "/following"),
    ("mutuals", "get"): Row(content(200), U + "/mutuals"),
    ("user-posts", "get"): Row(content(200), U + "/posts"),
    ("follow", "put"): Row(relation(200, blocker=409), U + "/follow"),
    ("follow", "delete"): Row(everybody(204), U + "/follow"),
    ("block", "put"): Row(relation(200), U + "/block"),
    ("block", "delete"): Row(everybody(204), U + "/block"),
    ("mute", "put"): Row(relation(200), U + "/mute"),
    ("mute", "delete"): Row(everybody(204), U + "/mute"),
    ("relationships", "get"): Row(ANYBODY, "/v1/relationships?username={owner}"),
    ("suggestions", "get"): Row(ANYBODY, "/v1/suggestions"),
    ("suggestion", "delete"): Row(everybody(204), "/v1/suggestions/{owner}"),
    ("explore", "get"): Row(ANYBODY, "/v1/explore"),
    # Media
    ("media-list", "get"): Row(ANYBODY, "/v1/media"),
    ("media-list", "post"): Row(everybody(415), "/v1/media"),  # the table sends JSON, it takes multipart
    ("media-detail", "get"): Row(owner_only(200), M),
    ("media-detail", "patch"): Row(owner_only(200), M, {"alt_text": "x"}),
    ("media-detail", "delete"): Row(owner_only(409), M),  # it is attached
    ("media-original", "get"): Row(owner_only(503), M + "/original"),  # the factories store no bytes
    # Posts
    ("post-list", "get"): Row(ANYBODY, "/v1/posts"),
    ("post-list", "post"): Row(Rule(201, 400, 400, 400, 400), "/v1/posts", {"media": ["{media}"]}),
    ("post-detail", "get"): Row(content(200), P),
    ("post-detail", "patch"): Row(own_object(200), P, {"caption": "x"}),
    ("post-detail", "delete"): Row(own_object(204), P),
    ("post-publish", "post"): Row(owner_only(200), "/v1/posts/{draft}/publish"),
    ("post-restore", "post"): Row(owner_only(200), "/v1/posts/{trashed}/restore"),
    ("post-archive", "post"): Row(own_object(200), P + "/archive"),
    ("post-unarchive", "post"): Row(owner_only(200), "/v1/posts/{archived}/unarchive"),
    ("post-like", "put"): Row(content(200), P + "/like"),
    ("post-like", "delete"): Row(everybody(204), P + "/like"),
    ("post-dislike", "put"): Row(content(200), P + "/dislike"),
    ("post-dislike", "delete"): Row(everybody(204), P + "/dislike"),
    ("post-save", "put"): Row(content(200), P + "/save"),
    ("post-save", "delete"): Row(everybody(204), P + "/save"),
    ("post-likes", "get"): Row(content(200), P + "/likes"),
    ("post-comments", "get"): Row(content(200), P + "/comments"),
    ("post-comments", "post"): Row(content(201), P + "/comments", {"text": "x"}),
    ("comment-detail", "get"): Row(content(200), C),
    ("comment-detail", "delete"): Row(own_object(204), C),
    ("comment-detail", "patch"): Row(own_object(200), C, {"text": "x"}),
    ("comment-pin", "put"): Row(own_object(200), C + "/pin"),
    ("comment-pin", "delete"): Row(own_object(204), C + "/pin"),
    ("comment-approve", "post"): Row(own_object(200), C + "/approve"),
    ("comment-likes", "get"): Row(content(200), C + "/likes"),
    ("comment-replies", "get"): Row(content(200), C + "/replies"),
    ("comment-like", "put"): Row(content(200), C + "/like"),
    ("comment-like", "delete"): Row(everybody(204), C + "/like"),
    # Tags and places: the owner's are on no other post
    ("tag", "get"): Row(content(200), "/v1/tags/{tag}"),
    ("tag-posts", "get"): Row(content(200), "/v1/tags/{tag}/posts"),
    ("tag-follow", "put"): Row(content(200), "/v1/tags/{tag}/follow"),
    ("tag-follow", "delete"): Row(everybody(204), "/v1/tags/{tag}/follow"),
    ("trending-tags", "get"): Row(ANYBODY, "/v1/trending/tags"),
    ("place", "get"): Row(content(200), "/v1/places/{place}"),
    ("place-posts", "get"): Row(content(200), "/v1/places/{place}/posts"),
    ("places-nearby", "get"): Row(ANYBODY, "/v1/places/nearby?lat=41&lon=29"),
    ("posts-nearby", "get"): Row(ANYBODY, "/v1/posts/nearby?lat=41&lon=29"),
    ("me-tags", "get"): Row(ANYBODY, "/v1/me/tags"),
    ("me-tags-posts", "get"): Row(ANYBODY, "/v1/me/tags/posts"),
    # Stories
    ("story-list", "get"): Row(ANYBODY, "/v1/stories"),
    ("story-list", "post"): Row(Rule(201, 400, 400, 400, 400), "/v1/stories", {"media": "{media}"}),
    ("story-detail", "get"): Row(content(200), S),
    ("story-detail", "delete"): Row(own_object(204), S),
    ("story-seen", "put"): Row(content(200), S + "/seen"),
    ("stories-seen", "put"): Row(ANYBODY, "/v1/stories/seen", {"ids": ["{story}"]}),
    ("story-viewers", "get"): Row(own_object(200), S + "/viewers"),
    ("user-stories", "get"): Row(content(200), U + "/stories"),
    ("me-stories-archive", "get"): Row(ANYBODY, "/v1/me/stories/archive"),
    ("me-stories-months", "get"): Row(ANYBODY, "/v1/me/stories/archive/months"),
    ("highlight-list", "get"): Row(ANYBODY, "/v1/highlights"),
    ("highlight-list", "post"): Row(
        Rule(201, 400, 400, 400, 400), "/v1/highlights", {"title": "x", "stories": ["{story}"]}
    ),
    ("highlight-detail", "get"): Row(content(200), H),
    ("highlight-detail", "patch"): Row(own_object(200), H, {"title": "x"}),
    ("highlight-detail", "delete"): Row(own_object(204), H),
    ("highlight-stories", "get"): Row(content(200), H + "/stories"),
    ("user-highlights", "get"): Row(content(200), U + "/highlights"),
    # Feed
    ("feed", "get"): Row(ANYBODY, "/v1/feed"),
    # Notifications: whose they are is who asks
    ("notifications", "get"): Row(ANYBODY, "/v1/notifications"),
    ("notifications-unread", "get"): Row(ANYBODY, "/v1/notifications/unread-count"),
    ("notifications-seen", "put"): Row(ANYBODY, "/v1/notifications/seen", {"up_to": "1"}),
    ("notification-settings", "get"): Row(ANYBODY, "/v1/me/notification-settings"),
    ("notification-settings", "patch"): Row(ANYBODY, "/v1/me/notification-settings", {"like": "nobody"}),
    # Moderation
    ("report-list", "get"): Row(ANYBODY, "/v1/reports"),
    ("report-list", "post"): Row(
        Rule(409, 201, 404, 404, 404, inactive=404),
        "/v1/reports",
        {"subject_type": "post", "subject_id": "{post}", "category": "spam"},
    ),
    ("report-detail", "get"): Row(owner_only(200), "/v1/reports/{report}"),
    ("me-moderation", "get"): Row(ANYBODY, "/v1/me/moderation"),
    ("me-decision", "get"): Row(owner_only(200), "/v1/me/moderation/{decision}"),
    ("me-appeal", "post"): Row(owner_only(200), "/v1/me/moderation/{decision}/appeal", {"text": "why?"}),
    ("appeals", "post"): Row(OPEN, "/v1/appeals", {"token": "x", "text": "why?"}, 400),
    # Search
    ("search", "get"): Row(ANYBODY, "/v1/search?q=author:{owner}"),
}


def expected(row: Row, viewer: str, *, private: bool, inactive: bool) -> int:
    """The status a cell of the table promises."""
    rule = row.rule
    if rule is None:
        return row.open_status
    if viewer in {"anonymous", "suspended"} or (viewer == "owner" and inactive):
        return 401
    if inactive and rule.inactive is not None:
        return rule.inactive
    if viewer in {"owner", "blocked", "blocker"}:
        return int(getattr(rule, viewer))
    return rule.outsider if private and viewer in STRANGERS else rule.friend
