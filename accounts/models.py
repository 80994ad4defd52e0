"""People and their sessions."""

import uuid
from collections.abc import Iterator
from typing import Any, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Cast, Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.passwords import candidates, opaque
from api.ids import IdField


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> Self:
        """People who are there for others: not suspended, deactivated or deleted."""
        return self.filter(active_q())

    def named(self, username: str) -> Self:
        """By user name, without case."""
        return self.filter(username=username.lower())


def active_q(path: str = "") -> Q:
    """The condition "this person is active", on the relation `path` (empty: the row itself)."""
    prefix = f"{path}__" if path else ""
    return Q(
        **{
            f"{prefix}suspended_at__isnull": True,
            f"{prefix}deactivated_at__isnull": True,
            f"{prefix}deleted_at__isnull": True,
        }
    )


class UserManager(BaseUserManager["User"]):
    """What Django's own commands (`createsuperuser`) expect."""

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
    """A person. User names and addresses are stored in lower case, so unique means unique without case."""

    username = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=256, blank=True)
    email = models.EmailField(max_length=256, unique=True)
    password = models.CharField(max_length=256)
    birth_date = models.DateField(null=True, blank=True)
    bio = models.CharField(max_length=150, blank=True)
    website = models.CharField(max_length=200, blank=True, help_text="http or https.")
    avatar = models.ForeignKey("media.Media", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    is_private = models.BooleanField(default=False)
    is_staff = models.BooleanField(default=False)
    token_version = models.PositiveIntegerField(default=0, help_text="Raised to end every session at once.")
    posts_count = models.PositiveIntegerField(default=0)
    followers_count = models.PositiveIntegerField(default=0)
    following_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    suspended_at = models.DateTimeField(null=True, blank=True)
    deactivated_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]
    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(username=Lower("username")), name="username_in_lower_case"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="email_in_lower_case"),
        ]
        indexes = [
            GinIndex(OpClass(F("username"), "gin_trgm_ops"), name="user_username_trigrams"),
            GinIndex(OpClass(F("name"), "gin_trgm_ops"), name="user_name_trigrams"),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """May log in and use the service."""
        return self.suspended_at is None and self.deactivated_at is None and self.deleted_at is None

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


class SessionQuerySet(models.QuerySet["Session"]):
    def live(self) -> Self:
        """Not ended, of an active person, and not from before all were ended."""
        return self.filter(active_q("user"), revoked_at__isnull=True, token_version=F("user__token_version"))


class Session(models.Model):
    """One log-in: the family of refresh tokens that came of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    token_version = models.PositiveIntegerField()
    refresh_jti = models.CharField(max_length=32, help_text="The one refresh token that counts.")
    previous_jti = models.CharField(max_length=32, blank=True, default="")
    rotated_at = models.DateTimeField(null=True, blank=True)
    user_agent = models.CharField(max_length=256, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    objects = SessionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user"], name="session_live", condition=Q(revoked_at__isnull=True))]

    def __str__(self) -> str:
        return f"session of {self.user_id} since {self.created_at:%Y-%m-%d %H:%M}"


class PersonChange(models.Model):
    """Something that a person's card shows was changed: in their own row or in their avatar.

    Written by triggers, as posts/models/changes.py:PostChange; the sum is the version of the person's card.
    """

    id = IdField()
    person = models.ForeignKey(
        User, on_delete=models.DO_NOTHING, related_name="changes", db_constraint=False, db_index=False
    )

    class Meta:
        indexes = [models.Index(fields=["person", "id"], name="changes_of_person")]

    def __str__(self) -> str:
        return f"change of person {self.person_id}"


def card_version(person: str = "pk") -> Subquery:
    """The version of the card of the person at this path, for an annotation; null if nothing was changed yet."""
    changes = PersonChange.objects.filter(person=OuterRef(person)).order_by().values("person")
    total = changes.annotate(total=Cast(Sum("id"), models.TextField())).values("total")
    return Subquery(total, output_field=models.CharField())


class FailedLogIn(models.Model):
    """A log-in that failed, or is being checked. Counted here, not in Redis: the limit must hold without it."""

    identifier = models.CharField(max_length=256)
    address = models.GenericIPAddressField(null=True, blank=True)
    failed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["address", "-failed_at"], name="recent_failures")]

    def __str__(self) -> str:
        return f"{self.identifier} from {self.address}"
