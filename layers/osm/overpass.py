"""Asking an Overpass server through osmnx within bounds of attempts, seconds and bytes; osmnx's settings are put back afterwards.

osmnx asks again without end where a server is busy, keeps empty answers in its cache and takes partial ones. Here it writes the
questions and sends them; every answer is read by `_Try.read`, a hook of osmnx's own ``requests_kwargs``, and judged before use.
"""

from __future__ import annotations

import io
import json
import math
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn, TypeAlias
from urllib.parse import urlsplit

from shapely.geometry.base import BaseGeometry

from geo import PlanningDataError
from layers.osm.table import Tags

QUESTIONS = ('["highway"]', '["route"="ferry"]')  # all that the street table reads
Send: TypeAlias = Callable[[], object]  # a call of osmnx that sends a question
BUSY = frozenset({429, 500, 502, 503, 504})
LIMIT_BYTES = 320 * 2**20  # the largest tile asked for has a tenth
CHUNK_BYTES = 2**16
SHOWN_CHARACTERS = 160
OTHERWISE = "use a local .osm.pbf: layers.transport(osm=path)."
_ONE_AT_A_TIME = threading.Lock()  # osmnx's settings are shared by the whole process


class RefusalError(Exception):
    """The server answered, and not with data: HTTP ``status``, the seconds it asks to wait (``wait_s``)."""

    def __init__(self, status: int, wait_s: float) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status
        self.wait_s = wait_s


class OversizeError(Exception):
    """The answer is larger than a street network of the largest area can be."""


@dataclass
class _Try:
    """One attempt: the answers as they came, in the order of the questions, and what ended it early."""

    deadline_s: float
    bodies: list[bytes] = field(default_factory=list)
    problem: Exception | None = None

    def read(self, response: Any, *_: Any, **__: Any) -> None:
        """Take the answer piece by piece, so that neither a slow nor an endless one holds us; then hand it on to osmnx."""
        if response.is_redirect:
            return
        with closing(response.raw) as stream:
            if not response.ok:
                raise RefusalError(response.status_code, _asked_wait_s(response.headers))
            body = bytearray()
            while part := stream.read1(CHUNK_BYTES, decode_content=True):
                body += part
                if len(body) > LIMIT_BYTES:
                    raise OversizeError
                if time.monotonic() > self.deadline_s:
                    raise TimeoutError
        self.bodies.append(bytes(body))
        response.raw = io.BytesIO(body)


def street_question(polygon: BaseGeometry) -> Send:
    """All ways within 500 m of a polygon in longitude/latitude that the street table reads, with their nodes."""

    def send() -> object:
        from osmnx import graph  # noqa: PLC0415 - heavy

        return graph.graph_from_polygon(polygon, simplify=False, retain_all=True, custom_filter=list(QUESTIONS))

    return send


def feature_question(polygon: BaseGeometry, tags: Tags) -> Send:
    """All nodes, ways and relations with one of the tags that meet a polygon in longitude/latitude, with all they are made of."""

    def send() -> object:
        from osmnx import features  # noqa: PLC0415 - heavy

        return features.features_from_polygon(polygon, tags)

    return send


def ask(send: Send, url: str, attempts: int, total_wait_s: float) -> list[dict[str, Any]]:
    """The answers of the server at ``url`` (see `server_url`), each whole. Errors: E-FETCH-03 … -05, -07."""
    import osmnx  # noqa: F401, PLC0415 - heavy; before the clock starts

    host = host_of(url)
    end_s = time.monotonic() + total_wait_s
    for number in range(attempts):
        one = _attempt(send, url, end_s)
        if not _passing(one.problem):
            break
        # waits double, and all of them together take at most half of the time
        longest_s = total_wait_s / 2 ** (attempts - number)
        wait_s = max(_spread(host, number) * longest_s, getattr(one.problem, "wait_s", 0))
        if number + 1 == attempts or time.monotonic() + wait_s >= end_s:
            break
        time.sleep(wait_s)
    answers = [_answer(body, host) for body in one.bodies]
    if one.problem is not None:
        _explain(one.problem, host, number + 1, total_wait_s)
    return answers


def _spread(host: str, number: int) -> float:
    """A share from 0.75 to 1, by host and attempt: two who ask do not come back at one time, and each run waits as the last."""
    name = f"{socket.gethostname()} {host} {number}"
    return 0.75 + 0.25 * zlib.crc32(name.encode()) / 2**32


def _asked_wait_s(headers: Any) -> float:
    """Retry-After in seconds: a number, or a date compared with the server's own clock; 0 where there is none."""
    told = headers.get("Retry-After", "").strip()
    if told.isdecimal():
        return float(told)
    try:
        wait = parsedate_to_datetime(told) - parsedate_to_datetime(headers["Date"])
    except (KeyError, TypeError, ValueError):
        return 0.0
    return max(0.0, wait.total_seconds())


def server_url(server: str | None) -> str:
    """The address up to "/api"; osmnx's where none is named. Errors: E-FETCH-01."""
    import osmnx  # noqa: PLC0415 - heavy

    url = (server or osmnx.settings.overpass_url).rstrip("/").removesuffix("/interpreter")
    host_of(url)
    return str(url)


def host_of(url: str) -> str:
    """Host and port of an address. Errors: E-FETCH-01, for a user and a password in it as well: osmnx would look the user up."""
    parts = urlsplit(url)
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc:
        mend = 'give "https://overpass-api.de/api" or the like; a password goes into osmnx.settings.requests_kwargs ("auth").'
        what = "the server's address can not be used."
        raise PlanningDataError("E-FETCH-01", what, seen=url.rpartition("@")[2], mend=mend)
    return f"{host}:{port}" if port else host


def _attempt(send: Send, url: str, end_s: float) -> _Try:
    """One run of osmnx, in a thread that is left alone when its time is over; it ends by itself at the next byte."""
    one = _Try(end_s)
    with _ONE_AT_A_TIME:
        left_s = max(0.1, end_s - time.monotonic())
        with _osmnx_set(one, url, left_s):
            thread = threading.Thread(target=_run, args=(send, one), daemon=True)
            thread.start()
            thread.join(left_s)
    return _Try(end_s, problem=TimeoutError()) if thread.is_alive() else one


def _run(send: Send, one: _Try) -> None:
    try:
        send()
    except Exception as problem:  # noqa: BLE001 - whatever it is, the caller is told
        all_read = type(problem).__name__ == "CacheOnlyInterruptError"  # osmnx's way to say so
        one.problem = None if all_read else problem


@contextmanager
def _osmnx_set(one: _Try, url: str, left_s: float) -> Iterator[None]:
    """Settings of osmnx to send our questions and no more: no cache, no graph, no pauses of its own, no third host for names."""
    from osmnx import settings  # noqa: PLC0415 - heavy

    ours = {
        "cache_only_mode": True,  # ends after the last answer: the graph would lose what `overpass_file` keeps
        "doh_url_template": None,
        "overpass_rate_limit": False,
        "overpass_url": url,
        "requests_kwargs": {**settings.requests_kwargs, "hooks": {"response": one.read}},
        "requests_timeout": math.ceil(left_s),
        "use_cache": False,
    }
    before = {name: getattr(settings, name) for name in ours}
    resolve = socket.getaddrinfo  # osmnx puts one of its own in its place
    try:
        for name, value in ours.items():
            setattr(settings, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(settings, name, value)
        socket.getaddrinfo = resolve


def _passing(problem: Exception | None) -> bool:
    """Whether it may be over in a while."""
    from requests import TooManyRedirects  # noqa: PLC0415 - comes with osmnx
    from urllib3.exceptions import HTTPError  # noqa: PLC0415 - comes with osmnx

    if isinstance(problem, RefusalError):
        return problem.status in BUSY
    lasting = isinstance(problem, TimeoutError | TooManyRedirects)
    return isinstance(problem, OSError | HTTPError) and not lasting  # those of requests are OSErrors


def _explain(problem: Exception, host: str, attempts: int, total_wait_s: float) -> NoReturn:
    times = "1 attempt" if attempts == 1 else f"{attempts} attempts"
    if isinstance(problem, RefusalError) and problem.status in BUSY:
        asked = f" It asks to wait {problem.wait_s:.0f} s." if problem.wait_s else ""
        mend = f"try later, name another server, or {OTHERWISE}"
        what = f"the server is busy or ill, after {times}.{asked}"
        raise PlanningDataError("E-FETCH-03", what, file=host, seen=str(problem), mend=mend) from None
    if isinstance(problem, RefusalError):
        mend = f"check the server's address, or {OTHERWISE}"
        raise PlanningDataError("E-FETCH-05", "the server refused.", file=host, seen=str(problem), mend=mend) from None
    if isinstance(problem, TimeoutError):
        mend = f"take a smaller area, raise total_wait_s, or {OTHERWISE}"
        what = f"no complete answer within {total_wait_s:g} s."
        raise PlanningDataError("E-FETCH-07", what, file=host, mend=mend) from None
    if isinstance(problem, OversizeError):
        mend = f"take a smaller area, or {OTHERWISE}"
        what = f"the answer is larger than {LIMIT_BYTES // 2**20} MiB."
        raise PlanningDataError("E-FETCH-07", what, file=host, mend=mend) from None
    mend = f"check the connection and the server's address, or {OTHERWISE}"
    what = f"the server was not reached, after {times}."
    raise PlanningDataError("E-FETCH-04", what, file=host, seen=type(problem).__name__, mend=mend) from None


def _answer(body: bytes, host: str) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise no_data(host, "the answer is no Overpass JSON.", body.decode("utf-8", "replace")) from None
    if not isinstance(answer, dict) or not isinstance(answer.get("elements"), list):
        raise no_data(host, "the answer is no Overpass JSON.", body.decode("utf-8", "replace"))
    if "remark" in answer:
        raise no_data(host, "the server broke off: the answer is partial.", str(answer["remark"]))
    return answer


def no_data(host: str, what: str, seen: str) -> PlanningDataError:
    """E-FETCH-05, with the beginning of what was seen."""
    mend = f"take a smaller area, name another server, or {OTHERWISE}"
    return PlanningDataError("E-FETCH-05", what, file=host, seen=" ".join(seen.split())[:SHOWN_CHARACTERS], mend=mend)
