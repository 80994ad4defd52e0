"""What happens after what: fact → tasks. The one page that answers "and then?"."""

WIRING: dict[str, list[str]] = {
    "user_registered": ["feed.tasks.build", "search.tasks.index_person"],
    "profile_changed": ["search.tasks.index_person"],
    "logged_in": ["feed.tasks.build"],
    "followed": ["feed.tasks.take_in", "search.tasks.weigh_person"],
    "unmuted": ["feed.tasks.take_in"],
    "account_opened": ["social.tasks.accept_pending"],
    "media_failed": [],
    "media_received": ["media.tasks.process"],
    "video_received": ["media.tasks.process_video"],
    "media_ready": ["posts.tasks.media_settled", "stories.tasks.media_settled"],
    "alt_text_edited": ["search.tasks.index_posts_of_media"],
    "post_published": ["feed.tasks.fan_out", "search.tasks.index_post"],
    "post_edited": ["search.tasks.index_post"],
    "post_restored": ["feed.tasks.fan_out", "search.tasks.index_post"],
    "post_purged": ["search.tasks.index_post"],
    "feed_range_due": ["feed.tasks.push_range"],
}
