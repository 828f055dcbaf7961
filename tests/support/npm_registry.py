"""A small npm registry on loopback that serves one package."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def integrity_of(archive: bytes) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode()


def package_archive(name: str, version: str, padding: int = 0) -> bytes:
    """An npm package with a package.json and a file of ``padding`` bytes."""
    buffer = io.BytesIO()
    description = json.dumps({"name": name, "version": version}).encode()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for path, content in (("package.json", description), ("data", b"\0" * padding)):
            member = tarfile.TarInfo(f"package/{path}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


@contextmanager
def npm_registry(name: str, version: str, archive: bytes) -> Iterator[str]:
    """The address of a registry that serves ``archive`` as ``name@version``."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host = f"http://{self.headers['Host']}"
            if self.path == f"/{name}":
                dist = {"tarball": f"{host}/archive.tgz", "integrity": integrity_of(archive)}
                described = {"name": name, "version": version, "dist": dist}
                document = {
                    "name": name,
                    "dist-tags": {"latest": version},
                    "versions": {version: described},
                }
                self._send(200, json.dumps(document).encode())
            elif self.path == "/archive.tgz":
                self._send(200, archive)
            else:
                self._send(404, b'{"error": "not found"}')

        def _send(self, code: int, body: bytes) -> None:
            self.send_response(code)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
