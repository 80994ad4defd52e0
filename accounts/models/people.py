"""People."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.passwords import candidates, opaque
from api.choices import Choices
from api.ids import GenerateRandomId, IdField


class CommentsFrom(Choices):
    """Who may comment on what somebody shares. They themselves always may."""

    EVERYBODY = "everybody"
    FOLLOWERS = "followers"
    PEOPLE_I_FOLLOW = "people_i_follow", "People I follow"
    NOBODY = "nobody"


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> Self:
        """People who are there for others: not suspended, deactivated or deleted."""
        return self.filter(active_q())

    def away(self) -> Self:
        """Suspended now, deactivated or deleted: whoever is not `active`."""
        return self.exclude(active_q())

    def named(self, username: str) -> Self:
        """By user name, without case."""
        return self.filter(username=username.lower())

    def returning(self, number: int, token_version: int) -> Self:
        """Who logged in a moment ago, unless all sessions were ended since."""
        return self.filter(pk=number, token_version=token_version)

    def with_address(self, email: str) -> Self:
        """Whose verified address this is: nobody, or one person."""
        return self.filter(email=email.lower(), email_verified_at__isnull=False)

    def claiming(self, email: str) -> Self:
        """All who gave this address, verified or not."""
        return self.filter(email=email.lower())

    def suspended_until_past(self) -> Self:
        """Whose suspension has ended by itself, by PostgreSQL's clock."""
        return self.filter(suspended_until__lte=Now())

    def due_for_purge(self) -> Self:
        """Who asked to be deleted longer ago than the grace period."""
        return self.filter(deleted_at__lte=timezone.now() - grace(), purged_at__isnull=True)

    def purged(self) -> Self:
        """Of whom nothing is left but the row, or is being removed."""
        return self.filter(purged_at__isnull=False)


def grace() -> timedelta:
    """How long whoever asked to be deleted may change their mind."""
    return timedelta(days=settings.ACCOUNT_GRACE_DAYS)


def not_suspended_q(path: str = "") -> Q:
    """The condition "this person is not suspended now", by PostgreSQL's clock, on the relation `path`."""
    prefix = f"{path}__" if path else ""
    return Q(**{f"{prefix}suspended_at__isnull": True}) | Q(**{f"{prefix}suspended_until__lte": Now()})


def active_q(path: str = "") -> Q:
    """The condition "this person is active", on the relation `path` (empty: the row itself)."""
    prefix = f"{path}__" if path else ""
    there = {f"{prefix}deactivated_at__isnull": True, f"{prefix}deleted_at__isnull": True}
    return not_suspended_q(path) & Q(**there)


# Of whom there are few, in the order of the admin's list, which looks for them.
FEW = {
    "people_staff": Q(is_staff=True),
    "people_waiting": Q(awaits_approval=True),
    "people_suspended": Q(suspended_at__isnull=False),
    "people_limited": Q(limited_at__isnull=False),
    "people_deactivated": Q(deactivated_at__isnull=False),
    "people_deleted": Q(deleted_at__isnull=False),
}
# True of everybody in `away()`, for whom the index `people_away` is; also of those whose suspension is over.
NOT_THERE = FEW["people_suspended"] | FEW["people_deactivated"] | FEW["people_deleted"]


class UserManager(BaseUserManager["User"]):
    """What Django's own commands (`createsuperuser`) expect.

    Its own `filter`, `annotate` and so on give Django's QuerySet to the type checker: `get_queryset()` gives ours.
    """

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def active(self) -> UserQuerySet:
        return self.get_queryset().active()

    def named(self, username: str) -> UserQuerySet:
        return self.get_queryset().named(username)

    def create_superuser(self, username: str, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username, email=email, is_staff=True, is_superuser=True, **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person. User names and addresses are stored in lower case, so unique means unique without case.

    Any number of people may claim an address; it is that one's who has verified it.
    """

    id = IdField(db_default=GenerateRandomId())
    username = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=256, blank=True)
    email = models.EmailField(max_length=256)
    email_verified_at = models.DateTimeField(null=True, blank=True)
    password = models.CharField(max_length=256)
    birth_date = models.DateField(null=True, blank=True)
    bio = models.CharField(max_length=150, blank=True)
    website = models.CharField(max_length=200, blank=True, help_text="http or https.")
    avatar = models.ForeignKey("media.Media", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    is_private = models.BooleanField(default=False)
    comments_from = models.CharField(
        max_length=16,
        choices=CommentsFrom,
        default=CommentsFrom.EVERYBODY,
        db_default=CommentsFrom.EVERYBODY,
        help_text="Who may comment, where a post says nothing else.",
    )
    is_staff = models.BooleanField(default=False)
    token_version = models.PositiveIntegerField(default=0, help_text="Raised to end every session at once.")
    posts_count = models.PositiveIntegerField(default=0)
    followers_count = models.PositiveIntegerField(default=0)
    following_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_until = models.DateTimeField(null=True, blank=True, help_text="Null: for good, or not suspended.")
    limited_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when followers alone see what they share."
    )
    awaits_approval = models.BooleanField(
        default=False, db_default=False, help_text="Suspended until a moderator decides."
    )
    deactivated_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True, help_text="When they asked to be deleted.")
    purged_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when all of theirs is being removed. The row stays, empty."
    )

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]
    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(username=Lower("username")), name="username_in_lower_case"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="email_in_lower_case"),
            models.UniqueConstraint(
                fields=["email"], name="one_owner_of_an_email", condition=Q(email_verified_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["email"], name="user_email"),
            models.Index(
                fields=["deleted_at"],
                name="people_to_purge",
                condition=Q(deleted_at__isnull=False, purged_at__isnull=True),
            ),
            models.Index(fields=["created_at"], name="user_created"),
            models.Index(
                fields=["suspended_until"], name="suspensions_to_end", condition=Q(suspended_until__isnull=False)
            ),
            models.Index(fields=["id"], name="people_away", condition=NOT_THERE),
            *(models.Index(fields=["created_at"], name=name, condition=which) for name, which in FEW.items()),
            GinIndex(OpClass(F("username"), "gin_trgm_ops"), name="user_username_trigrams"),
            GinIndex(OpClass(F("name"), "gin_trgm_ops"), name="user_name_trigrams"),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def is_suspended(self) -> bool:
        """What `not_suspended_q` denies, of a row in hand."""
        return self.suspended_at is not None and (self.suspended_until is None or self.suspended_until > timezone.now())

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """May log in and use the service."""
        return not self.is_suspended and self.deactivated_at is None and self.deleted_at is None

    @property
    def may_log_in(self) -> bool:
        """Whoever is deactivated may, or is to be deleted, in order to come back."""
        return not self.is_suspended and self.purged_at is None

    @property
    def away(self) -> str | None:
        """The code of what somebody who may log in has to take back first: `deletion_pending`, `deactivated`."""
        if self.deleted_at is not None:
            return "deletion_pending"
        return "deactivated" if self.deactivated_at is not None else None

    @property
    def purge_at(self) -> datetime | None:
        """Until when whoever asked to be deleted may come back."""
        return None if self.deleted_at is None else self.deleted_at + grace()

    @property
    def second_factors(self) -> list[str]:
        """What the person may be asked for after their password; nothing if they have set up none."""
        app = getattr(self, "authenticator", None)
        return ["totp"] if app is not None and app.confirmed_at is not None else []

    @property
    def is_email_verified(self) -> bool:
        return self.email_verified_at is not None

    @property
    def is_reachable(self) -> bool:
        """May get mail, and do what its tokens are for."""
        return not self.is_suspended and self.purged_at is None

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(None if raw_password is None else opaque(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        """Whether this is the password, in whichever form it was hashed; as many hashes as it has forms."""
        forms = [] if raw_password is None else candidates(raw_password)
        return any(super(User, self).check_password(form) for form in forms)

    def get_session_auth_hash(self) -> str:
        """Browser sessions end with the token version, as the tokens do."""
        value = f"{self.password}:{self.token_version}"
        return salted_hmac("accounts.User.session", value, algorithm="sha256").hexdigest()

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """No older keys are kept."""
        yield from ()
