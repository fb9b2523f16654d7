"""Authors and dates in the first and last lines of texts, and lines that resemble them."""

import pytest

from cleaner.metadata.text_bylines import text_bylines

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
        ("863 100 habitants au 1er janvier 2020", None),
        ("De 6 a 12 de maio de 2019", None),
        ("— Bo Li (@boli) March 3, 2020", None),
        ("2 ноября 2018 рыбаки покинули старый причал, сообщили в порту.", None),
    ],
)
def test_dates(line: str, day: str | None) -> None:
    assert found(f"{line}\n{BODY}", day_first=True).get("date_published") == day
