"""Name a training run by everything that decides what it makes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from importlib.metadata import version

from features.catalogue import Catalogue
from features.snapshot import Snapshot
from training.settings import TrainSettings

_WATCH = "watch.yaml"  # what is watched changes no bundle
# Changes when the same inputs would give another bundle.
_FORMAT = 5


def run_name(catalogue: Catalogue, snapshot: Snapshot, settings: TrainSettings) -> str:
    """Hash of all that decides what a run makes, hex."""
    digest = hashlib.sha256()
    for text in (
        str(_FORMAT),
        version("xinheng"),
        version("lightgbm"),
        snapshot.name,
        catalogue.fingerprint,
        repr((catalogue.jurisdiction.segments, catalogue.jurisdiction.draws)),
        json.dumps(asdict(settings), sort_keys=True),
    ):
        digest.update(f"{text}\n".encode())
    for path in sorted(catalogue.policy_folder.glob("*.yaml")):
        if path.name == _WATCH:
            continue
        digest.update(f"{path.name}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
