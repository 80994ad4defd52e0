"""What a web process does before its first request."""

import asyncio
import threading

from django.db import connection
from django.test.utils import CaptureQueriesContext

from api.server.application import Server
from api.server.bodies import Bodies
from api.server.lanes import Lane
from api.server.spool import Spool
from posts.cards import cards
from pystagram.preparation import warm_up
from tests.support import factories


def test_whoever_asks_first_meets_statements_that_are_prepared(transactional_db, alice, bob, client_for):
    post = factories.post(alice)
    connection.close()  # for what is prepared is so on one connection
    warm_up()
    with CaptureQueriesContext(connection) as asked:
        answer = client_for(bob).get("/v1/feed")
    assert [one["id"] for one in answer.json()["results"]] == [str(post.pk)]
    _who_is_calling, *reads = (one["sql"] for one in asked)
    assert [sql.split("_")[0] for sql in reads] == ["EXECUTE pystagram"] * 2
    assert cards.kept.bytes


def test_a_database_without_posts_or_tables_stops_no_process(db):
    warm_up()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE posts_post RENAME TO not_migrated_yet")
    warm_up()


def test_each_process_warms_up_in_the_thread_that_is_taken_first():
    threads: list[int] = []
    lane = Lane("request", 3, per_client=3)

    def note() -> None:
        threads.append(threading.get_ident())

    async def start() -> None:
        server = Server(lambda *_: [], {"default": lane}, [], Bodies(1), Spool(1, 1), note)
        server.__rsgi_init__(asyncio.get_running_loop())
        await server.warming
        await lane.run("anybody", note)

    asyncio.run(start())
    assert len(threads) == 2
    assert threads[0] == threads[1]
