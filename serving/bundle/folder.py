"""The one thing training hands to serving: a signed folder, whole or refused.

::

    manifest.json    what everything is, and the SHA-256 of every other file
    signature.json   Ed25519 over the manifest's bytes
    models/*.txt     LightGBM's text, one an outcome
    reasons.json     phrases in both languages
    policy.json      all rules, measures and notices, at all dates
    reference.npy    businesses just inside each better tier, by sector where enough are
    golden.json      inputs with known decisions, tried at every load
"""

from __future__ import annotations

import io
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from numpy.typing import NDArray

from features.contracts import Reason
from features.durable import building, publish
from features.errors import XinhengError, raise_all
from serving import canonical
from serving.bundle.checks import manifest_faults, phrase_faults
from serving.bundle.golden import GoldenInput, GoldenRow, answered, check_golden
from serving.bundle.sealing import MANIFEST, check_files, seal, unseal
from serving.bundle.signing import public_hex
from serving.decision.content import Bundle, ReferenceKey, assemble
from serving.errors import BundleRefused, refusal
from serving.manifest import FORMAT, Manifest, ReferenceRows
from serving.policy import Policy

__all__ = ["Bundle", "GoldenInput", "Parts", "load_bundle", "write_bundle"]

Rows = NDArray[np.float64]
_REASONS, _POLICY, _REFERENCE, _GOLDEN = (
    "reasons.json", "policy.json", "reference.npy", "golden.json",
)  # fmt: skip
_NPY_HEADER = 128  # bytes before the numbers of a two-dimensional array, in format 1.0


@dataclass(frozen=True)
class Parts:
    """What a bundle is made of.

    Parameters
    ----------
    manifest
        Complete but for `references` and `files`, which writing fills in.
    models
        Outcome → LightGBM model text.
    reasons, policy
        The catalogue's phrases; the policy as loaded.
    reference
        Tier and sector (None for all) → ``(n, n_features)`` rows of businesses just
        inside it, NaN missing. A tier with a sector's rows has those of all, too.
    golden
        At least one input; its decision is worked out and signed.
    """

    manifest: Manifest
    models: Mapping[str, str]
    reasons: tuple[Reason, ...]
    policy: Policy
    reference: Mapping[ReferenceKey, Rows]
    golden: Sequence[GoldenInput]


def write_bundle(folder: Path, parts: Parts, key: Ed25519PrivateKey) -> str:
    """Write a bundle to ``folder/<name>``, whole or not at all, and return its name.

    Raises
    ------
    BundleRefused
        The bundle would not load.
    """
    references, reference = _stack(parts.reference, len(parts.manifest.features))
    files = {
        **{spec.file: parts.models[name].encode() for name, spec in parts.manifest.models.items()},
        _REASONS: canonical.encode(parts.reasons),
        _POLICY: parts.policy.to_json(),
        _REFERENCE: _npy(reference),
    }
    # As it will be read back (600 is 600.0, keys are sorted), so that it decides alike.
    manifest = canonical.normal(Manifest, replace(parts.manifest, references=references, files={}))
    draft = _assembled("", manifest, files)
    files[_GOLDEN] = canonical.encode(answered(draft, parts.golden))
    hashes = {name: canonical.sha256(content) for name, content in files.items()}
    sealed = canonical.encode(replace(manifest, files=hashes))
    name = canonical.sha256(sealed)
    with building(folder) as built:
        seal(built, sealed, files, key)
        load_bundle(built, {public_hex(key)})
        publish(built, folder / name)
    return name


def load_bundle(folder: Path, trusted_keys: Collection[str]) -> Bundle:
    """The bundle in `folder`, once everything about it holds.

    In this order: plain files of bounded size; a trusted key's signature over the
    manifest; every hash, nothing extra, nothing missing; a manifest that makes
    sense; phrases and policy; the models; the golden rows.

    Parameters
    ----------
    trusted_keys
        Ed25519 public keys in hex.

    Raises
    ------
    BundleRefused
        Naming what failed. Nothing is loaded in part.
    """
    sealed = unseal(folder, trusted_keys)
    try:
        _check_format(sealed.manifest)
        manifest = canonical.decode(Manifest, sealed.manifest, MANIFEST)
        check_files(sealed, manifest.files)
        raise_all(BundleRefused, list(manifest_faults(manifest)))
        bundle = _assembled(sealed.name, manifest, sealed.files)
        golden = canonical.decode(tuple[GoldenRow, ...], sealed.files[_GOLDEN], _GOLDEN)
        check_golden(bundle, golden)
    except BundleRefused:
        raise
    except XinhengError as error:
        raise BundleRefused(str(error)) from error
    return bundle


def _assembled(name: str, manifest: Manifest, files: Mapping[str, bytes]) -> Bundle:
    reasons = canonical.decode(tuple[Reason, ...], files[_REASONS], _REASONS)
    raise_all(BundleRefused, list(phrase_faults(manifest, reasons)))
    return assemble(
        name,
        canonical.sha256(files[_POLICY]),
        manifest,
        texts={outcome: _text(spec.file, files) for outcome, spec in manifest.models.items()},
        reasons=reasons,
        policy=Policy.from_json(files[_POLICY]),
        reference=_read_npy(files[_REFERENCE], manifest),
    )


def _check_format(manifest: bytes) -> None:
    """Tell a bundle of another format from one that is malformed, before reading it."""
    try:
        document = json.loads(manifest)
    except ValueError:
        return  # told in full when it is read
    document = document if isinstance(document, dict) else {}
    found, maker = document.get("format"), document.get("code_version")
    if found != FORMAT:
        raise refusal(
            BundleRefused, "another format", MANIFEST, f"format {FORMAT}", f"format {found}",
            "run `xinheng train`, then `xinheng score`, to make one of this format; what was "
            f"decided with this one is read by the release that made it ({maker or 'unknown'})",
        )  # fmt: skip


def _text(name: str, files: Mapping[str, bytes]) -> str:
    try:
        return files[name].decode()
    except UnicodeDecodeError:
        raise _refuse("not text", name, "UTF-8", "other bytes") from None


def _stack(
    reference: Mapping[ReferenceKey, Rows], width: int
) -> tuple[tuple[ReferenceRows, ...], Rows]:
    ranges: list[ReferenceRows] = []
    blocks: list[Rows] = [np.empty((0, width))]
    first = 0
    for tier, sector in sorted(reference, key=lambda key: (key[0], key[1] or "")):
        rows = reference[tier, sector]
        ranges.append(ReferenceRows(tier, sector, first, len(rows)))
        blocks.append(rows)
        first += len(rows)
    return tuple(ranges), np.concatenate(blocks)


def _npy(rows: Rows) -> bytes:
    file = io.BytesIO()
    np.save(file, np.ascontiguousarray(rows, dtype="<f8"), allow_pickle=False)
    return file.getvalue()


def _read_npy(content: bytes, manifest: Manifest) -> Rows:
    """The reference rows, when the bytes are exactly those of an array of that shape."""
    wanted = (sum(one.count for one in manifest.references), len(manifest.features))
    size = _NPY_HEADER + 8 * wanted[0] * wanted[1]
    if len(content) != size:
        raise _refuse("odd size", _REFERENCE, f"{size} bytes", f"{len(content)}")
    if content[:_NPY_HEADER] != _npy(np.zeros(wanted))[:_NPY_HEADER]:
        raise _refuse("odd header", _REFERENCE, f"float64 of shape {wanted}", "another")
    rows = np.frombuffer(content, dtype="<f8", offset=_NPY_HEADER).reshape(wanted)
    if np.isinf(rows).any():
        raise _refuse("infinite numbers", _REFERENCE, "finite or missing ones", "infinity")
    return rows


def _refuse(what: str, where: str, expected: str, got: str) -> BundleRefused:
    return refusal(BundleRefused, what, where, expected, got, "train and sign the bundle anew")
