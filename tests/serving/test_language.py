import pytest

from serving.language import choose


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "zh"),
        ("", "zh"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("de, en;q=0.5", "en"),
        ("en;q=0, zh;q=0.1", "zh"),
        ("en;q=nonsense", "zh"),
        ("*, en;q=0.9", "zh"),
        ("EN", "en"),
    ],
)
def test_the_preferred_language_wins_and_the_default_stands_in(
    header: str | None, language: str
) -> None:
    assert choose(header, "zh") == language
