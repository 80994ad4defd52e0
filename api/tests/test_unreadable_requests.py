"""What cannot be read as text, or is too much to be read, is refused before anybody reads it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/v1/me", "/v1/", "/admin/", "/login"])
def test_a_nul_in_a_cookie_is_a_400(path):
    quoted = "".join(["\\000"] * 12)
    answer = Client(raise_request_exception=False).get(path, headers={"Cookie": f'sessionid="{quoted}"'})
    assert answer.status_code == 400
    assert answer.json()["code"] == "bad_request"


@pytest.mark.parametrize("path", ["/v1/auth/token", "/v1/auth/register", "/v1/posts", "/login", "/admin/login/"])
def test_only_media_take_large_files(path, settings):
    file = SimpleUploadedFile("large", bytes(settings.DATA_UPLOAD_MAX_MEMORY_SIZE))
    answer = Client().post(path, {"file": file, "username": "alice", "password": "x"})
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"
