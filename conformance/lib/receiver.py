"""A receiver of webhooks."""

import http.server
import json
import queue
import socketserver
import threading

WAIT_SECONDS = 30


class Receiver:
    """Takes deliveries; answers with the status that is set."""

    def __init__(self):
        self.taken, self.refused, self.status = queue.Queue(), queue.Queue(), 200
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver.status
                (receiver.taken if status < 300 else receiver.refused).put((dict(self.headers), body))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
            daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def next(self):
        headers, body = self.taken.get(timeout=WAIT_SECONDS)
        return headers, json.loads(body), body

    def record(self):
        headers, document, _ = self.next()
        assert len(document["Records"]) == 1
        return document["Records"][0]

    def close(self):
        self.server.shutdown()
        self.server.server_close()
