"""What mails about suspensions say."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from accounts.letters import Letter
from accounts.models import User
from moderation.appeal_tokens import appeal_token
from moderation.limits import APPEALABLE_FOR
from moderation.models import Action, Decision

SUBJECT_LINES: dict[str, str] = {  # what is mailed, for it concerns people who cannot log in
    Action.SUSPEND: "Your account was suspended",
    Action.REINSTATE: "Your account is not suspended any more",
    Action.UPHOLD: "Your appeal was refused",
}


def letter(decision: Decision, person: User) -> Letter:
    """The words of a mail, with the way to appeal against a suspension."""
    subject = SUBJECT_LINES[decision.action]
    context = {"decision": decision, "person": person, "subject": subject, "site": settings.PYSTAGRAM_URL}
    if decision.action == Action.SUSPEND:
        token = appeal_token(decision.pk or 0)
        link = f"{settings.PYSTAGRAM_URL}/appeal/{token}"
        context |= {"token": token, "link": link, "lasts": f"{APPEALABLE_FOR.days} days"}
    text, html = (render_to_string(f"moderation/mail/decision.{form}", context) for form in ("txt", "html"))
    return Letter(subject, text.strip() + "\n", html)


def example() -> Letter:
    """For `/dev/mails`."""
    sentence = "It is spam: unwanted advertising, or the same thing over and over."
    return letter(Decision(pk=0, action=Action.SUSPEND, sentence=sentence), User(username="alice"))


def message(decision: Decision, person: User) -> EmailMultiAlternatives:
    """The message to send, with the same Message-ID at each try."""
    words = letter(decision, person)
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    headers = {"Message-ID": f"<decision-{decision.pk}@{domain}>", "Auto-Submitted": "auto-generated"}
    written = EmailMultiAlternatives(words.subject, words.text, to=[person.email], headers=headers)
    written.attach_alternative(words.html, "text/html")
    return written
