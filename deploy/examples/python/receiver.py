"""Receives webhooks into a ledger, verified by the official library of Standard Webhooks.

    pip install -r requirements.txt
    XIANJIE_WEBHOOK_SECRET=whsec_… python receiver.py --port 8080 --ledger warnings.sqlite3

In service it stands behind something that ends TLS. It answers 2xx only when the change is on disk: what is
answered so is not sent again. A wrong, missing or old signature (more than five minutes) is refused by 401.
"""

from __future__ import annotations

import argparse
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from ledger import Change, Ledger
from standardwebhooks import Webhook, WebhookVerificationError

MOST_BYTES = 1 << 20
PREFIX = "xianjie.warning."


class Receiver(BaseHTTPRequestHandler):
    """One request; `signer` and `ledger` are set before the server starts."""

    signer: Webhook
    ledger: Path
    timeout = 10

    def do_POST(self) -> None:
        """204 when it is kept, 401 for a signature that does not hold, 413 for too much."""
        length = int(self.headers.get("content-length") or 0)
        if length > MOST_BYTES:
            self._answer(413)
            return
        body = self.rfile.read(length)
        try:
            # over the bytes as they came: JSON that was parsed and written again has another signature
            event = self.signer.verify(body, dict(self.headers.items()))
        except (WebhookVerificationError, ValueError) as refused:
            self.log_message("拒绝：%s", refused)
            self._answer(401)
            return
        if event["type"].startswith(PREFIX):  # a test-fire, or a type that we do not know, is well received too
            self._keep(event["data"])
        self._answer(204)

    def _keep(self, data: dict[str, Any]) -> None:
        change = Change(data["event_id"], data["type"], data["household_seq"], data["warning"])
        ledger = Ledger(self.ledger)
        try:
            ledger.take([change], filtered=True)  # a subscription has a scope: numbers may be left out
        finally:
            ledger.close()

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("content-length", "0")
        self.send_header("connection", "close")
        self.end_headers()
        self.close_connection = True


def main() -> None:
    """Until it is ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--ledger", type=Path, default=Path("warnings.sqlite3"))
    given = parser.parse_args()
    Receiver.signer = Webhook(os.environ["XIANJIE_WEBHOOK_SECRET"])
    Receiver.ledger = given.ledger
    Ledger(given.ledger).close()
    server = ThreadingHTTPServer(("127.0.0.1", given.port), Receiver)
    print(f"http://127.0.0.1:{server.server_port}/", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
