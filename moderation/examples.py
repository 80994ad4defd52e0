"""What reports, decisions and appeals look like in the documents."""

from api.examples import answered, sent

_REPORT = {
    "id": "7312849021009900",
    "subject_type": "post",
    "subject_id": "7312849021001728",
    "category": "spam",
    "comment": "The third time today.",
    "state": "open",
    "created_at": "2026-11-22T10:05:00.000000Z",
    "decided_at": None,
}
_DECISION = {
    "id": "7312849021009950",
    "decision": "take_down",
    "subject_type": "post",
    "subject_id": "7312849021001728",
    "reason": "It is spam: unwanted advertising, or the same thing over and over.",
    "created_at": "2026-11-22T11:00:00.000000Z",
    "until": None,
    "in_force": True,
    "appealable": True,
    "appeal": None,
}
_APPEAL = {
    "state": "open",
    "text": "This is my own shop, and I wrote of it once.",
    "created_at": "2026-11-22T12:00:00.000000Z",
    "decided_at": None,
}

REPORT = answered("Nobody has decided yet", _REPORT)
REPORT_DECIDED = answered(
    "Something was done", {**_REPORT, "state": "action_taken", "decided_at": "2026-11-22T11:00:00.000000Z"}
)
REPORTING = sent(
    "A post", {"subject_type": "post", "subject_id": "7312849021001728", "category": "spam", "comment": "Again."}
)
DECISION = answered("A post was taken down", _DECISION)
DECISION_APPEALED = answered("Appealed", {**_DECISION, "appealable": False, "appeal": _APPEAL})
APPEALING = sent("Why it is wrong", {"text": _APPEAL["text"]})
APPEALING_BY_TOKEN = sent(
    "With the code of a mail",
    {"token": "7312849021009950:Yt0mC3sV1qzL8rXh2nKd5uWbEo7gIf4aPjQy6tRw9xM", "text": _APPEAL["text"]},
)
APPEALED = answered("It will be looked at", {"state": "open"})
