"""A request that is refused before Django sees it."""


class Refused(Exception):
    """Answered with the problem of this code (api/problems.py); `retry_after` in seconds."""

    def __init__(self, code: str, detail: str = "", *, retry_after: int | None = None) -> None:
        super().__init__(code, detail)
        self.code, self.detail, self.retry_after = code, detail, retry_after
