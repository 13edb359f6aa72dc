"""A visitor without a browser: speaks Streamlit's own messages to the server, and keeps every byte that comes back."""

from __future__ import annotations

import json
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value, generate_xsrf_token_string
from websockets.sync.client import ClientConnection, connect

SECRET = "a cookie secret of the tests, long enough"
QUIET = 0.2  # seconds without a message after a run has ended: no further one follows
LONGEST = 90.0  # seconds


def cookie_of(url: str, name: str, **claims: Any) -> str:
    """The cookie that the app itself would give somebody who signed in a minute ago."""
    now = int(time.time())
    token = {"iss": "i", "sub": name, "aud": "crlm-dash", "iat": now - 60, "exp": now + 3600, "nonce": name} | claims
    told = token | {"origin": url, "is_logged_in": True, "provider": "default"}
    return create_signed_value(SECRET, "_streamlit_user", json.dumps(told)).decode()


@dataclass
class Visitor:
    """One open session."""

    socket: ClientConnection
    seen: list[bytes] = field(default_factory=list)

    def go(self, page: str, **address: str) -> bytes:
        """Everything the server sends for a page at an address."""
        asked = BackMsg()
        asked.rerun_script.page_name = "" if page == "overview" else page
        asked.rerun_script.query_string = urllib.parse.urlencode(address)
        self.socket.send(asked.SerializeToString())
        got, ended, began = [], False, time.monotonic()
        while time.monotonic() - began < LONGEST:
            try:
                data = self.socket.recv(timeout=QUIET)
            except TimeoutError:
                if ended:
                    break
                continue
            assert isinstance(data, bytes)
            got.append(data)
            message = ForwardMsg()
            message.ParseFromString(data)
            kind = message.WhichOneof("type")
            ended = kind == "script_finished" or (ended and kind != "new_session")
        assert ended, f"{page} did not finish"
        return b"".join(got)


@contextmanager
def visiting(url: str, cookie: str) -> Iterator[Visitor]:
    """A session of its own, as a browser with this cookie would open it."""
    token = generate_xsrf_token_string()
    headers = {"Cookie": f"_streamlit_user={cookie}; _streamlit_xsrf={token}"}
    address = url.replace("http", "ws") + "/_stcore/stream"
    with connect(
        address, origin=url, additional_headers=headers, subprotocols=["streamlit", token], max_size=None
    ) as socket:  # type: ignore[arg-type, list-item]
        yield Visitor(socket)
