"""HTTP servers of the tests' own, on free ports of this machine."""

import http.server
import socketserver
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True

    def __init__(self, handler):
        super().__init__(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        pass  # whoever asked went away, or was killed

    def close(self):
        self.shutdown()
        self.server_close()


class Origin:
    """Serves what the server fetches: a status, headers and a body for each path."""

    def __init__(self, routes):
        self.routes, self.asked = routes, []
        origin = self

        class Answers(Handler):
            def do_GET(self):
                origin.asked.append(self.path)
                status, headers, body = origin.routes.get(self.path, (404, {}, b""))
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

        self.server = Server(Answers)
        self.url = self.server.url
