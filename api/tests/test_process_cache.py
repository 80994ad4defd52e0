"""What a process keeps of cards."""

from concurrent.futures import ThreadPoolExecutor

from api.process_cache import MAX_LOOKS, Entry, ProcessCache, pack, unpack


def card(number: int = 0) -> Entry:
    return Entry(pack(b"%d" % number * 100), "o1", [b"a" * 500, b"b" * 500])


def cache_for(cards: int) -> ProcessCache[int]:
    return ProcessCache(cards * card().size)


def test_a_card_is_unpacked_as_it_was():
    assert unpack(card(7).packed) == b"7" * 100


def test_it_stays_within_its_bound_and_counts_what_it_holds():
    cache = cache_for(10)
    for number in range(1000):
        cache.put(number, card())
        held = [entry for key in range(1000) if (entry := cache.get(key)) is not None]
        assert cache.bytes == sum(entry.size for entry in held) <= cache.max_bytes
    assert len(held) == 10


def test_a_card_made_anew_takes_the_place_of_the_old_one():
    cache = cache_for(10)
    for _ in range(50):
        cache.put(1, card())
    assert cache.bytes == card().size


def test_what_is_asked_for_stays():
    cache = cache_for(MAX_LOOKS)
    for number in range(5):
        cache.put(number, card())
    for number in range(5, 500):
        for wanted in range(5):
            assert cache.get(wanted) is not None, number
        cache.put(number, card())
    assert cache.get(6) is None


def test_a_card_made_anew_is_still_known_as_asked_for():
    cache = cache_for(4)
    for number in range(4):
        cache.put(number, card())
    cache.get(0)
    cache.put(0, card())
    cache.put(4, card())
    assert cache.get(0) is not None
    assert cache.get(1) is None


def test_there_is_room_when_all_are_asked_for():
    cache = cache_for(100)
    for number in range(1000):
        cache.put(number, card())
        cache.get(number)
    assert cache.bytes <= cache.max_bytes
    assert cache.get(999) is not None


def test_what_is_larger_than_the_cache_is_not_kept():
    cache = ProcessCache[int](card().size - 1)
    cache.put(1, card())
    assert cache.get(1) is None
    assert cache.bytes == 0


def test_threads_may_come_at_once():
    cache = cache_for(50)

    def work(thread: int) -> None:
        for number in range(2000):
            cache.put((thread * 7 + number) % 300, card())
            cache.get(number % 300)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(8)))
    held = [entry for key in range(300) if (entry := cache.get(key)) is not None]
    assert cache.bytes == sum(entry.size for entry in held) <= cache.max_bytes
