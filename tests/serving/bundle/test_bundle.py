from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from serving import canonical
from serving.bundle.folder import Parts, load_bundle, write_bundle
from serving.bundle.sealing import MANIFEST, MOST_FILES, SIGNATURE, Signature
from serving.bundle.signing import public_hex
from serving.errors import BundleRefused
from serving.manifest import Calibration, LevelCuts, Manifest, TierCuts
from tests.serving import bundles

FILES = (
    MANIFEST,
    SIGNATURE,
    "models/credit.txt",
    "models/complaint.txt",
    "reasons.json",
    "policy.json",
    "reference.npy",
    "golden.json",
)
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(32))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bundles.write(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    return bundles.parts(tmp_path_factory.mktemp("parts"))


@pytest.fixture(scope="module")
def pristine(written: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy that each test leaves as it found it."""
    return Path(shutil.copytree(written, tmp_path_factory.mktemp("pristine") / written.name))


@pytest.fixture
def copy(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / written.name))


def refusal_of(folder: Path) -> str:
    with pytest.raises(BundleRefused) as error:
        load_bundle(folder, bundles.TRUSTED)
    return str(error.value)


def resign(folder: Path, change: Callable[[Manifest], Manifest]) -> None:
    """Let the trusted key sign a changed manifest, with the hashes as they now are."""
    manifest = canonical.decode(Manifest, (folder / MANIFEST).read_bytes(), MANIFEST)
    files = {name: canonical.sha256((folder / name).read_bytes()) for name in manifest.files}
    content = canonical.encode(change(replace(manifest, files=files)))
    (folder / MANIFEST).write_bytes(content)
    signature = Signature("ed25519", public_hex(bundles.KEY), bundles.KEY.sign(content).hex())
    (folder / SIGNATURE).write_bytes(canonical.encode(signature))


# What holds


def test_a_bundle_is_named_by_the_hash_of_its_manifest(written: Path) -> None:
    name = canonical.sha256((written / MANIFEST).read_bytes())
    assert written.name == name
    assert load_bundle(written, bundles.TRUSTED).name == name


def test_a_bundle_holds_exactly_its_files(written: Path) -> None:
    found = {str(path.relative_to(written)) for path in written.rglob("*") if path.is_file()}
    assert found == set(FILES)


def test_the_same_parts_give_the_same_bundle(written: Path, tmp_path: Path, parts: Parts) -> None:
    again = tmp_path / write_bundle(tmp_path, parts, bundles.KEY)
    assert again.name == written.name
    for name in FILES:
        assert (again / name).read_bytes() == (written / name).read_bytes()


def test_writing_twice_keeps_the_first_and_leaves_nothing_beside_it(
    tmp_path: Path, parts: Parts
) -> None:
    name = write_bundle(tmp_path, parts, bundles.KEY)
    assert write_bundle(tmp_path, parts, bundles.KEY) == name
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_any_of_the_trusted_keys_may_have_signed(written: Path) -> None:
    load_bundle(written, [public_hex(STRANGER), *bundles.TRUSTED])


def test_a_bundle_without_reference_sets_loads(tmp_path: Path, parts: Parts) -> None:
    name = write_bundle(tmp_path, replace(parts, reference={}), bundles.KEY)
    assert load_bundle(tmp_path / name, bundles.TRUSTED).manifest.references == ()


# What is tampered with


@pytest.mark.parametrize("name", FILES)
def test_a_flipped_byte_in_any_file_is_refused(copy: Path, name: str) -> None:
    content = bytearray((copy / name).read_bytes())
    middle = len(content) // 2
    content[middle] ^= 1
    (copy / name).write_bytes(bytes(content))
    told = refusal_of(copy)
    assert name in told or name == SIGNATURE  # a changed signature may speak of the manifest


@settings(max_examples=200, deadline=None)
@given(name=st.sampled_from(FILES), place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_one_flipped_bit_anywhere_is_refused(
    pristine: Path, name: str, place: float, bit: int
) -> None:
    path = pristine / name
    content = path.read_bytes()
    flipped = bytearray(content)
    flipped[int(place * len(content))] ^= 1 << bit
    path.write_bytes(bytes(flipped))
    try:
        refusal_of(pristine)
    finally:
        path.write_bytes(content)


@pytest.mark.parametrize("name", FILES)
def test_a_truncated_file_is_refused(copy: Path, name: str) -> None:
    content = (copy / name).read_bytes()
    (copy / name).write_bytes(content[:-1])
    assert name in refusal_of(copy)


@pytest.mark.parametrize("name", FILES)
def test_an_emptied_file_is_refused(copy: Path, name: str) -> None:
    (copy / name).write_bytes(b"")
    assert name in refusal_of(copy)


@pytest.mark.parametrize("name", FILES)
def test_a_removed_file_is_refused(copy: Path, name: str) -> None:
    (copy / name).unlink()
    assert f"missing file in {name}" in refusal_of(copy)


@pytest.mark.parametrize("name", ["more.txt", "models/more.txt", ".hidden", "models/deep/more.txt"])
def test_an_added_file_is_refused(copy: Path, name: str) -> None:
    (copy / name).parent.mkdir(exist_ok=True)
    (copy / name).write_bytes(b"")
    told = refusal_of(copy)
    assert f"extra file in {name}" in told or "unusable entry in models/deep" in told


def test_an_added_empty_folder_is_refused(copy: Path) -> None:
    (copy / "models" / "more").mkdir()
    assert "unusable entry in models/more" in refusal_of(copy)


@pytest.mark.parametrize("name", FILES)
def test_a_symlink_in_place_of_a_file_is_refused(copy: Path, written: Path, name: str) -> None:
    (copy / name).unlink()
    (copy / name).symlink_to(written / name)
    assert f"unusable entry in {name}" in refusal_of(copy)


def test_a_symlinked_folder_is_refused(copy: Path, written: Path) -> None:
    shutil.rmtree(copy / "models")
    (copy / "models").symlink_to(written / "models")
    assert "unusable entry in models" in refusal_of(copy)


def test_a_pipe_in_place_of_a_file_is_refused(copy: Path) -> None:
    (copy / "policy.json").unlink()
    os.mkfifo(copy / "policy.json")
    assert "unusable entry in policy.json" in refusal_of(copy)


def test_too_many_files_are_refused_before_they_are_read(copy: Path) -> None:
    for number in range(MOST_FILES):
        (copy / f"{number}.txt").write_bytes(b"")
    assert "too many files" in refusal_of(copy)


def test_a_file_beyond_the_bound_is_refused(copy: Path) -> None:
    with (copy / SIGNATURE).open("ab") as file:
        file.write(b" " * 5000)
    assert f"too large a file in {SIGNATURE}" in refusal_of(copy)


def test_an_edited_manifest_is_refused(copy: Path) -> None:
    text = (copy / MANIFEST).read_bytes()
    (copy / MANIFEST).write_bytes(
        text.replace(b'"trained_as_of":"2024-04-30"', b'"trained_as_of":"2024-05-30"')
    )
    assert "false signature in manifest.json" in refusal_of(copy)


def test_a_signature_by_another_key_is_refused(copy: Path) -> None:
    manifest = (copy / MANIFEST).read_bytes()
    theirs = Signature("ed25519", public_hex(STRANGER), STRANGER.sign(manifest).hex())
    (copy / SIGNATURE).write_bytes(canonical.encode(theirs))
    assert "unknown signer" in refusal_of(copy)


def test_another_keys_signature_under_the_trusted_name_is_refused(copy: Path) -> None:
    manifest = (copy / MANIFEST).read_bytes()
    forged = Signature("ed25519", public_hex(bundles.KEY), STRANGER.sign(manifest).hex())
    (copy / SIGNATURE).write_bytes(canonical.encode(forged))
    assert "false signature in manifest.json" in refusal_of(copy)


def test_an_unknown_algorithm_is_refused(copy: Path) -> None:
    manifest = (copy / MANIFEST).read_bytes()
    other = Signature("none", public_hex(bundles.KEY), bundles.KEY.sign(manifest).hex())
    (copy / SIGNATURE).write_bytes(canonical.encode(other))
    assert "unknown algorithm" in refusal_of(copy)


def test_without_any_trusted_key_nothing_loads(written: Path) -> None:
    with pytest.raises(BundleRefused, match="unknown signer"):
        load_bundle(written, ())


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "no bundle in nowhere" in refusal_of(tmp_path / "nowhere")


# What is signed and yet makes no sense


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda m: replace(m, format=9), "another format in manifest.json: expected format 3, got"),
        (lambda m: replace(m, tiers=TierCuts(5000, 6000, 4000)), "disordered cut-offs"),
        (lambda m: replace(m, tiers=TierCuts(11_000, 6000, 4000)), "disordered cut-offs"),
        (lambda m: replace(m, score=replace(m.score, factor=1.0)), "contradictory scale"),
        (lambda m: replace(m, score=replace(m.score, pdo=0.0)), "unusable scale"),
        (lambda m: replace(m, features=m.features[::-1]), "other names in models/complaint.txt"),
        (lambda m: replace(m, features=m.features[:-1]), "odd size in reference.npy"),
        (lambda m: replace(m, features=()), "odd number of features"),
        (lambda m: replace(m, features=m.features[:1] * 2), "repeated feature"),
        (lambda m: replace(m, groups={}), "unknown group"),
        (lambda m: replace(m, departments={}), "unknown department"),
        (
            lambda m: replace(m, features=(replace(m.features[0], unit="oboli"), *m.features[1:])),
            "unknown unit",
        ),
        (
            lambda m: replace(m, features=(replace(m.features[0], reason="R1"), *m.features[1:])),
            "missing phrase",
        ),
        (lambda m: calibrated(m, (0.0, 0.0), (0.1, 0.2)), "disordered knots"),
        (lambda m: calibrated(m, (0.0, 1.0), (0.2, 0.1)), "falling calibration"),
        (lambda m: calibrated(m, (0.0, 1.0), (0.2, 1.1)), "no probability"),
        (lambda m: calibrated(m, (0.0, 1.0), (0.2,)), "uneven knots"),
        (lambda m: calibrated(m, (), ()), "uneven knots"),
        (
            lambda m: replace(m, warnings={"complaint": LevelCuts(0.1, 0.2, 0.3, 0.4)}),
            "disordered levels",
        ),
        (lambda m: replace(m, warnings={"arrears": LevelCuts(0.4, 0.3, 0.2, 0.1)}), "no model"),
        (lambda m: replace(m, models={"credit": m.models["credit"]}), "odd files"),
        (
            lambda m: replace(
                m, models={**m.models, "credit": replace(m.models["credit"], file="../x.txt")}
            ),
            "odd file",
        ),
        (lambda m: banded(m, certainty=1.0), "unusable certainty"),
        (lambda m: banded(m, lower=(0.0, 0.06)), "uneven band"),
        (lambda m: banded(m, lower=(-0.1, 0.06, 0.35, 0.9)), "band beside its curve"),
        (lambda m: banded(m, upper=(0.004, 0.1, 0.45, 1.01)), "band beside its curve"),
        (lambda m: banded(m, lower=(0.0, 0.09, 0.35, 0.9)), "band beside its curve"),
        (lambda m: banded(m, upper=(0.5, 0.1, 0.45, 0.99)), "falling band"),
        (lambda m: replace(m, references=()), "odd size in reference.npy"),
        (
            lambda m: replace(m, references=(replace(m.references[0], first=7),)),
            "odd reference rows",
        ),
        (
            lambda m: replace(m, references=(m.references[0], replace(m.references[1], tier="A"))),
            "repeated reference",
        ),
        (
            lambda m: replace(m, references=(replace(m.references[0], sector="Q"),)),
            "unknown sector",
        ),
        (
            lambda m: replace(m, references=(replace(m.references[0], sector="H"),)),
            "no reference for other sectors",
        ),
    ],
)
def test_a_signed_manifest_must_make_sense(
    copy: Path, change: Callable[[Manifest], Manifest], told: str
) -> None:
    resign(copy, change)
    assert told in refusal_of(copy)


def calibrated(
    manifest: Manifest, margin: tuple[float, ...], probability: tuple[float, ...]
) -> Manifest:
    credit = replace(manifest.models["credit"], calibration=Calibration(margin, probability))
    return replace(manifest, models={**manifest.models, "credit": credit})


def banded(manifest: Manifest, **changed: object) -> Manifest:
    calibration = manifest.models["credit"].calibration
    assert calibration.band is not None
    other = replace(calibration, band=replace(calibration.band, **changed))
    credit = replace(manifest.models["credit"], calibration=other)
    return replace(manifest, models={**manifest.models, "credit": credit})


def test_a_bundle_of_an_earlier_format_is_refused_with_what_to_do(copy: Path) -> None:
    resign(copy, lambda m: replace(m, format=2, code_version="0.0.9"))
    told = refusal_of(copy)
    assert "expected format 3, got format 2" in told
    assert "run `xinheng train`, then `xinheng score`" in told
    assert "read by the release that made it (0.0.9)" in told


def test_every_fault_of_a_manifest_is_told(copy: Path) -> None:
    resign(copy, lambda m: replace(m, groups={}, tiers=TierCuts(1, 2, 3)))
    told = refusal_of(copy)
    assert "unknown group" in told
    assert "disordered cut-offs" in told


def test_of_many_faults_the_first_ten_are_told(copy: Path) -> None:
    text = (copy / MANIFEST).read_bytes().replace(b'"unit":', b'"oboli":')
    text = text.replace(b'"direction":', b'"way":')
    (copy / MANIFEST).write_bytes(text)
    signature = Signature("ed25519", public_hex(bundles.KEY), bundles.KEY.sign(text).hex())
    (copy / SIGNATURE).write_bytes(canonical.encode(signature))
    told = refusal_of(copy)
    assert told.count("missing in manifest.json.features") == 10
    assert told.endswith("\nand 14 more")  # two words in ten features, one in four windows


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("models/credit.txt", "leaf_value=", "leaf_valu=", "malformed model text"),
        ("models/credit.txt", "num_leaves=", "num_leaves=9", "tree 0"),
        ("models/credit.txt", "max_feature_idx=9", "max_feature_idx=8", "feature_names"),
        ("policy.json", '"ratio":0.02', '"ratio":0.02,"more":1', "unknown word in policy.json"),
        ("policy.json", '"tier":"D"', '"tier":"E"', "policy.json"),
        ("reasons.json", "{value}", "{valeu}", "unknown slot"),
        ("golden.json", '"score":"', '"score":"1', "golden row 0"),
        ("golden.json", "指标 penalty_count_36m", "指标", "a difference in explanation"),
        ("models/credit.txt", "objective=binary", "objective=poisson", "other objective"),
    ],
)
def test_signed_contents_must_make_sense(
    copy: Path, name: str, old: str, new: str, told: str
) -> None:
    text = (copy / name).read_text(encoding="utf-8")
    assert old in text
    (copy / name).write_text(text.replace(old, new), encoding="utf-8")
    resign(copy, lambda m: m)
    assert told in refusal_of(copy)


def test_no_golden_rows_are_refused(copy: Path) -> None:
    (copy / "golden.json").write_bytes(b"[]")
    resign(copy, lambda m: m)
    assert "no golden rows" in refusal_of(copy)


def test_a_model_that_scores_otherwise_is_caught_by_the_golden_rows(copy: Path) -> None:
    path = copy / "models" / "credit.txt"
    text = path.read_text(encoding="utf-8")
    line = next(one for one in text.splitlines() if one.startswith("leaf_value="))
    mirrored = line.translate(str.maketrans("123456789", "987654321"))
    path.write_text(text.replace(line, mirrored), encoding="utf-8")
    resign(copy, lambda m: m)
    assert "other answer in golden row 0" in refusal_of(copy)


def test_an_infinite_reference_is_refused(tmp_path: Path, parts: Parts) -> None:
    rows = np.full((3, len(bundles.NAMES)), np.inf)
    with pytest.raises(BundleRefused, match=r"infinite numbers in reference\.npy"):
        write_bundle(tmp_path, replace(parts, reference={("A", None): rows}), bundles.KEY)


def test_a_bundle_that_would_not_load_is_not_written(tmp_path: Path, parts: Parts) -> None:
    with pytest.raises(BundleRefused):
        write_bundle(tmp_path, replace(parts, golden=[]), bundles.KEY)
    assert list(tmp_path.iterdir()) == []
