"""Reports and the cases they make, what was decided, why, and what its owner says to that."""

from moderation.models.appeals import Appeal
from moderation.models.cases import Case
from moderation.models.decisions import APPEALABLE, CHANGES, INVERSES, TOLD, UNTOLD, Action, Decision
from moderation.models.looks import Look
from moderation.models.mails import DecisionMail
from moderation.models.notes import Note
from moderation.models.reasons import Reason
from moderation.models.reports import Report
from moderation.models.subjects import SubjectType
from moderation.models.weights import CategoryWeight, severity_of

__all__ = [
    "APPEALABLE",
    "CHANGES",
    "INVERSES",
    "TOLD",
    "UNTOLD",
    "Action",
    "Appeal",
    "Case",
    "CategoryWeight",
    "Decision",
    "DecisionMail",
    "Look",
    "Note",
    "Reason",
    "Report",
    "SubjectType",
    "severity_of",
]
