"""The RSGI application: receives a request whole, lets Django answer it in a thread, sends the answer."""

import asyncio
import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from granian.rsgi import HTTPProtocol, Scope

from api.server import crowding
from api.server.answers import answering, refusal_of, send
from api.server.bodies import Bodies
from api.server.clients import Clients
from api.server.environ import Environ, declared_length, environ_of
from api.server.lanes import Lane
from api.server.refusal import Refused
from api.server.spool import Spool
from api.server.stalled import StalledConnections, allow_many_descriptors
from api.wsgi.problems import Application
from api.wsgi.uploads import ADMITTED, ANNOUNCED, CONTINUE


class Route(NamedTuple):
    """Which requests have a lane of their own, and whether they carry a file."""

    method: str
    path: re.Pattern[str]
    lane: str
    takes_file: bool = False
    keeps_part: bool = False  # of a file whose connection broke: Django gets what came


class Server:
    """`granian --interface rsgi` calls it for each request.

    `lanes` has one named `default`. Each process calls `warm_up` in it when it starts: the thread that was free last
    is the first to be taken.
    """

    def __init__(
        self,
        application: Application,
        lanes: Mapping[str, Lane],
        routes: Sequence[Route],
        bodies: Bodies,
        spool: Spool,
        warm_up: Callable[[], None],
    ) -> None:
        self.application, self.warm_up = application, warm_up
        self.lanes, self.routes = lanes, routes
        self.bodies, self.spool, self.clients = bodies, spool, Clients()

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Called once in each process, before its first request."""
        allow_many_descriptors()
        StalledConnections().start()
        crowding.watch()
        self.warming = loop.create_task(self.lanes["default"].run("", self.warm_up))

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        environ = environ_of(scope)
        route = self._route(environ)
        try:
            lane = self.lanes[route.lane if route else "default"]
            if route is not None and route.takes_file:
                await self._take_file(lane, environ, protocol, keeps_part=route.keeps_part)
            elif declared_length(environ) == 0:
                environ["wsgi.input"] = io.BytesIO()
                await self._answer(lane, environ, protocol)
            else:
                async with self.bodies.received(protocol, environ, self.clients.of(environ).name) as body:
                    environ["wsgi.input"] = io.BytesIO(body)
                    await self._answer(lane, environ, protocol)
        except Refused as refused:
            send(protocol, environ, refusal_of(environ, refused.code, refused.detail, refused.retry_after))

    async def _take_file(self, lane: Lane, environ: Environ, protocol: HTTPProtocol, *, keeps_part: bool) -> None:
        """Asks Django whether the file may be sent before a byte of it is received, then lets it read what came."""
        left: dict[str, object] = {}
        announced = {**environ, "wsgi.input": io.BytesIO(), ANNOUNCED: left}
        if await self._answer(lane, announced, protocol) != CONTINUE:
            return
        client = self.clients.of(environ).name
        async with self.spool.received(protocol, environ, client, keeps_part=keeps_part) as file:
            await self._answer(lane, {**environ, "wsgi.input": file, ADMITTED: left}, protocol)

    async def _answer(self, lane: Lane, environ: Environ, protocol: HTTPProtocol) -> int:
        """Sends Django's answer unless it is to go on; the status."""

        def work() -> int:
            with answering(self.application, environ) as answer:
                if answer.status != CONTINUE:
                    send(protocol, environ, answer)
            return answer.status

        client = self.clients.of(environ)
        return await lane.run(client.name, work, member=client.member)

    def _route(self, environ: Environ) -> Route | None:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        return next((one for one in self.routes if one.method == method and one.path.fullmatch(path)), None)
