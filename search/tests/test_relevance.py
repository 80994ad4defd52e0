"""What is found first. A small world, and a table of queries with the rows that must come first, in order."""

import pytest

from accounts.models import User
from search.people.actions import index_person
from tests.support import factories

pytestmark = pytest.mark.django_db

# key: (author, caption, what else)
POSTS = {
    "brulee": ("alice", "Crème brûlée for two", {"place": "Café de l'Été"}),
    "istanbul": ("deniz", "İstanbul'da ışık #Boğaziçi", {"place": "Galata"}),
    "isparta": ("deniz", "Isparta gülleri ve ılık rüzgâr", {}),
    "strasse": ("alice", "Die Straße am Morgen", {"place": "Köln"}),
    "lodz": ("alice", "Łódź, ulica Piotrkowska", {}),
    "smor": ("alice", "Smørrebrød på Ærø", {}),
    "tokyo": ("yuki", "東京タワーの夜景 #夜景", {"place": "東京都港区"}),
    "kyoto": ("yuki", "京都の秋", {"tags": ["紅葉"]}),
    "ramen": ("yuki", "ﾗｰﾒﾝを食べた 🍜", {}),
    "beijing": ("mei", "北京的冬天很冷", {"place": "颐和园"}),
    "shanghai": ("mei", "上海外滩的夜景真美", {}),
    "seoul": ("mei", "서울에서 본 야경", {"tags": ["서울여행"]}),
    "bangkok": ("mei", "สวัสดีกรุงเทพ", {}),
    "library": ("omar", "مَكْتَبَةُ الإسكندريّة", {}),
    "book": ("omar", "أحب الكتـــاب", {"tags": ["كتاب"]}),
    "shalom": ("noa", "שָׁלוֹם מִירוּשָׁלַיִם", {}),
    "hindi": ("priya", "हिन्दी की किताब", {"place": "दिल्ली"}),
    "kitab": ("priya", "कतब", {}),
    "farmer": ("alice", "Harvest 👩🏽‍🌾", {}),
    "thumb": ("alice", "Done 👍🏿", {}),
    "flag": ("deniz", "Home 🇹🇷", {}),
    "heart": ("alice", "Love ❤️ always", {}),
    "tagged_lake": ("alice", "An evening", {"tags": ["lake"]}),
    "lake": ("alice", "The quiet lake at dawn", {}),
    "lake_place": ("bob", "A walk", {"place": "Lake Bled"}),
    "lake_alt": ("bob", "Still life", {"alt": "a lake behind the window"}),
    "lakes": ("bob", "lakes everywhere", {}),
    "dawn_quiet": ("bob", "At dawn the harbour is quiet", {}),
    "golden": ("alice", "golden_hour at home", {"tags": ["GoldenHour"]}),
    "new_york": ("bob", "New York in the rain", {}),
    "york_new": ("bob", "York has a new bridge", {}),
    "well_known": ("bob", "A well-known view, don't miss it", {}),
    "moscow": ("ivan", "Ёлка в Москве", {}),
    "athens": ("ivan", "Η Αθήνα το πρωί", {}),
    "numbers": ("omar", "عام ٢٠٢٦", {}),
}

# (type, query, the first results in order; [] for none at all)
TABLE = [
    ("posts", "creme brulee", ["brulee"]),
    ("posts", "CRÈME BRÛLÉE", ["brulee"]),
    ("posts", "cre\u0300me", ["brulee"]),
    ("posts", "cafe ete", ["brulee"]),
    ("posts", "istanbul", ["istanbul"]),
    ("posts", "ISTANBUL", ["istanbul"]),
    ("posts", "İSTANBUL", ["istanbul"]),
    ("posts", "ıstanbul", ["istanbul"]),
    ("posts", "isik", ["istanbul"]),
    ("posts", "IŞIK", ["istanbul"]),
    ("posts", "ısparta ilik", ["isparta"]),
    ("posts", "#bogazici", ["istanbul"]),
    ("posts", "strasse", ["strasse"]),
    ("posts", "STRASSE koln", ["strasse"]),
    ("posts", "lodz", ["lodz"]),
    ("posts", "smorrebrod aero", ["smor"]),
    ("posts", "東京", ["tokyo"]),
    ("posts", "京都", ["kyoto", "tokyo"]),  # 東京都 holds the pair, too
    ("posts", "夜景", ["tokyo", "shanghai"]),
    ("posts", "ﾀﾜｰ", ["tokyo"]),
    ("posts", "ラーメン", ["ramen"]),
    ("posts", "秋", ["kyoto"]),
    ("posts", "#紅葉", ["kyoto"]),
    ("posts", "北京", ["beijing"]),
    ("posts", "冬天 颐和园", ["beijing"]),
    ("posts", "京北", []),
    ("posts", "夜景 -上海", ["tokyo"]),
    ("posts", "서울", ["seoul"]),
    ("posts", "야경", ["seoul"]),
    ("posts", "กรุงเทพ", ["bangkok"]),
    ("posts", "مكتبة", ["library"]),
    ("posts", "الاسكندرية", ["library"]),
    ("posts", "الكتاب", ["book"]),
    ("posts", "#كِتاب", ["book"]),
    ("posts", "2026", ["numbers"]),
    ("posts", "שלום", ["shalom"]),
    ("posts", "ירושלים -שלום", []),
    ("posts", "किताब", ["hindi"]),
    ("posts", "कतब", ["kitab"]),
    ("posts", "दिल्ली", ["hindi"]),
    ("posts", "👩‍🌾", ["farmer"]),
    ("posts", "👍", ["thumb"]),
    ("posts", "👍🏻", ["thumb"]),
    ("posts", "🇹🇷", ["flag"]),
    ("posts", "🇩🇪", []),
    ("posts", "❤", ["heart"]),
    ("posts", "🍜", ["ramen"]),
    ("posts", "lake", ["tagged_lake", "lake", "lake_place", "lake_alt", "lakes"]),
    ("posts", "lake -quiet", ["tagged_lake", "lake_place", "lake_alt"]),
    ("posts", "author:bob lake", ["lake_place", "lake_alt", "lakes"]),
    ("posts", "lake -author:bob", ["tagged_lake", "lake"]),
    ("posts", "tag:lake", ["tagged_lake"]),
    ("posts", "tag:Lake -author:alice", []),
    ("posts", "lak", ["tagged_lake", "lakes", "lake", "lake_place", "lake_alt"]),
    ("posts", '"quiet lake"', ["lake"]),
    ("posts", '"lake quiet"', []),
    ("posts", "dawn quiet", ["lake", "dawn_quiet"]),
    ("posts", '"at dawn" -lake', ["dawn_quiet"]),
    ("posts", "golden hour", ["golden"]),
    ("posts", "goldenhour", ["golden"]),
    ("posts", '"new york"', ["new_york"]),
    ("posts", '-"new york" york', ["york_new"]),
    ("posts", "well known", ["well_known"]),
    ("posts", "don’t", ["well_known"]),
    ("posts", "елка", ["moscow"]),
    ("posts", "αθηνα", ["athens"]),
    ("posts", "author:yuki 京都 -#夜景", ["kyoto"]),
]

# username: name
PEOPLE = {
    "jose.garcia": "José García",
    "ilkay": "İlkay Işık",
    "bjork_": "Björk Ærø",
    "maria": "María López",
    "mariana": "Mariana",
    "kowalska": "Łucja Kowalska",
    "tanaka.ken": "田中 健",
}
USERS = [
    ("users", "jose", ["jose.garcia"]),
    ("users", "García", ["jose.garcia"]),
    ("users", "garsia", ["jose.garcia"]),
    ("users", "ILKAY", ["ilkay"]),
    ("users", "isik", ["ilkay"]),
    ("users", "bjork", ["bjork_"]),
    ("users", "maria", ["maria", "mariana"]),
    ("users", "mariaan", ["mariana"]),
    ("users", "lucja", ["kowalska"]),
    ("users", "kowlaska", ["kowalska"]),
    ("users", "田中", ["tanaka.ken"]),
    ("users", "nobodyhere", []),
]


@pytest.fixture
def corpus(alice, bob, said):
    for username, name in PEOPLE.items():
        index_person(user_id=factories.person(username, name=name).pk)
    people = {name: User.objects.filter(username=name).first() or factories.person(name)
              for name, _, _ in POSTS.values()}  # fmt: skip
    made = [(key, said(people[name], caption, **more)) for key, (name, caption, more) in POSTS.items()]
    return {post.pk: key for key, post in reversed(made)}


def test_the_expected_rows_come_first(corpus, charlie, search):
    """One test for the whole table: the corpus is made once, and a failure names every row that is wrong."""
    wrong = []
    for kind, query, expected in [*TABLE, *USERS]:
        rows = search(charlie, query, type=kind)["results"]
        names = [row["username"] if kind == "users" else corpus[int(row["id"])] for row in rows]
        if names[: max(1, len(expected))] != expected:
            wrong.append(f"{kind} {query!r}: {names} instead of {expected}")
    assert not wrong, "\n".join(wrong)
    assert len(TABLE) >= 40
