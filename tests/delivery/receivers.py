"""Receivers on the loopback: a mail server and a web server that take, refuse, send elsewhere or never answer."""

import socket
import socketserver
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class MailServer:
    """Speaks as much SMTP as a client needs. `mood`: take, refuse, later, silent."""

    def __init__(self):
        self.mood = "take"
        self.mails = []  # (from, to, text)
        self.commands = []
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            timeout = 60

            def say(self, line: str):
                self.wfile.write(line.encode() + b"\r\n")

            def handle(self):
                if outer.mood == "silent":
                    outer.released.wait(60)
                    return
                self.say("220 test ESMTP")
                sender, to = "", []
                while line := self.rfile.readline():
                    command = line.decode().rstrip("\r\n")
                    outer.commands.append(command)
                    verb = command.split(" ")[0].upper()
                    if verb == "EHLO":
                        self.say("250-test")
                        self.say("250 AUTH PLAIN")
                    elif verb == "AUTH":
                        if len(command.split(" ")) < 3:
                            self.say("334 ")
                            self.rfile.readline()
                        self.say("235 ok" if outer.mood != "stranger" else "535 no")
                    elif verb == "MAIL":
                        sender = command
                        self.say("250 ok")
                    elif verb == "RCPT":
                        if outer.mood == "refuse":
                            self.say("550 no such user")
                        elif outer.mood == "later":
                            self.say("451 try again later")
                        else:
                            to.append(command)
                            self.say("250 ok")
                    elif verb == "DATA":
                        self.say("354 go on")
                        lines = []
                        while (text := self.rfile.readline()) not in (b".\r\n", b""):
                            lines.append(text[1:] if text.startswith(b"..") else text)
                        outer.mails.append((sender, to, b"".join(lines)))
                        self.say("250 taken")
                    elif verb == "QUIT":
                        self.say("221 bye")
                        return
                    else:
                        self.say("250 ok")

        self.released = threading.Event()
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


class WebServer:
    """Keeps what is posted. `mood`: take, refuse, busy, elsewhere, silent."""

    def __init__(self):
        self.mood = "take"
        self.posts = []  # (path, headers, body)
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if outer.mood == "silent":
                    outer.released.wait(60)
                    return
                outer.posts.append((self.path, dict(self.headers), body))
                status = {"take": 200, "refuse": 404, "busy": 503, "elsewhere": 302}[outer.mood]
                self.send_response(status)
                if outer.mood == "elsewhere":
                    self.send_header("Location", f"http://127.0.0.1:{outer.port}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

        self.released = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]
