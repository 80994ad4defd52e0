"""The checks that guard the promises, taken out one at a time: each must turn its test red.

A test that stays green without the check proves nothing. A mutant is a piece of source, what stands there instead, and
the test that has to notice: one rather than its file, so that no others are run first.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.stack_run import ROOT

LEFT_OUT = shutil.ignore_patterns(".venv", ".git", "var", "__pycache__", ".mypy_cache", ".ruff_cache", "node_modules")

# A test of a race sees it in most runs, not in each.
MAX_TRIES = 3


@dataclass(frozen=True)
class Mutant:
    name: str
    file: str
    source: str
    instead: str
    test: str


MATRIX = "tests/contract/test_visibility.py::test_every_cell"
CARDS = "posts/tests/test_cards.py::test_each_step_by_itself_is_shown"
AT_ONCE = "social/tests/test_concurrent_graph.py"
CAPTIONS = "posts/tests/test_caption_entities.py"
JOINED = "search/tests/test_joined_words.py"
SPELLINGS = "posts/tests/test_spellings.py"
AUDIENCE = "posts/tests/test_audience.py"
PULLED = "feed/tests/test_pulled_authors.py"
MUTANTS = [
    Mutant("an edit moves no version", "posts/migrations/0009_spellings_of_posts.py",
           "author_id, caption, place_id", "author_id, place_id",
           "posts/tests/test_cards.py::test_whatever_column_changes_the_card_shows_it[Post]"),
    Mutant("a media moves no version", "posts/migrations/0006_notices.py",
           "error_detail, alt_text, width", "error_detail, width",
           "posts/tests/test_cards.py::test_whatever_column_changes_the_card_shows_it[Media]"),
    Mutant("a rendition moves no version", "posts/migrations/0005_changes.py",
           '    "media_rendition": "posts_note_changed_renditions",\n', "", CARDS),
    Mutant("an order of media moves no version", "posts/migrations/0005_changes.py",
           '    "posts_postmedia": "posts_note_changed_posts",\n', "", CARDS),
    Mutant("a tag moves no version", "posts/migrations/0005_changes.py",
           '    "posts_posttag": "posts_note_changed_posts",\n', "", CARDS),
    Mutant("how a place is spelled moves no version", "posts/migrations/0009_spellings_of_posts.py",
           '{BEFORE}, place_name', '{BEFORE}',
           "posts/tests/test_cards.py::test_whatever_column_changes_the_card_shows_it[Post]"),
    Mutant("a name moves no version", "accounts/migrations/0004_changes.py",
           "UPDATE OF username, name, avatar_id", "UPDATE OF username, avatar_id",
           "posts/tests/test_cards.py::test_whatever_column_changes_the_card_shows_it[User]"),
    Mutant("Redis keeps cards under no version", "api/cards.py",
           '":".join(map(str, key))', '":".join(map(str, (key[0], *key[2:])))', CARDS),
    Mutant("a post is found under no version", "posts/cards/lists.py",
           '(pk, version or "", author == viewer_id)', '(pk, "", author == viewer_id)', CARDS),
    Mutant("a person is found under no version", "accounts/cards.py",
           "for pk, version, private in people:",
           'for pk, version, private in [(one[0], "", one[2]) for one in people]:', CARDS),
    Mutant("the author reads what others read", "posts/cards/lists.py",
           'version or "", author == viewer_id)', 'version or "", False)', CARDS),
    Mutant("tokens stay in cards", "api/cards.py",
           "entry is not None and entry.claim == claim", "entry is not None and entry.parts", CARDS),
    Mutant("everybody is mentioned to everybody", "posts/models/posts.py",
           'Mention.objects.filter(person_visible_to(viewer, "user"), post=OuterRef("pk"))',
           'Mention.objects.filter(post=OuterRef("pk"))', CARDS),
    Mutant("a value is written into the text", "api/compiled.py",
           "(Placeholder(self.name),)", "(self.name,)",
           "api/tests/test_compiled.py::test_a_value_is_bound_and_never_written_into_the_text"),
    Mutant("a request counts as a follow", "social/visibility.py",
           "accepted = Exists(Follow.objects.accepted().filter(", "accepted = Exists(Follow.objects.filter(",
           f"{MATRIX}[private-None]"),
    Mutant("the blocked see the blocker", "social/visibility.py",
           "active_q(path) & Q(~blocked_me)", "active_q(path)", f"{MATRIX}[public-None]"),
    Mutant("the blocker sees the blocked", "social/visibility.py",
           'person_visible_to(viewer, path) & Q(~_blocked_by(viewer, f"{path}_id" if path else "pk"))',
           "person_visible_to(viewer, path)", f"{MATRIX}[public-None]"),
    Mutant("the suspended are seen", "accounts/models/people.py",
           'f"{prefix}suspended_at__isnull": True,', "", f"{MATRIX}[public-None]"),
    Mutant("others fetch originals", "media/views/media.py",
           'get_object_or_404(Media.objects.owned_by(self.me).select_related("blob"), pk=pk)',
           'get_object_or_404(Media.objects.select_related("blob"), pk=pk)', f"{MATRIX}[public-None]"),
    Mutant("deleted posts are seen", "posts/models/liveness.py",
           'f"{prefix}deleted_at__isnull": True,', "",
           "tests/contract/test_visibility.py::test_a_post_that_is_not_live_is_nobody_elses"),
    Mutant("the feed shows whatever is visible", "posts/models/posts.py",
           "self.visible_to(viewer).filter(mine_or_followed)", "self.visible_to(viewer)",
           "feed/tests/test_content.py::"
           "test_a_pending_follower_of_an_open_account_gets_nothing_even_if_it_is_in_the_list"),
    Mutant("the feed shows the muted", "posts/models/posts.py",
           '.exclude(muted_by(viewer, "author"))', "", "feed/tests/test_content.py::test_muted_and_unmuted"),
    Mutant("who is pulled is pushed again at the first follower less", "feed/actions.py",
           "PUSHED_AGAIN_BELOW = 0.8", "PUSHED_AGAIN_BELOW = 1.0", PULLED),
    Mutant("who is pushed again is forgotten by older feeds", "feed/newest.py",
           "PulledAuthor.objects.filter(", "PulledAuthor.objects.current().filter(", PULLED),
    Mutant("a feed knows only who was pulled when it was built", "feed/newest.py",
           'named.union(newer.values("author"), all=True)', "named", PULLED),
    Mutant("what is pulled is shown below the floor", "feed/reading.py",
           ', timeline_id__gte=given.id("floor"))\n    return', ")\n    return", PULLED),
    Mutant("every push starts a feed", "feed/timelines.py",
           "pipe.lpushx(", "pipe.lpush(", "feed/tests/test_fan_out.py::test_only_feeds_that_exist_take_it"),
    Mutant("log-out everywhere ends nothing", "accounts/models/sessions.py",
           ', token_version=F("user__token_version")', "",
           "accounts/tests/test_sessions.py::test_log_out_ends_one_session_and_everywhere_all"),
    Mutant("a stolen refresh token goes on", "accounts/actions/sessions.py",
           "        session.revoked_at = now\n", "",
           "accounts/tests/test_sessions.py::test_reuse_after_the_grace_ends_the_session"),
    Mutant("a mail is sent as often as it rings", "accounts/actions/mailing.py",
           "if mail is None or mail.sent_at or mail.dropped_at:", "if mail is None:",
           "accounts/tests/test_mails.py::test_twice_delivered_is_sent_once"),
    Mutant("a mail's code fits every mail", "accounts/mail_tokens.py",
           "return hmac.compare_digest(token.encode(), token_of(mail).encode())", "return True",
           "accounts/tests/test_addresses.py::test_a_forged_token_is_wrong_and_five_of_them_end_the_true_one"),
    Mutant("a mail's code is used by all who use it at once", "accounts/actions/mailing.py",
           "        if mail.used_at:\n            raise Useless\n", "",
           "accounts/tests/test_addresses.py::test_eight_at_once_use_a_token_once"),
    Mutant("a mail's code never runs out", "accounts/models/mails.py",
           " or self.created_at + life < timezone.now()", "",
           "accounts/tests/test_addresses.py::test_a_token_runs_out"),
    Mutant("a thief ends the right to undo", "accounts/actions/addresses.py",
           ".filter(created_at__gte=mail.created_at)", "",
           "accounts/tests/test_addresses.py::test_a_thief_who_changes_it_twice_cannot_end_the_owners_undo"),
    Mutant("a claimed address logs in", "accounts/models/people.py",
           "self.filter(email=email.lower(), email_verified_at__isnull=False)", "self.filter(email=email.lower())",
           "accounts/tests/test_addresses.py::test_registering_sends_a_code_that_verifies_once"),
    Mutant("a reset ends no session", "accounts/actions/addresses.py",
           'user.password, user.token_version = hashed, F("token_version") + 1', "user.password = hashed",
           "accounts/tests/test_reset.py::test_a_code_makes_a_new_password_once_and_ends_every_session"),
    Mutant("a name and its address fail apart", "accounts/actions/logging_in.py",
           "return recent.reaching(MAX_FAILURES_PER_NAME, user=account, address=address) or (", "return (",
           "accounts/tests/test_failures.py"),
    Mutant("one logs others' devices out", "accounts/views/sessions.py",
           "get_object_or_404(Session.objects.owned_by(self.me), pk=session)",
           "get_object_or_404(Session.objects.live(), pk=session)", "accounts/tests/test_devices.py"),
    Mutant("a code of an app is taken twice", "accounts/actions/second_factor.py",
           "if step is None or step <= authenticator.last_step:", "if step is None:",
           "accounts/tests/test_second_factor.py"),
    Mutant("a password alone logs in", "accounts/actions/logging_in.py",
           "    if user.second_factors:", "    if False:", "accounts/tests/test_second_factor.py"),
    Mutant("a challenge outlives a new password", "accounts/actions/second_factor.py",
           "filter(pk=number, token_version=version)", "filter(pk=number)", "accounts/tests/test_second_factor.py"),
    Mutant("a challenge for passkeys is used twice", "accounts/views/passkeys.py",
           'request.session.pop(purpose, "")', 'request.session.get(purpose, "")', "accounts/tests/test_passkeys.py"),
    Mutant("a moderator's password opens the admin", "pystagram/admin_site.py",
           "strong = not settings.STAFF_SECOND_FACTOR or ", "strong = True or ", "accounts/tests/test_passkeys.py"),
    Mutant("who asked to be deleted has no time to come back", "accounts/models/people.py",
           "deleted_at__lte=timezone.now() - grace(), ", "deleted_at__isnull=False, ",
           "accounts/tests/test_deleting.py::test_nobody_is_purged_before_their_time"),
    Mutant("who is being purged comes back", "accounts/actions/leaving.py",
           "    if row.purged_at is not None:\n", "    if False:\n",
           "portability/tests/test_deletion_races.py::"
           "test_who_is_purged_after_their_token_was_read_is_not_brought_back"),
    Mutant("a name that was given up is free", "accounts/actions/names.py",
           "if HeldName.objects.in_force().filter(name=username).exists():", "if False:",
           "accounts/tests/test_names.py"),
    Mutant("an address is read for tags", "posts/captions.py",
           "_ADDRESS.sub(lambda found: _CUT * len(found[0]), text)", "text", CAPTIONS),
    Mutant("a joiner ends a tag", "posts/captions.py",
           "kind in (_Kind.JOINER, _Kind.MEDIAL) and word", "kind is _Kind.MEDIAL and word", CAPTIONS),
    Mutant("hidden posts spell tags", "posts/models/labels.py",
           'self.spelling_of(self.public_uses_of(OuterRef("pk")))', 'self.spelling_of(self.uses_of(OuterRef("pk")))',
           SPELLINGS),
    Mutant("the last spelling is shown unasked", "posts/models/labels.py",
           'public_uses_of(OuterRef("pk")).filter(**{self.post', 'uses_of(OuterRef("pk")).filter(**{self.post',
           SPELLINGS),
    Mutant("who posts most spells", "posts/models/labels.py", "count(DISTINCT person)", "count(*)", SPELLINGS),
    Mutant("documents hold parts alone", "search/tokens.py",
           "yield from _wholes(run.units, place)", "pass", JOINED),
    Mutant("queries ask for what is written as one", "search/posts/vectors.py",
           " if token.parts else joined", " if False else joined", JOINED),
    Mutant("user names keep their dots", "search/people/names.py",
           ", name_key(username): True}", "}", JOINED),
    Mutant("nobody is locked", "social/actions.py",
           "people.select_for_update(no_key=True)", "people",
           "social/tests/test_races.py::test_eight_follows_at_once_are_one"),
    Mutant("a block is asked for before anybody is locked", "social/actions.py",
           "        _refuse_blocked(follower, followee)\n        row", "        row", AT_ONCE),
    Mutant("a close friend is added over a block", "social/actions.py",
           "        _refuse_blocked(owner, friend)\n", "", AT_ONCE),
    Mutant("closeness outlives a block", "social/actions.py",
           "        CloseFriend.objects.filter(_close_either_way(blocker.pk, blocked.pk)).delete()\n", "", AT_ONCE),
    Mutant("who is accepted twice counts twice", "social/actions.py",
           "        if row.accepted_at is None:\n            _accept(row)\n            record(",
           "        if True:\n            _accept(row)\n            record(", AT_ONCE),
    Mutant("requests of a shut account are settled", "social/actions.py",
           ".get(user_id, True):\n        return 0", ".get(user_id, True) and False:\n        return 0",
           "social/tests/test_going_public.py"),
    Mutant("a mute never ends", "social/models.py",
           "Q(expires_at__isnull=True) | Q(expires_at__gt=Now())", "Q()", "social/tests/test_timed_mutes.py"),
    Mutant("muted posts fill a window of the feed", "feed/newest.py",
           """pk__in=kept)\n    return shown.exclude(muted_by(viewer, "")).values("pk")""",
           """pk__in=kept)\n    return shown.values("pk")""", "social/tests/test_timed_mutes.py"),
    Mutant("an audience is not asked for", "social/visibility.py",
           'person_open_to(viewer, f"{prefix}author") & audience_includes(viewer, path)',
           'person_open_to(viewer, f"{prefix}author")',
           "tests/contract/test_visibility.py::test_what_is_for_close_friends_is_there_for_them_and_for_nobody_else"),
    Mutant("a close friend sees what a follower alone may see", "social/visibility.py",
           'person_open_to(viewer, f"{prefix}author") & audience_includes(viewer, path)',
           "audience_includes(viewer, path)", "social/tests/test_close_friends.py"),
    Mutant("what is for friends is public", "social/visibility.py",
           ', f"{prefix}audience": Audience.FOLLOWERS}\n    return active_q', "}\n    return active_q", AUDIENCE),
    Mutant("hidden posts fill a window of the feed", "feed/newest.py",
           "Post.objects.live().for_audience_with(viewer)", "Post.objects.live()", AUDIENCE),
    Mutant("addresses of what is for friends last an hour", "social/models.py",
           "bool(self.author.is_private) or not self.is_for_all", "bool(self.author.is_private)", AUDIENCE),
    Mutant("cards of what is for friends last an hour", "posts/cards/lists.py",
           "row[3] or row[12] != Audience.FOLLOWERS", "row[3]", AUDIENCE),
    Mutant("posts for friends are pushed to all", "feed/actions.py",
           "if not post.is_for_all:", "if False:", "feed/tests/test_audience.py"),
    Mutant("a highlight covers itself with what is hidden", "stories/models/highlights.py",
           "Story.objects.live().filter(content_visible_to(viewer))", "Story.objects.live()",
           "stories/tests/test_audience.py"),
    Mutant("a like taken back at once fails", "posts/actions/reacting.py",
           "greatest(0, likes_count + CASE", "greatest(-9, likes_count + CASE",
           "posts/tests/test_reactions.py::test_who_waits_for_their_own_other_request"),
    Mutant("a delivery is done as often as it rings", "events/decorators.py",
           "rows.filter(pk=delivery_id, done_at__isnull=True).first()\n                if",
           "rows.filter(pk=delivery_id).first()\n                if",
           "events/tests/test_outbox.py::test_delivered_once_however_often_it_rings"),
    Mutant("a lease keeps nobody away", "events/relay.py",
           " AND lease_until <= clock_timestamp()", "",
           "events/tests/test_outbox.py::test_a_claimed_delivery_is_nobody_elses_until_its_lease_runs_out"),
    Mutant("an event outlives its cause", "events/actions.py",
           "if not transaction.get_connection().in_atomic_block:", "if False:",
           "events/tests/test_outbox.py::test_a_fact_outside_a_transaction_is_refused"),
    Mutant("tokens never end", "media/tokens.py",
           "if play_seconds > 0 else None", "",
           "media/tests/test_addresses.py::test_token_lives_half_its_bound_at_least_and_never_longer"),
    Mutant("a part goes anywhere", "media/actions/resumable_uploads.py",
           "if offset != upload.offset:", "if False:",
           "media/tests/test_resumable_uploads.py::test_bytes_of_another_place_are_refused_and_told_the_right_one"),
    Mutant("half a file is completed", "media/actions/resumable_uploads.py",
           "if upload.offset != upload.size:", "if False:",
           "media/tests/test_resumable_uploads.py::test_it_is_not_completed_before_all_is_there"),
    Mutant("a film begins again", "media/views/files.py",
           ' and _REST.match(request.headers.get("Range", "")) is not None', "", "media/tests/test_playing_on.py"),
    Mutant("a story plays on", "media/tokens.py",
           " if seconds and said[0].islower() else said", " if seconds else said", "media/tests/test_playing_on.py"),
    Mutant("a token opens every door", "media/tokens.py",
           "if not hmac.compare_digest(signature.encode(), _signature(prefix, said).encode()):", "if False:",
           "media/tests/test_addresses.py::test_one_token_opens_all_renditions_of_a_media_and_no_other"),
    Mutant("what was stored is not read back", "media/actions/uploading.py",
           "    if not layout.verify(key, digest):\n        raise Unavailable",
           "    if False:\n        raise Unavailable",
           "media/tests/test_storage_faults.py::test_a_store_that_keeps_other_bytes_is_not_believed"),
    Mutant("a key fits every body", "api/models.py",
           "if earlier is not None and earlier.idempotency_hash != body_hash:", "if False:",
           "posts/tests/test_idempotency.py::test_another_body_under_the_same_key_is_refused"),
    Mutant("cursors are anybody's", "api/cursors.py",
           "[scope.encode()]", "[]",
           "social/tests/test_people_lists.py::test_a_cursor_of_another_list_is_a_400"),
    Mutant("a killed decoder has spoken", "media/processing/sandbox.py",
           "if status in _STOPPED or ", "if ", "media/tests/test_verdicts.py::test_what_an_exit_status_stands_for"),
    Mutant("a busy host is the file's fault", "media/processing/sandbox.py",
           'raise Interrupted(f"no answer', 'raise TookTooLong(f"no answer',
           "media/tests/test_verdicts.py::test_a_busy_host_is_no_verdict"),
    Mutant("a full disk is the decoder's fault", "media/processing/sandbox.py",
           " or status == os.EX_TEMPFAIL or not _has_room(target)", "",
           "media/tests/test_verdicts.py::test_what_an_exit_status_stands_for"),
    Mutant("a decoder is believed at once", "media/actions/queueing.py",
           "MAX_CRASHES = 2", "MAX_CRASHES = 1",
           "media/tests/test_verdicts.py::test_a_decoder_that_breaks_twice_is_believed"),
    Mutant("tries have no end", "media/actions/queueing.py",
           "is_last, code = tries >= MAX_ATTEMPTS,", "is_last, code = False,",
           "media/tests/test_verdicts.py::test_an_original_that_stays_damaged_is_said_to_be"),
    Mutant("whoever came first is served first", "media/actions/queueing.py",
           "return max(now, last or now) +", "return now +",
           "media/tests/test_fair_processing.py::test_nobody_waits_behind_anothers_thousand"),
    Mutant("one person keeps all workers busy", "media/actions/queueing.py",
           "OR NOT EXISTS (", "OR true OR NOT EXISTS (",
           "media/tests/test_fair_processing.py::test_a_persons_large_ones_are_done_one_at_a_time"),
    Mutant("one may have any number in processing", "media/quotas.py",
           ">= settings.MAX_PROCESSING:", "> settings.MAX_PROCESSING + 1000:",
           "media/tests/test_fair_processing.py::test_how_much_one_may_have_in_processing"),
    Mutant("a page of a tag ends with its window", "posts/models/candidates.py",
           "        if found.horizon is None:\n", "        if True:\n",
           "tests/contract/test_differential.py::test_hidden_rows_change_no_answer_for_a_stranger"),
    Mutant("hidden matches take places among the best", "search/posts/matching.py",
           "if len(rows) == MAX_CANDIDATES:", "if False:",
           "search/tests/test_posts.py::test_hidden_matches_take_nobodys_place"),
    Mutant("a search ends with its window", "search/posts/matching.py",
           "        if len(rows) < size:\n", "        if True:\n",
           "tests/contract/test_differential.py::test_hidden_rows_change_no_answer_for_a_stranger"),
    Mutant("a cursor of explore counts the hidden", "search/explore/reading.py",
           "[snapshot.version, ids[-1]]", "[snapshot.version, snapshot.ids.index(ids[-1])]",
           "tests/contract/test_differential.py::test_hidden_rows_change_no_answer_for_a_stranger"),
    Mutant("a story for few dates a highlight", "stories/actions/collecting.py",
           "row.updated_at = updated_at if _shown_to_all(row) == before else timezone.now()",
           "row.updated_at = timezone.now()",
           "stories/tests/test_audience.py::test_what_close_friends_alone_see_does_not_date_a_highlight[joins]"),
    Mutant("a folder is taken for the volume", "media/stores/local.py",
           "        if not self.is_marked:\n            raise Un", "        if False:\n            raise Un",
           "media/tests/test_mount.py::test_nothing_else_is_written_or_removed_there"),
    Mutant("a folder is marked again", "media/actions/marking.py",
           "    if not _is_new(store):\n", "    if False:\n",
           "media/tests/test_mount.py::test_an_upload_into_an_unmounted_folder_is_not_acknowledged"),
    Mutant("what is not mounted is absent", "media/stores/local.py",
           "            self._require_mark()  # without which nothing is known to be missing\n", "",
           "media/tests/test_mount.py::test_files_are_unavailable_rather_than_absent"),
    Mutant("a backup believes in originals that it has", "operations/backups/taking.py",
           "elif self.reread and key in self.originals:", "elif False:",
           "operations/tests/test_backup.py::test_an_original_that_was_spoiled_since_the_last_backup_is_named"),
    Mutant("what cannot start is started for ever", "devtools/stack/supervisor.py",
           "return service.bad_starts >= MAX_STARTS or (", "return False or (",
           "tests/e2e/test_supervisor.py::test_what_ends_at_once_is_given_up"),
    Mutant("a start that went well counts as bad", "devtools/stack/service.py",
           "0 if settled else self.bad_starts + 1", "self.bad_starts + 1",
           "tests/e2e/test_supervisor.py::test_what_ran_well_for_a_while_is_never_given_up"),
    Mutant("bodies that are here take no room", "api/server/bodies.py",
           "        self.bytes_of[place.client] += place.size\n", "",
           "api/tests/test_server.py::test_bodies_that_are_here_keep_their_room_until_their_requests_are_answered"),
    Mutant("notifications of the muted are shown", "notifications/models/notifications.py",
           ' & ~muted_by(viewer, "actor")', "",
           "notifications/tests/test_hidden.py::test_hidden_people_are_gone_at_once_and_back_afterwards[muted]"),
    Mutant("notifications of likes outlive them", "notifications/models/notifications.py",
           "        Kind.LIKE: _there_is(Reaction.objects.likes().filter(post=post, user=actor)),\n", "",
           "notifications/tests/test_kinds.py::test_a_like_shows_the_post_and_no_dislike_does"),
    Mutant("notifications gather without a look at the list", "notifications/actions/noting.py",
           "epoch=seen.get(fact.recipient, 0) if fact.kind in GATHERED else 0,", "epoch=0,",
           "notifications/tests/test_seen.py::test_likes_of_a_post_are_one_until_seen_then_another"),
]  # fmt: skip


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, to be mutilated."""
    folder = tmp_path_factory.mktemp("mutants") / "pystagram"
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
    return folder


def run(folder: Path, *tests: str, of_migration: bool = False) -> "subprocess.CompletedProcess[str]":
    """The tests in the copy, on this suite's servers but in a database of its own, kept from mutant to mutant."""
    path, reuse = ("/mutants", "--reuse-db") if not of_migration else ("/mutants_of_migrations", "--create-db")
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=path).geturl()
    environment = {**os.environ, "DATABASE_URL": database}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "--hypothesis-profile=first_failure",
    ]
    return subprocess.run(
        [*command, reuse, *tests], cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False
    )


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_source_still_reads_so(mutant):
    source = (ROOT / mutant.file).read_text()
    assert mutant.source in source, f"{mutant.file} no longer reads so; bring the mutant up to date"


@pytest.mark.slow
def test_the_copy_is_healthy(copy):
    """Or else every mutant would seem to be noticed."""
    done = run(copy, *sorted({mutant.test for mutant in MUTANTS}))
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_mutant_is_noticed(copy, mutant):
    path = copy / mutant.file
    healthy = path.read_text()
    path.write_text(healthy.replace(mutant.source, mutant.instead))
    try:
        for _ in range(MAX_TRIES):
            done = run(copy, mutant.test, of_migration="/migrations/" in mutant.file)
            if done.returncode != 0:
                break
    finally:
        path.write_text(healthy)
    assert done.returncode == 1, (
        f"{mutant.test} did not notice: {mutant.name}\n{done.stdout[-3000:]}{done.stderr[-500:]}"
    )
    assert " failed" in done.stdout, done.stdout[-3000:]
