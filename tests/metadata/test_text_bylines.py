"""Authors and dates in the first and last lines of texts, and lines that resemble them."""

import pytest

from cleaner.metadata.text_bylines import text_bylines, whole_bylines

BODY = (
    "The harbor opened again on Monday after three weeks, and the boats came in before noon. " * 3
)


def found(text: str, day_first: bool = False) -> dict[str, object]:
    values: dict[str, object] = {}
    for candidate in text_bylines(text, text, day_first):
        values.setdefault(candidate.field, candidate.value)
    return values


@pytest.mark.parametrize(
    ("text", "authors"),
    [
        (f"Por\nRita Modelo\n{BODY}", ("Rita Modelo",)),
        (f"{BODY}\nvon Klara Musterfrau\n{BODY}", ("Klara Musterfrau",)),
        (f"{BODY}\n{BODY}\nПо материалам порта / Подготовила: Анна Примерова", ("Анна Примерова",)),
        (f"{BODY}\n{BODY}\n이보기 인턴기자", ("이보기",)),
        (f"{BODY}\n{BODY}\npor Rita Modelo\npor Ana Exemplo", None),
        (f"{BODY}\n{BODY}\nAutor: Rita Modelo\nAutor: Ana Exemplo", None),
        (f"Par La Rédaction\n{BODY}", None),
        (f"Par Le Quai\n{BODY}", None),
        (f"记者观察\n{BODY}", None),
        (f"新华社记者 王小例 摄\n{BODY}", None),
        (f"石川県\n2020年10月12日\n{BODY}", None),
        (f"كتب وقراءات\n{BODY}", None),
    ],
)
def test_authors(text: str, authors: tuple[str, ...] | None) -> None:
    assert found(text).get("authors") == authors


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("14:54, 2 Ноябрь, 2018 Рыбаки покинули старый причал, сообщили в порту.", "2018-11-02"),
        ("03/04/2020", "2020-04-03"),
        ("開催日：2020年4月3日（金）", None),
        ("更新于：2020-04-03", None),
        ("863 100 habitants au 1er janvier 2020", None),
        ("De 6 a 12 de maio de 2019", None),
        ("— Bo Li (@boli) March 3, 2020", None),
        ("2 ноября 2018 рыбаки покинули старый причал, сообщили в порту.", None),
    ],
)
def test_dates(line: str, day: str | None) -> None:
    assert found(f"{line}\n{BODY}", day_first=True).get("date_published") == day


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("The Pier Opens\nBy Ann Smith, Staff Writer\nMay 3, 2020\n{body}", [1, 2]),
        ("Le quai rouvre\nPar\nAnne Exemple\n{body}", [1, 2]),
        ("Publié: 3 mai 2020\nLe quai rouvre\n{body}", [0]),
        ("{body}\nОтвечает глава порта.\nБеседовала: Анна Примерова\n{body}", [2]),
        ("码头开放\n本报记者 王小例 李样本\n{body}\n{body}", [1]),
        ("{body}\n{body}\n작성자: 이보기", [2]),
        ("Cheiul se redeschide\n🗓️ 3 mai 2020\n{body}", [1]),
        ("{body}\n{body}\nBy Ann Smith", []),  # no label at the end
        ("{body}\n" * 6 + "Text: Ann Smith\n{body}", []),  # names the author of what follows
        ("The Pier Opens\nBy Ann Smith. Photo: Bo Li\n{body}", []),
        ("The Pier Opens\nBy Ann Smith, who was born here\n{body}", []),
        ("By Design\nThe pier was built to last.\n{body}", []),
        ("Selected\nBy Ann Smith\n{body}\nMore\nBy Bo Li\n{body}", []),
        ("May 3, 2020:\n{body}", []),
        ("May 3, 2020\n{body}\nMay 4, 2020\n{body}\nMay 5, 2020\n{body}", []),
        ("May 3, 2020\nMay 10, 2020\n{body}", []),
        ("日程：2020年5月3日\n{body}", []),
        ("By Ann Smith", []),
    ],
)
def test_lines_that_are_only_a_byline(text: str, gone: list[int]) -> None:
    rows = text.replace("{body}", BODY).split("\n")
    assert [n for first, last in whole_bylines(rows) for n in range(first, last + 1)] == gone
