"""Why people report things: the one list, with a sentence for reporters and how serious each is."""

from api.choices import Choices


class Category(Choices):
    SPAM = "spam"
    NUDITY = "nudity"
    VIOLENCE = "violence"
    HATE = "hate"
    HARASSMENT = "harassment"
    SELF_HARM = "self_harm"
    CHILD_SAFETY = "child_safety"
    SCAM = "scam"
    IMPERSONATION = "impersonation"
    ILLEGAL = "illegal"
    COPYRIGHT = "copyright"
    PRIVACY = "privacy"
    OTHER = "other"


MIN_SEVERITY, MAX_SEVERITY = 1, 5
SENTENCES: dict[str, str] = {
    Category.SPAM: "It is unwanted advertising, or the same thing over and over.",
    Category.NUDITY: "It shows nudity or sexual acts.",
    Category.VIOLENCE: "It shows or threatens violence.",
    Category.HATE: "It attacks people for who they are.",
    Category.HARASSMENT: "It bullies or harasses me or somebody else.",
    Category.SELF_HARM: "Somebody may harm themselves, or encourages others to.",
    Category.CHILD_SAFETY: "It endangers a child.",
    Category.SCAM: "It tries to get money or data by deceit.",
    Category.IMPERSONATION: "It pretends to be me, somebody I know, or an organisation.",
    Category.ILLEGAL: "It offers drugs, weapons or something else that is against the law.",
    Category.COPYRIGHT: "It uses my work, or a mark of mine, without a right to.",
    Category.PRIVACY: "It shows private data of mine, or of somebody else.",
    Category.OTHER: "It is against the rules in another way.",
}
# What is handled first. The operator may weigh them otherwise (moderation/models/weights.py).
SEVERITIES: dict[str, int] = {
    Category.SPAM: 1,
    Category.NUDITY: 3,
    Category.VIOLENCE: 4,
    Category.HATE: 3,
    Category.HARASSMENT: 3,
    Category.SELF_HARM: 5,
    Category.CHILD_SAFETY: 5,
    Category.SCAM: 2,
    Category.IMPERSONATION: 2,
    Category.ILLEGAL: 4,
    Category.COPYRIGHT: 2,
    Category.PRIVACY: 3,
    Category.OTHER: 1,
}


def categories() -> list[dict[str, str]]:
    """As `/v1/instance` lists them."""
    return [{"category": category.value, "sentence": SENTENCES[category]} for category in Category]
