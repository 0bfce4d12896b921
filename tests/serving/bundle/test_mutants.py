"""No changed bundle is served, and none brings the process down."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from features.durable import pointed
from serving.store.scores import CURRENT
from tests.serving.bundles import TRUSTED
from tests.serving.town import Town

EACH = 300
# Opens the edition of every workspace named on its input; says which were opened.
_OPENER = """
import sys
from pathlib import Path
from features.catalogue import load_catalogue
from features.errors import XinhengError
from serving.answers.edition import open_edition
from serving.settings import Settings
from serving.store.scores import Scores

catalogue = load_catalogue(sys.argv[1])
for line in sys.stdin:
    home = Path(line.strip())
    settings = Settings(sys.argv[1], home, trusted_keys=tuple(sys.argv[2].split(",")))
    try:
        open_edition(settings, Scores.current(home), catalogue)
        print("served", flush=True)
    except XinhengError:
        print("refused", flush=True)
"""


def flipped(content: bytes, draw: random.Random) -> bytes:
    changed = bytearray(content)
    changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def cut(content: bytes, draw: random.Random) -> bytes:
    return content[: draw.randrange(len(content))]


def digit_edited(content: bytes, draw: random.Random) -> bytes:
    places = [place for place, byte in enumerate(content) if chr(byte).isdigit() and byte < 128]
    place = draw.choice(places)
    other = draw.choice([digit for digit in b"0123456789" if digit != content[place]])
    return content[:place] + bytes([other]) + content[place + 1 :]


@pytest.mark.slow
@pytest.mark.parametrize("change", [flipped, cut, digit_edited])
def test_three_hundred_changed_bundles_are_refused_by_one_process(
    the_town: Town, tmp_path: Path, change: Callable[[bytes, random.Random], bytes]
) -> None:
    draw = random.Random(change.__name__)
    home = tmp_path / "home"
    (home / "scores").mkdir(parents=True)
    name = pointed(the_town.home / "scores" / CURRENT)
    assert name is not None
    (home / "scores" / name).symlink_to(the_town.scores.folder)
    shutil.copy(the_town.home / "scores" / CURRENT, home / "scores")
    shutil.copytree(the_town.home / "bundles", home / "bundles")
    files = sorted(path for path in (home / "bundles").rglob("*") if path.is_file())
    files = [path for path in files if path.name != "CURRENT"]
    command = [sys.executable, "-c", _OPENER, str(the_town.catalogue.folder), ",".join(TRUSTED)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as opener:
        assert opener.stdin is not None
        assert opener.stdout is not None

        def opened() -> str:
            print(home, file=opener.stdin, flush=True)
            return opener.stdout.readline().strip()  # type: ignore[union-attr]  # as asserted

        assert opened() == "served"
        told = []
        for _ in range(EACH):
            path = draw.choice(files)
            whole = path.read_bytes()
            path.write_bytes(change(whole, draw))
            told.append(opened())
            path.write_bytes(whole)
        assert told == ["refused"] * EACH
        assert opened() == "served"
        opener.stdin.close()
        assert opener.wait() == 0
