"""How serious the operator holds the categories of reports."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from moderation.categories import MAX_SEVERITY, MIN_SEVERITY, SEVERITIES, Category


class CategoryWeight(models.Model):
    """Another severity than the usual one, for cases from then on."""

    category = models.CharField(max_length=16, choices=Category, primary_key=True)
    severity = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(MIN_SEVERITY), MaxValueValidator(MAX_SEVERITY)]
    )

    def __str__(self) -> str:
        return f"{self.category}: {self.severity}"


def severity_of(category: str) -> int:
    """Of a report of this category: 1 (can wait) to 5 (first)."""
    weighed = CategoryWeight.objects.filter(category=category).values_list("severity", flat=True).first()
    return SEVERITIES[category] if weighed is None else weighed
