"""Reading a body from granian, a chunk at a time."""

from collections.abc import AsyncIterator

from granian.rsgi import HTTPProtocol

from api.server.refusal import Refused

CUT_OFF = "The body could not be read to its end"


async def chunks_of(protocol: HTTPProtocol) -> AsyncIterator[bytes]:
    """The chunks of a body. A connection that breaks off is a `parse_error`.

    granian hands out one empty chunk at the end of a body, and another one before it where the connection broke off.
    """
    ends = 0
    async for chunk in protocol:
        if chunk:
            yield chunk
        else:
            ends += 1
    if ends > 1:
        raise Refused("parse_error", CUT_OFF)
