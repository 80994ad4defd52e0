"""Serializer fields for pystagram's conventions: ids as strings, clean text, lists and switches in HTML forms."""

import unicodedata
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.utils import html

from api.ids import id_in
from api.normalization import MAX_MARKS, has_long_run_of_marks
from api.visible_text import is_blank

TEXT_UNIT = "code_points"  # what Python's len(), PostgreSQL's varchar and JSON Schema's maxLength count

ONE_LINE = {"base_template": "input.html", "input_type": "text"}
MANY_LINES = {"base_template": "textarea.html"}  # an input of one line would drop the line breaks


@extend_schema_field({"type": "string", "pattern": "^[0-9]{1,19}$", "example": "7312849021001728"})
class IdField(serializers.Field[int, Any, str, Any]):
    """An id: a decimal string in JSON, a whole number inside."""

    default_error_messages = {"invalid": "Not an id: ids are decimal strings."}

    def to_representation(self, value: Any) -> str:
        return str(value)

    def to_internal_value(self, data: Any) -> int:
        text = str(data) if isinstance(data, int) and not isinstance(data, bool) else data
        number = id_in(text) if isinstance(text, str) else None
        if number is None:
            self.fail("invalid")
        return number


class Sha256Field(serializers.RegexField):
    """A SHA-256 in hexadecimal, in lower case inside; empty or absent if there is none."""

    default_error_messages = {"invalid": "A SHA-256 is 64 hexadecimal digits."}

    def __init__(self, **options: Any) -> None:
        super().__init__(r"^([0-9A-Fa-f]{64})?$", required=False, allow_blank=True, default="", **options)

    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(data).lower()


class ChoiceField(serializers.ChoiceField):
    """One of a few words, which the error names."""

    default_error_messages = {"invalid_choice": "This is none of {choices}."}

    def to_internal_value(self, data: Any) -> Any:
        if str(data) not in self.choice_strings_to_values:
            self.fail("invalid_choice", choices=", ".join(self.choice_strings_to_values))
        return super().to_internal_value(data)


class TextField(serializers.CharField):
    """Text as people type it: NFC, without control characters but line breaks. Lengths count code points.

    Text that shows nothing (U+200B, U+3164) is as if there was none.
    """

    MAX_PARTS = 4  # code points that NFC makes one of
    DEFAULT_MAX_LENGTH = 1000  # of a field that measures itself, before NFC

    default_error_messages = {
        "control": "Control characters are not allowed.",
        "marks": f"At most {MAX_MARKS} combining marks may follow a letter.",
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("style", MANY_LINES)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> str:
        raw = super().to_internal_value(data)
        self._refuse_too_long(raw)
        if has_long_run_of_marks(raw):
            self.fail("marks")
        text = unicodedata.normalize("NFC", raw).replace("\r\n", "\n")
        if any(unicodedata.category(letter) == "Cc" and letter not in "\n\t" for letter in text):
            self.fail("control")
        return self._none_if_blank(text)

    def _none_if_blank(self, text: str) -> str:
        if not is_blank(text):
            return text
        if not self.allow_blank:
            self.fail("blank")
        return ""

    def _refuse_too_long(self, raw: str) -> None:
        """Before anything looks at each letter: a body may hold a million of them."""
        longest = self.max_length or self.DEFAULT_MAX_LENGTH
        if len(raw) > longest * self.MAX_PARTS:
            self.fail("max_length", max_length=longest)


class LineField(TextField):
    """Text of one line (a name, a title): also without line breaks and marks that turn the writing direction."""

    _TURNING = {
        *"\u200e\u200f",
        *map(chr, range(0x202A, 0x202F)),
        *map(chr, range(0x2066, 0x206A)),
        "\u2028",
        "\u2029",
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("style", ONE_LINE)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if any(letter in self._TURNING or letter in "\n\t" for letter in text):
            self.fail("control")
        return text


class _Typed(str):
    """A list as somebody typed it into a form: `1, 2`."""


class _Shown(list[Any]):
    """A list as a form shows it."""

    def __str__(self) -> str:
        return ", ".join(map(str, self))


class CommaListField(serializers.ListField):
    """A list; in an HTML form one text input that takes values separated by commas."""

    initial = _Shown()

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("style", ONE_LINE)
        super().__init__(**kwargs)

    def get_value(self, dictionary: Any) -> Any:
        if not html.is_html_input(dictionary):
            return super().get_value(dictionary)
        typed = dictionary.getlist(self.field_name)
        return _Typed(",".join(typed)) if any(typed) else empty

    def to_internal_value(self, data: Any) -> list[Any]:
        if isinstance(data, _Typed):
            data = [part.strip() for part in data.split(",") if part.strip()]
        if self.max_length is not None and isinstance(data, list) and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)  # DRF would look at each of a million first
        return super().to_internal_value(data)


class SwitchField(serializers.BooleanField):
    """A boolean whose absence from a form means "as it is", not "off"."""

    default_empty_html = empty

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("style", {"template": "api/switch.html"})
        super().__init__(**kwargs)
