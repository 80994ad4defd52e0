"""Likes, dislikes and saves: one row per person and post, so a retry never flips anything."""

from typing import Self, TypeVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q

from api.choices import Choices
from social.visibility import name_visible_to

Row = TypeVar("Row", bound=models.Model)


class OfPeopleQuerySet(models.QuerySet[Row]):
    """What people did, listed by their names: rows with a `user`."""

    def visible_to(self, viewer: AbstractBaseUser) -> Self:
        """By people whose names the viewer may see. (That what they did it to is visible is the caller's to ask.)"""
        return self.filter(Q(user=viewer.pk) | name_visible_to(viewer, "user"))


class ReactionQuerySet(OfPeopleQuerySet["Reaction"]):
    def likes(self) -> Self:
        return self.filter(kind=Reaction.Kind.LIKE)


class Reaction(models.Model):
    class Kind(Choices):
        LIKE = "like"
        DISLIKE = "dislike"

    post = models.ForeignKey("posts.Post", on_delete=models.CASCADE, related_name="reactions", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reactions")
    kind = models.CharField(max_length=8, choices=Kind)
    created_at = models.DateTimeField(auto_now_add=True)
    objects = ReactionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "post"], name="one_reaction_per_person_and_post")]
        indexes = [
            models.Index(fields=["post", "kind", "-id"], name="reactions_of_post"),
            models.Index(fields=["user", "kind", "-id"], name="reactions_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}s post {self.post_id}"


class Save(models.Model):
    post = models.ForeignKey("posts.Post", on_delete=models.CASCADE, related_name="saves")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saves")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "post"], name="one_save_per_person_and_post")]
        indexes = [models.Index(fields=["user", "-id"], name="saves_of_person")]

    def __str__(self) -> str:
        return f"{self.user_id} saved post {self.post_id}"
