"""Ids in addresses: `<id:post_id>`. What cannot be an id is no address at all: a huge number is a 404, no error."""

from django.urls import register_converter

from api.ids import MAX_ID


class IdConverter:
    regex = "[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if number > MAX_ID:
            raise ValueError("larger than any id")
        return number

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(IdConverter, "id")
