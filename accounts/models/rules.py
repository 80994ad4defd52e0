"""What administrators block: mail addresses, networks, words in names; and what was refused because of it."""

from datetime import datetime
from typing import Any, Self, TypeVar

from django.contrib.postgres.indexes import GistIndex, OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import StrIndex
from django.utils import timezone

from accounts import folding
from accounts.models.people import User
from api.choices import Choices

Row = TypeVar("Row", bound="Rule")


class NetworkField(models.Field):  # type: ignore[type-arg]  # Django's class takes no argument at run time
    """PostgreSQL's `cidr`: a range of IPv4 or IPv6 addresses, as text."""

    description = "A range of addresses"

    def db_type(self, connection: Any) -> str:
        return "cidr"

    def to_python(self, value: Any) -> str | None:
        if value in {None, ""}:
            return None
        try:
            return str(folding.network(str(value)))
        except ValueError as error:
            raise ValidationError(f"No range of addresses that can be blocked: {error}") from None

    def get_prep_value(self, value: Any) -> str | None:
        return self.to_python(value)


@NetworkField.register_lookup
class Holds(models.Lookup):
    """`network__holds="203.0.113.9"`: the address is in the range."""

    lookup_name = "holds"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_values = self.process_lhs(compiler, connection)
        return f"{left} >>= %s::inet", (*left_values, str(self.rhs))


class RuleQuerySet(models.QuerySet[Row]):
    def in_force(self) -> Self:
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now()))


class Rule(models.Model):
    """Something that is refused until the rule expires; effective by the next request."""

    comment = models.CharField(max_length=256, blank=True, help_text="For administrators.")
    by = models.CharField(max_length=150, blank=True, editable=False, help_text="Who made it.")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Empty: for good.")
    hits_count = models.PositiveIntegerField(default=0, editable=False, help_text="How often it refused something.")
    last_hit_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True


class BlockedEmailQuerySet(RuleQuerySet["BlockedEmail"]):
    def against(self, email: str) -> Self:
        """Those in force that hold for this address."""
        return self.in_force().filter(pattern__in=folding.patterns_for(email))


class BlockedEmail(Rule):
    """Mail addresses that no account is made with, or changed to."""

    pattern = models.CharField(
        max_length=256,
        unique=True,
        help_text="A domain, with all below it (example.com), or one mailbox, with its +tags (name@example.com).",
    )
    objects = BlockedEmailQuerySet.as_manager()

    class Meta:
        verbose_name = "blocked mail address"
        verbose_name_plural = "blocked mail addresses"

    def __str__(self) -> str:
        return self.pattern

    def clean(self) -> None:
        try:
            self.pattern = folding.email_pattern(self.pattern)
        except ValueError:
            raise ValidationError({"pattern": "Neither a domain nor a mailbox."}) from None


class BlockedNetworkQuerySet(RuleQuerySet["BlockedNetwork"]):
    def against(self, address: str, *, log_ins: bool = False) -> Self:
        """Those in force with this address in them; of log-ins only those that are for log-ins, too."""
        found = self.in_force().filter(network__holds=address)
        return found.filter(log_ins=True) if log_ins else found


class BlockedNetwork(Rule):
    """Addresses from which nobody registers and, if it says so, nobody logs in."""

    network = NetworkField(unique=True, help_text="203.0.113.0/24, 2001:db8::/48 or one address; IPv6 as its /64.")
    log_ins = models.BooleanField(
        default=False, help_text="Nobody logs in from there, either. Others may share the address: use it for attacks."
    )
    objects = BlockedNetworkQuerySet.as_manager()

    class Meta:
        indexes = [GistIndex(OpClass(F("network"), "inet_ops"), name="blocked_networks")]

    def __str__(self) -> str:
        return str(self.network)


class BlockedWordQuerySet(RuleQuerySet["BlockedWord"]):
    def against(self, *texts: str) -> Self:
        """Those in force that stand in one of these names, as a word or, if they say so, anywhere."""
        wanted = Q(pk__in=[])
        found = self.in_force()
        for at, text in enumerate(texts):
            words, whole = folding.forms_of(text)
            found = found.annotate(**{f"place{at}": StrIndex(Value(whole), F("key"))})
            wanted |= Q(key__in=words) | Q(anywhere=True, **{f"place{at}__gt": 0})
        return found.filter(wanted)


class BlockedWord(Rule):
    """A word that no user name and no name may have in it, however it is spelled (accounts/folding.py)."""

    word = models.CharField(max_length=100)
    key = models.CharField(max_length=200, unique=True, editable=False, help_text="As it is compared.")
    anywhere = models.BooleanField(default=False, help_text="Also within other words: think of Scunthorpe.")
    objects = BlockedWordQuerySet.as_manager()

    def __str__(self) -> str:
        return self.word

    def clean(self) -> None:
        self.key = folding.folded(self.word).replace(" ", "")
        if len(self.key) < 2:
            raise ValidationError({"word": "At least two letters or digits."})
        if type(self).objects.filter(key=self.key).exclude(pk=self.pk).exists():
            raise ValidationError({"word": "This word is there already, perhaps spelled in another way."})


class RuleHitQuerySet(models.QuerySet["RuleHit"]):
    def before(self, moment: datetime) -> Self:
        return self.filter(created_at__lt=moment)


class RuleHit(models.Model):
    """Something that a rule refused: an automatic measure. Taken back by ending the rule, and trying again."""

    class Kind(Choices):
        EMAIL = "email"
        NETWORK = "network"
        WORD = "word"

    class Attempt(Choices):
        REGISTRATION = "registration"
        LOG_IN = "log_in"
        EMAIL_CHANGE = "email_change"
        NAME_CHANGE = "name_change"

    kind = models.CharField(max_length=8, choices=Kind)
    rule = models.CharField(max_length=256, help_text="As it was then.")
    attempt = models.CharField(max_length=16, choices=Attempt)
    tried = models.CharField(max_length=300, blank=True, help_text="The mail address or names that were given.")
    address = models.GenericIPAddressField(null=True, blank=True)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="rule_hits")
    created_at = models.DateTimeField(auto_now_add=True)
    objects = RuleHitQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["created_at"], name="rule_hit_age"),
            models.Index(fields=["tried"], name="rule_hit_tried"),
        ]

    def __str__(self) -> str:
        return f"{self.attempt} refused by {self.kind} {self.rule}"
