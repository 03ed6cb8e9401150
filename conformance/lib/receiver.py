"""A receiver of webhooks."""

import json
import queue

from local import Handler, Server

WAIT_SECONDS = 30


class Receiver:
    """Takes deliveries; answers with the status that is set."""

    def __init__(self):
        self.taken, self.refused, self.status = queue.Queue(), queue.Queue(), 200
        receiver = self

        class Deliveries(Handler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                length = int(self.headers["Content-Length"])
                body = self.rfile.read(length)
                if len(body) < length:
                    return  # the sender was killed
                status = receiver.status
                (receiver.taken if status < 300 else receiver.refused).put((dict(self.headers), body))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

        self.server = Server(Deliveries)
        self.url = self.server.url + "/hook"

    def next(self):
        headers, body = self.taken.get(timeout=WAIT_SECONDS)
        return headers, json.loads(body), body

    def record(self):
        headers, document, _ = self.next()
        assert len(document["Records"]) == 1
        return document["Records"][0]

    def close(self):
        self.server.close()
