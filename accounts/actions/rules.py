"""What administrators block, applied to what people try.

An answer says what was refused, not which rule it was, and nothing of other accounts. Rules are read anew each time.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import BlockedEmail, BlockedNetwork, BlockedWord, RuleHit, User
from accounts.models.rules import Rule
from api.problems import Invalid, Problem

HITS_KEPT_FOR = timedelta(days=30)
NAME_NOT_ACCEPTED = "This name is not accepted."
Attempt, Kind = RuleHit.Attempt, RuleHit.Kind


@dataclass(frozen=True)
class Try:
    """What somebody tries, from where, and who it is, if that is known."""

    attempt: str
    address: str | None = None
    user: User | None = None


def check_network(*, what: Try, tried: str = "") -> None:
    """`address_refused` for an address that is blocked for this."""
    if what.address:
        log_ins = what.attempt == Attempt.LOG_IN
        rule = BlockedNetwork.objects.against(what.address, log_ins=log_ins).first()
        if rule is not None:
            _note(rule, Kind.NETWORK, what, tried)
            raise Problem("address_refused")


def check_email(*, what: Try, email: str) -> None:
    """`Invalid` for a mail address that is blocked."""
    rule = BlockedEmail.objects.against(email).first()
    if rule is not None:
        _note(rule, Kind.EMAIL, what, email)
        raise Invalid("email", "not_accepted", "Addresses of this kind are not accepted.")


def check_names(*, what: Try, **names: str) -> None:
    """`Invalid` for the first of `username` and `name` with a blocked word in it."""
    for field, text in names.items():
        rule = BlockedWord.objects.against(text).first()
        if rule is not None:
            _note(rule, Kind.WORD, what, text)
            raise Invalid(field, "not_accepted", NAME_NOT_ACCEPTED)


def check_registration(*, address: str | None, username: str, name: str, email: str) -> None:
    """Raises what `check_network`, `check_email` and `check_names` do, in this order."""
    what = Try(Attempt.REGISTRATION, address)
    check_network(what=what, tried=email)
    check_email(what=what, email=email)
    check_names(what=what, username=username, name=name)


def save_rule(*, rule: Rule, by: str) -> None:
    """Keeps a rule that was made or changed in the admin. A change leaves alone what requests count meanwhile."""
    counted, is_new = {"id", "hits_count", "last_hit_at"}, rule._state.adding
    rule.by = by if is_new else rule.by
    changed = [field.name for field in rule._meta.concrete_fields if field.name not in counted]
    rule.save(update_fields=None if is_new else changed)


@transaction.atomic
def _note(rule: Rule, kind: str, what: Try, tried: str) -> None:
    """Counts a hit and keeps what was tried, for a while."""
    counted: Any = {"hits_count": F("hits_count") + 1, "last_hit_at": timezone.now()}
    type(rule)._base_manager.filter(pk=rule.pk).update(**counted)
    RuleHit.objects.create(
        kind=kind, rule=str(rule), attempt=what.attempt, tried=tried[:300], address=what.address or None, user=what.user
    )


def forget_rule_hits() -> int:
    """Removes what was refused a month ago: it holds addresses. Says how many."""
    return RuleHit.objects.before(timezone.now() - HITS_KEPT_FOR).delete()[0]


def forget_tries_of(*, username: str, email: str) -> None:
    """Removes what names somebody who is purged without referring to them."""
    RuleHit.objects.filter(Q(tried=username) | Q(tried=email)).delete()
