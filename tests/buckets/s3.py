"""A server on the loopback that answers as an S3 bucket does, verifies every signature by a computation of its own, and
misbehaves where a test asks it to."""

import hashlib
import hmac
import re
import threading
import time
from datetime import datetime, timezone
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote, quote_plus, unquote
from xml.sax.saxutils import escape

KEY_ID = "AKIAWEIRTEST00000001"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
REGION = "eu-central-1"


class Refused(Exception):
    def __init__(self, status: int, code: str, message: str = "no", extra: str = ""):
        super().__init__(code)
        self.status, self.code, self.message, self.extra = status, code, message, extra


def canonical_path(raw: str) -> str:
    """Of the path as it came: decoded and encoded anew, byte by byte."""
    return "/".join(quote(unquote(part, encoding="latin-1").encode("latin-1"), safe="-._~") for part in raw.split("/"))


def canonical_query(raw: str) -> str:
    pairs = [(unquote(name, encoding="latin-1"), unquote(value, encoding="latin-1"))
             for name, _, value in (piece.partition("=") for piece in raw.split("&") if piece)]
    encoded = sorted((quote(n.encode("latin-1"), safe="-._~"), quote(v.encode("latin-1"), safe="-._~")) for n, v in pairs)
    return "&".join(f"{name}={value}" for name, value in encoded)


def signature(method: str, path: str, query: str, headers: dict, signed: list, secret: str, scope: str) -> str:
    lines = [method, canonical_path(path), canonical_query(query)]
    lines += [f"{name}:{' '.join(headers[name].split())}" for name in signed]
    lines += ["", ";".join(signed), headers["x-amz-content-sha256"]]
    text = "\n".join(["AWS4-HMAC-SHA256", headers["x-amz-date"], scope,
                      hashlib.sha256("\n".join(lines).encode()).hexdigest()])
    key = ("AWS4" + secret).encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


class Bucket:
    """`objects` is key -> (bytes, Unix time); `page` is how many a list holds."""

    def __init__(self, name: str = "acme-lake", page: int = 2, session: str = "", anybody: bool = False):
        self.name, self.page, self.session, self.anybody = name, page, session, anybody
        self.objects = {}
        self.requests = []   # "LIST prefix", "GET key", "GET key bytes=5-"
        self.faults = []     # [pattern of a request, what is done instead, how many times]
        self.faces = []      # hosts that were asked
        self.encodes = True  # keys, where that is asked for
        bucket = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                try:
                    bucket.answer(self)
                except Refused as refused:
                    body = (f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{refused.code}</Code><Message>'
                            f"{escape(refused.message)}</Message>{refused.extra}<RequestId>1</RequestId></Error>").encode()
                    send(self, refused.status, body, {"Content-Type": "application/xml", "Retry-After": "0"})

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_):
                """Whoever asked hung up: that is among what is tested."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def put(self, key: str, body, at: float = 1767261600.0):
        self.objects[key] = (body if isinstance(body, bytes) else body.encode(), at)

    def fault(self, pattern: str, does, times: int = 1):
        self.faults.append([pattern, does, times])

    def fetched(self) -> list:
        return [request[4:] for request in self.requests if request.startswith("GET ")]

    def etag(self, key: str) -> str:
        return f'"{hashlib.md5(self.objects[key][0]).hexdigest()}"'

    def check(self, handler, path: str, query: str):
        headers = {name.lower(): value for name, value in handler.headers.items()}
        given = headers.get("authorization", "")
        if self.anybody:
            if given:
                raise Refused(400, "InvalidRequest", "nobody has to sign here")
            return
        found = re.fullmatch(r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\S+?), ?SignedHeaders=(\S+?), ?Signature=([0-9a-f]{64})",
                             given)
        if not found:
            raise Refused(403, "AccessDenied", "not signed")
        key_id, scope, names, signed = found[1], found[2], found[3].split(";"), found[4]
        if key_id != KEY_ID:
            raise Refused(403, "InvalidAccessKeyId", f"there is no key {key_id}")
        day, region, service, end = scope.split("/")
        if region != REGION:
            raise Refused(400, "AuthorizationHeaderMalformed", f"the region '{region}' is wrong",
                          f"<Region>{REGION}</Region>")
        wanted = {"host", "x-amz-date", "x-amz-content-sha256"} | {n for n in headers if n.startswith("x-amz-")}
        if (service, end) != ("s3", "aws4_request") or day != headers["x-amz-date"][:8] or not wanted <= set(names):
            raise Refused(403, "SignatureDoesNotMatch", "scope or headers")
        if names != sorted(names) or headers.get("x-amz-security-token", "") != self.session:
            raise Refused(403, "InvalidToken", "order of headers, or session")
        asked = datetime.strptime(headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc).timestamp()
        if abs(asked - time.time()) > 900:
            raise Refused(403, "RequestTimeTooSkewed", "clock")
        if not hmac.compare_digest(signed, signature("GET", path, query, headers, names, SECRET, scope)):
            raise Refused(403, "SignatureDoesNotMatch", "The request signature we calculated does not match")

    def answer(self, handler):
        path, _, query = handler.path.partition("?")
        self.faces.append(handler.headers["Host"])
        self.check(handler, path, query)
        params = dict(parse_qsl(query, keep_blank_values=True))
        key = unquote(path)[1:]
        if handler.headers["Host"].startswith(self.name + "."):
            named = self.name
        else:
            named, _, key = key.partition("/")
        if named != self.name:
            raise Refused(404, "NoSuchBucket", "The specified bucket does not exist")
        asked = f"LIST {params.get('prefix', '')}" if not key else f"GET {key}"
        if handler.headers.get("Range"):
            asked += " " + handler.headers["Range"]
        self.requests.append(asked)
        for fault in self.faults:
            if fault[2] > 0 and re.search(fault[0], asked):
                fault[2] -= 1
                if fault[1](self, handler, key) != "go on":
                    return
        if key:
            self.get(handler, key)
        else:
            self.list(handler, params)

    def get(self, handler, key: str, cut: int = 0):
        if key not in self.objects:
            raise Refused(404, "NoSuchKey", "The specified key does not exist")
        body, at = self.objects[key]
        if handler.headers.get("If-Match") not in (None, self.etag(key)):
            raise Refused(412, "PreconditionFailed", "At least one of the preconditions did not hold")
        head = {"ETag": self.etag(key), "Last-Modified": formatdate(at, usegmt=True)}
        status = 200
        if ranged := re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", "")):
            begin = int(ranged[1])
            if begin >= len(body):
                raise Refused(416, "InvalidRange", "beyond the object")
            status, head["Content-Range"] = 206, f"bytes {begin}-{len(body) - 1}/{len(body)}"
            body = body[begin:]
        send(handler, status, body, head, cut)

    def list(self, handler, params: dict):
        if params.get("list-type") != "2":
            raise Refused(400, "InvalidArgument", "list-type")
        encoded = params.get("encoding-type") == "url" and self.encodes
        keys = sorted(key for key in self.objects if key.startswith(params.get("prefix", "")))
        begin = int(params.get("continuation-token", "t+/=0").removeprefix("t+/="))
        page = keys[begin:begin + min(self.page, int(params.get("max-keys", 1000)))]
        more = begin + len(page) < len(keys)
        rows = "".join(
            f"<Contents><Key>{quote_plus(key, safe='/') if encoded else escape(key)}</Key><LastModified>"
            f"{datetime.fromtimestamp(self.objects[key][1], timezone.utc).strftime('%Y-%m-%dT%H:%M:%S.000Z')}</LastModified>"
            f"<ETag>{escape(self.etag(key), {chr(34): '&quot;'})}</ETag><Size>{len(self.objects[key][0])}</Size>"
            f"<StorageClass>STANDARD</StorageClass></Contents>" for key in page)
        token = f"<NextContinuationToken>t+/={begin + len(page)}</NextContinuationToken>" if more else ""
        send(handler, 200, (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
            f"<Name>{self.name}</Name><KeyCount>{len(page)}</KeyCount><IsTruncated>{str(more).lower()}</IsTruncated>"
            f"{'<EncodingType>url</EncodingType>' if encoded else ''}{token}{rows}</ListBucketResult>").encode())


def send(handler, status: int, body: bytes, headers: dict = {}, cut: int = 0):
    handler.send_response_only(status)
    handler.send_header("Date", formatdate(usegmt=True))
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[:len(body) - cut])
    handler.wfile.flush()
    if cut:
        handler.close_connection = True


# What may go wrong ----------------------------------------------------------------------------------------------------


def refuses(status: int, code: str, message: str = "no", extra: str = ""):
    def refuse(bucket, handler, key):
        raise Refused(status, code, message, extra)
    return refuse


def cut(missing: int):
    return lambda bucket, handler, key: bucket.get(handler, key, cut=missing)


def says(body: bytes, status: int = 200, **headers):
    return lambda bucket, handler, key: send(handler, status, body,
                                             {name.replace("_", "-"): value for name, value in headers.items()})
