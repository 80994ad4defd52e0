"""What the OpenAPI document says about the whole: drf-spectacular's settings."""

from pathlib import Path
from typing import Any

TAGS = {
    "auth": "Registering, logging in and out, tokens, passwords.",
    "me": "One's own profile, and the lists that nobody else sees.",
    "people": "Profiles; who follows, blocks and mutes whom.",
    "media": "Photos and videos: sending, describing and deleting them, and the room left for them.",
    "posts": "Posts of one to ten media: publishing, changing, archiving, restoring.",
    "reactions": "Likes, dislikes and saves of posts.",
    "collections": "Named lists of one's saved posts, which nobody else sees.",
    "comments": "Comments under posts, the replies to them, and their likes.",
    "feed": "The newest posts of oneself and those one follows.",
    "stories": "Photos and videos that are shown for 24 hours.",
    "highlights": "Collections of stories that stay on a profile.",
    "tags": "Posts by tag, the tags one follows, trending tags.",
    "places": "Posts by place, and what is near a point.",
    "search": "Finding posts, people, tags and places; explore; suggestions of people.",
    "notifications": "What others did that concerns you, and which of it you want to be told.",
    "reports": "Saying what is wrong, and hearing what became of it.",
    "appeals": "What people who cannot log in have to say against a suspension.",
    "instance": "The limits, formats and features of this installation.",
}


def openapi_settings(*, version: str, url: str) -> dict[str, Any]:
    """`SPECTACULAR_SETTINGS` of an installation of that version at that address."""
    return {
        "TITLE": "pystagram",
        "DESCRIPTION": (Path(__file__).parent / "overview.md").read_text(),
        "VERSION": version,
        "LICENSE": {"name": "MIT", "identifier": "MIT"},
        "CONTACT": {"name": "The operator of this installation", "url": url},
        "SERVERS": [{"url": url, "description": "This installation."}],
        "TAGS": [{"name": name, "description": about} for name, about in TAGS.items()],
        "OAS_VERSION": "3.1.0",
        "SERVE_INCLUDE_SCHEMA": False,
        "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
        "SERVE_AUTHENTICATION": [],
        "SCHEMA_PATH_PREFIX": r"/v1",
        "COMPONENT_SPLIT_REQUEST": True,
        "ENUM_GENERATE_CHOICE_DESCRIPTION": False,  # it repeats the values
        "ENUM_NAME_OVERRIDES": {
            "MediaKindEnum": "media.models.Media.Kind",
            "FeedSourceEnum": ["cache", "rebuilt", "database"],
            "UploadMethodEnum": ["PUT"],
            "FollowStateEnum": ["following", "requested"],
            "NotificationKindEnum": "notifications.models.Kind",
            "NotificationsFromEnum": "notifications.models.From",
            "DigestEnum": "notifications.models.Every",
            "SubjectTypeEnum": "moderation.models.SubjectType",
            "ReportCategoryEnum": "moderation.categories.Category",
            "ReportStateEnum": "moderation.models.Case.State",
            "AppealStateEnum": "moderation.models.Appeal.State",
            "PostStateEnum": [
                "draft",
                "scheduled",
                "processing",
                "failed",
                "published",
                "archived",
                "deleted",
                "removed",
            ],
        },
        "SWAGGER_UI_DIST": "SIDECAR",
        "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
        "REDOC_DIST": "SIDECAR",
        "POSTPROCESSING_HOOKS": [
            "drf_spectacular.hooks.postprocess_schema_enums",
            "api.schema.problems_everywhere",
            "api.schema.plain_names",
        ],
    }
