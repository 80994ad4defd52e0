"""Event → the tasks that run after it."""

SUBSCRIPTIONS: dict[str, list[str]] = {
    "user_registered": ["feed.tasks.build", "search.tasks.index_person"],
    "mail_requested": ["accounts.tasks.send_mail"],
    "profile_changed": ["search.tasks.index_person"],
    "logged_in": ["feed.tasks.build"],
    "followed": ["feed.tasks.backfill", "search.tasks.weigh_person"],
    "unmuted": ["feed.tasks.backfill"],
    "mute_limited": ["feed.tasks.backfill"],
    "account_opened": ["social.tasks.accept_pending"],
    "media_failed": [],
    "media_received": ["media.tasks.process"],
    "video_received": ["media.tasks.process_video"],
    "media_ready": ["posts.tasks.publish_when_ready", "stories.tasks.publish_when_ready"],
    "alt_text_edited": ["search.tasks.index_posts_of_media"],
    "post_published": ["feed.tasks.fan_out", "search.tasks.index_post"],
    "post_edited": ["search.tasks.index_post"],
    "post_restored": ["feed.tasks.fan_out", "search.tasks.index_post"],
    "post_purged": ["search.tasks.index_post"],
    "export_requested": ["portability.tasks.build_export"],
    "export_ready": [],
    "feed_range_due": ["feed.tasks.push_range"],
}
