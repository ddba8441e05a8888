"""A server on the loopback that answers as a service does, and misbehaves where a test asks it to."""

import gzip
import json
import re
import ssl
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Request:
    method: str
    path: str
    params: list
    body: bytes
    headers: dict

    def get(self, name: str, default=None):
        return next((value for key, value in self.params if key == name), default)

    def all(self, name: str) -> list:
        return [value for key, value in self.params if key == name]

    def json(self):
        return json.loads(self.body)


@dataclass
class Answer:
    body: object = None
    status: int = 200
    headers: dict = field(default_factory=dict)
    raw: bytes | None = None


@dataclass
class Fault:
    """`does` is tried on the `nth` request of those whose path and parameters match; it may answer in its own way."""
    pattern: str
    does: object
    nth: int = 1
    times: int = 1
    seen: int = 0


class Refused(Exception):
    def __init__(self, status: int, body):
        super().__init__(status)
        self.answer = Answer(body, status)


class Replay:
    """`service.answer(request)` gives an Answer, a document or None for what is not there."""

    def __init__(self, service, certificate=None):
        self.service = service
        self.requests = []
        self.faults = []
        replay = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def serve(self):
                length = int(self.headers.get("Content-Length") or 0)
                parts = urlsplit(self.path)
                request = Request(self.command, parts.path, parse_qsl(parts.query, keep_blank_values=True),
                                  self.rfile.read(length), {k.lower(): v for k, v in self.headers.items()})
                replay.answer(self, request, self.path)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = serve

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_):
                """Whoever asked hung up: that is among what is tested."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        scheme = "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
            scheme = "https"
        self.url = f"{scheme}://{'localhost' if certificate else '127.0.0.1'}:{self.server.server_port}"
        service.url = self.url
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def fault(self, pattern: str, does, nth: int = 1, times: int = 1):
        self.faults.append(Fault(pattern, does, nth, times))

    def asked(self, pattern: str) -> list:
        return [target for target in self.requests if re.search(pattern, target)]

    def answer(self, handler, request: Request, target: str):
        self.requests.append(f"{request.method} {target}")
        said = None
        for fault in self.faults:
            if not re.search(fault.pattern, f"{request.method} {target}"):
                continue
            fault.seen += 1
            if fault.nth <= fault.seen < fault.nth + fault.times:
                said = fault.does(handler, request)
                if said == "gone":
                    return
                break
        if said is None:
            try:
                said = self.service.answer(request)
            except Refused as refused:
                said = refused.answer
        if said is None:
            said = Answer({"error": "not found"}, 404)
        if not isinstance(said, Answer):
            said = Answer(said)
        send(handler, said)


def send(handler, answer: Answer, cut: int = 0):
    body = answer.raw if answer.raw is not None else b"" if answer.body is None else json.dumps(answer.body).encode()
    if answer.body is not None and "gzip" in handler.headers.get("Accept-Encoding", "") and answer.raw is None:
        body = gzip.compress(body)
        answer.headers["Content-Encoding"] = "gzip"
    handler.send_response_only(answer.status)
    handler.send_header("Date", formatdate(usegmt=True))
    handler.send_header("Content-Type", "application/json")
    for name, value in answer.headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[:len(body) - cut])
    handler.wfile.flush()
    if cut:
        handler.close_connection = True


def stamp(at: float, form: str = "%Y-%m-%dT%H:%M:%SZ") -> str:
    return datetime.fromtimestamp(at, timezone.utc).strftime(form)


# What may go wrong ----------------------------------------------------------------------------------------------------


def status(code: int, body=None, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler, request: Answer(body if body is not None else {"error": code}, code, dict(named))


def silence(seconds: float):
    def wait(handler, request):
        time.sleep(seconds)
        handler.close_connection = True
        return "gone"
    return wait


def hung_up(handler, request):
    """The head promises more than comes."""
    send(handler, Answer(raw=b'{"data": [{"id": "x"'), cut=4)
    return "gone"


def cut_json(handler, request):
    """All that was promised comes, and it is half a document."""
    return Answer(raw=b'{"object": "list", "data": [{"id": "half')


def bomb(handler, request):
    return Answer(raw=gzip.compress(b" " * (80 << 20)), headers={"Content-Encoding": "gzip"})


def redirect(to: str, code: int = 302):
    return lambda handler, request: Answer({}, code, {"Location": to})
