"""With a DSN, errors are reported: with the request's id, without what people sent."""

import gzip
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pystagram.environment import ROOT
from pystagram.error_reports import without_secrets

# A process of its own: sentry-sdk is global, and settings are read once. The view breaks as a defect would.
PROGRAM = """
import django, sentry_sdk
django.setup()
from django.test import Client
from pystagram.views import instance
def broken(): raise RuntimeError("a defect")
instance.instance_facts = broken
client = Client(raise_request_exception=False)
answer = client.get("/v1/instance?token=hush", headers={"X-Request-Id": "from-a-phone", "Authorization": "Bearer hush"})
assert answer.status_code == 500, answer.status_code
assert answer.json()["code"] == "server_error"
assert "defect" not in answer.content.decode()

from django.db import connection
def doubled():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE people (email text UNIQUE)")
        cursor.execute("INSERT INTO people VALUES (%s), (%s)", ["hush", "hush"])
instance.instance_facts = doubled
assert client.get("/v1/instance").status_code == 500
sentry_sdk.flush(5)
"""


class Receiver(BaseHTTPRequestHandler):
    envelopes: list[str] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        text = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
        self.envelopes.append(text.decode())
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Quiet."""


def test_a_defect_is_reported_without_secrets():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        environment = {
            "DJANGO_SETTINGS_MODULE": "pystagram.settings",
            "PYSTAGRAM_ENV": "test",
            "SENTRY_DSN": f"http://key@127.0.0.1:{server.server_port}/1",
            "DATABASE_URL": os.environ["DATABASE_URL"],
            "PYTHONPATH": str(ROOT),
            "NO_PROXY": "127.0.0.1",
        }
        subprocess.run([sys.executable, "-c", PROGRAM], env=environment, check=True, timeout=60, cwd=ROOT)
    finally:
        server.shutdown()
        server.server_close()
    sent = "\n".join(Receiver.envelopes)
    event, doubled = [json.loads(line) for line in sent.splitlines() if '"exception"' in line]
    assert event["exception"]["values"][-1]["value"] == "a defect"
    told = doubled["exception"]["values"][-1]["value"]
    assert told == 'duplicate key value violates unique constraint "people_email_key"'
    assert event["tags"]["request_id"] == "from-a-phone"
    assert event["release"].startswith("pystagram@")
    assert "hush" not in sent


def test_a_ticket_to_send_a_file_is_not_reported():
    event = {"request": {"url": "https://pics.example/media/incoming/hush"}}
    assert without_secrets(event, None) == {"request": {"url": "https://pics.example/media/incoming/-"}}
