"""Nobody judges themselves or their like, looks at what others say of them, or takes more than the role gives."""

import pytest
from django.test import Client

from api.problems import Problem
from media.actions import refuse_image
from media.models import BlockedImage
from moderation import actions
from moderation.models import Case, Look, Note
from tests.support import factories

pytestmark = pytest.mark.django_db
SUSPEND = {"action": "suspend", "reason": "spam"}


def page_for(person, path):
    browser = Client()
    browser.force_login(person)
    return browser.get(f"/admin/moderation/{path}/")


@pytest.fixture
def own(mona, otto, charlie, reported):
    """A case of mona's, with a note and a decision of otto's."""
    case = reported(factories.post(mona), charlie)
    actions.add_note(moderator=otto, case_id=case.pk, text="watch mona")
    actions.decide(moderator=otto, case_id=case.pk, action="warn", reason="spam", note="mona!", keep_open=True)
    return case


def test_a_moderator_does_not_see_who_reported_them_and_what_others_say(mona, otto, own):
    for name in ("case", "case/queue"):
        assert f"case/{own.pk}/" in page_for(otto, name).content.decode()
        assert f"case/{own.pk}/" not in page_for(mona, name).content.decode()
    for name, word in (("report", "charlie"), ("note", "watch mona"), ("decision", "otto")):
        assert word in page_for(otto, name).content.decode().partition("result_list")[2], name
        assert word not in page_for(mona, name).content.decode().partition("result_list")[2], name
    report, note = own.reports.get(), Note.objects.get()
    for row in (f"case/{own.pk}/change", f"report/{report.pk}/change", f"note/{note.pk}/change"):
        assert page_for(otto, row).status_code == 200, row
        assert page_for(mona, row).status_code == 404, row
    assert page_for(mona, f"case/{own.pk}/content").status_code == 404


def test_a_superuser_sees_them_all_and_still_decides_nothing_about_themselves(mona, own):
    mona.is_superuser = True
    mona.save()
    assert page_for(mona, f"case/{own.pk}/change").status_code == 200
    with pytest.raises(Problem, match="Somebody else"):
        actions.dismiss(moderator=mona, case_id=own.pk)


def test_nobody_holds_or_annotates_a_case_of_their_own(mona, otto, own):
    assert actions.claim(moderator=mona, case_id=own.pk) is False
    for call, words in ((actions.add_note, {"text": "not I"}), (actions.record_look, {})):
        with pytest.raises(Problem, match="Somebody else"):
            call(moderator=mona, case_id=own.pk, **words)
    assert actions.claim(moderator=otto, case_id=own.pk) is True
    assert not Look.objects.exists()


def test_of_the_staff_only_those_with_fewer_rights_are_decided_about(mona, otto, ada, reported):
    root = factories.person("root", is_staff=True, is_superuser=True)
    helper = factories.person("helper", is_staff=True)  # without any role
    for moderator, person, may in (
        (mona, otto, False), (mona, helper, False), (mona, ada, False), (mona, root, False),
        (ada, helper, True), (ada, otto, True), (ada, root, False), (root, ada, True),
    ):  # fmt: skip
        case = reported(subject_type="user", subject_id=person.pk)
        if may:
            assert actions.decide(moderator=moderator, case_id=case.pk, **SUSPEND).owner_id == person.pk
        else:
            with pytest.raises(Problem, match="more rights"):
                actions.decide(moderator=moderator, case_id=case.pk, **SUSPEND)
    assert Case.objects.get(subject_id=root.pk).is_open


def test_what_would_be_refused_about_the_staff_is_not_offered(mona, otto, ada, reported):
    suspend = 'name="action" value="suspend"'
    for moderator, person, is_offered in ((mona, otto, False), (ada, otto, True), (mona, factories.person(), True)):
        case = reported(subject_type="user", subject_id=person.pk)
        assert (suspend in page_for(moderator, f"case/{case.pk}/change").content.decode()) is is_offered
    posted = reported(factories.post(otto))
    page = page_for(mona, f"case/{posted.pk}/change").content.decode()
    assert 'name="action" value="take_down"' in page
    assert suspend not in page


def test_what_the_staff_shares_is_decided_on_as_all_else(mona, otto, reported):
    case = reported(factories.post(otto))
    assert actions.decide(moderator=mona, case_id=case.pk, action="take_down", reason="spam").owner_id == otto.pk
    other = reported(factories.post(otto))
    with pytest.raises(Problem, match="more rights"):
        actions.decide(moderator=mona, case_id=other.pk, **SUSPEND)


def test_taking_back_a_refusal_leaves_an_administrators_block(alice, mona, reported):
    post = factories.post(alice, photos=2)
    first = post.items.get(position=0).media
    listed = refuse_image(media_id=first.pk, near=False, reason="a shared list", by="ada")
    made = actions.decide(moderator=mona, case_id=reported(post).pk, action="refuse_image", reason="spam")
    actions.reverse(moderator=mona, decision_id=made.pk)
    assert BlockedImage.objects.in_force().get() == listed


def test_a_highlight_with_something_for_few_is_not_public(alice, mona, reported):
    few = factories.story(alice, audience="close_friends")
    case = reported(subject_type="highlight", subject_id=factories.highlight(alice, [factories.story(alice), few]).pk)
    queue = page_for(mona, "case/queue").content.decode()
    assert few.media.prefix not in queue
    assert few.media.prefix in page_for(mona, f"case/{case.pk}/content").content.decode()
    assert Look.objects.get().case_id == case.pk


def test_a_reporters_record_is_of_their_last_hundred(charlie, mona, reported, monkeypatch):
    monkeypatch.setattr("moderation.models.reports.MAX_RECORD", 3)  # reason: a hundred cases take long
    for number in range(5):
        case = reported()
        action = "warn" if number == 4 else "dismiss"
        actions.decide(moderator=mona, case_id=case.pk, action=action, reason="spam")
    row = reported().reports.with_record().get()
    assert (row.decided_count, row.led_to_action_count) == (3, 1)
