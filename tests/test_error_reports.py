"""With a DSN, errors are reported: with the request's id, without what people sent."""

import gzip
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pystagram.environment import ROOT

# A process of its own: sentry-sdk is global, and settings are read once. The view breaks as a defect would.
PROGRAM = """
import django, sentry_sdk
django.setup()
from django.test import Client
from pystagram import views
def broken(): raise RuntimeError("a defect")
views.instance_facts = broken
client = Client(raise_request_exception=False)
answer = client.get("/v1/instance?token=hush", headers={"X-Request-Id": "from-a-phone", "Authorization": "Bearer hush"})
assert answer.status_code == 500, answer.status_code
assert answer.json()["code"] == "server_error"
assert "defect" not in answer.content.decode()
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


def test_a_defect_is_reported_without_secrets() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        environment = {
            "DJANGO_SETTINGS_MODULE": "pystagram.settings",
            "PYSTAGRAM_ENV": "test",
            "SENTRY_DSN": f"http://key@127.0.0.1:{server.server_port}/1",
            "PYTHONPATH": str(ROOT),
            "NO_PROXY": "127.0.0.1",
        }
        subprocess.run([sys.executable, "-c", PROGRAM], env=environment, check=True, timeout=60, cwd=ROOT)
    finally:
        server.shutdown()
        server.server_close()
    sent = "\n".join(Receiver.envelopes)
    event = next(json.loads(line) for line in sent.splitlines() if '"exception"' in line)
    assert event["exception"]["values"][-1]["value"] == "a defect"
    assert event["tags"]["request_id"] == "from-a-phone"
    assert event["release"].startswith("pystagram@")
    assert "hush" not in sent
