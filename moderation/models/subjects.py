"""What can be reported and decided on. A subject is named by its type and id, without a foreign key: it may be removed
for good while what was decided about it stays."""

from django.db import models

from api.choices import Choices


class SubjectType(Choices):
    USER = "user"
    POST = "post"
    COMMENT = "comment"
    STORY = "story"
    HIGHLIGHT = "highlight"


class About(models.Model):
    """A row about a subject."""

    subject_type = models.CharField(max_length=16, choices=SubjectType)
    subject_id = models.BigIntegerField()

    class Meta:
        abstract = True

    @property
    def subject(self) -> tuple[str, int]:
        return self.subject_type, self.subject_id
