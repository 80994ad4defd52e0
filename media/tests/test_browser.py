"""The browsable API's forms work for media: send, describe, look at the picture."""

from django.core.files.uploadedfile import SimpleUploadedFile

from media.tests.support.photographs import photo

HTML = {"Accept": "text/html"}


def test_form_sends_a_file(client, alice):
    client.force_login(alice)
    page = client.get("/v1/media", headers=HTML)
    assert page.status_code == 200
    assert 'type="file"' in page.content.decode()
    sent = client.post("/v1/media", {"file": SimpleUploadedFile("a.jpg", photo()), "alt_text": "x"}, headers=HTML)
    assert sent.status_code == 202
    assert "processing" in sent.content.decode()
    assert 'type="file"' in sent.content.decode(), "the page after an upload has the form for the next one"


def test_page_of_a_media_shows_it(client, alice, developed, client_for):
    media = developed()
    client.force_login(alice)
    page = client.get(f"/v1/media/{media['id']}", headers=HTML).content.decode()
    assert "<img" in page
    assert "alt_text" in page


def test_refusal_is_shown_in_the_browser_too(client, alice):
    client.force_login(alice)
    page = client.post("/v1/media", {"file": SimpleUploadedFile("a.jpg", b"<html>")}, headers=HTML)
    assert page.status_code == 415
    assert "unsupported_format" in page.content.decode()
