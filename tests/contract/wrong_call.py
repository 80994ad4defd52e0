"""The form of a call that a client should not have made."""

from dataclasses import dataclass, field
from typing import Any

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=edge"


@dataclass(frozen=True)
class Wrong:
    """`body` is sent as JSON if it is a dictionary, else as it is."""

    kind: str
    method: str
    path: str
    status: int
    code: str
    body: dict[str, Any] | bytes = b""
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    caller: str = "alice"
    pointer: str = ""  # among those of `errors`

    def __str__(self) -> str:
        sent = str(self.body or self.headers or self.content_type)
        return f"{self.kind}: {self.method} {self.path[:80]} {sent[:80]}"
