"""The bundle comes back as it was written, and says which file is wrong."""

import json
import shutil

import lightgbm
import numpy as np
import pytest

from leadgate.bundle.bundle import load_bundle, write_bundle
from leadgate.errors import BundleError
from leadgate.model import AdditiveMember, Blend, BoostedMember, Calibration, Model, Shape
from leadgate.policy import Policy


@pytest.fixture(scope="module")
def matrix():
    rng = np.random.default_rng(0)
    matrix = np.column_stack([rng.normal(size=300), rng.integers(0, 3, 300)])
    matrix[rng.random(matrix.shape) < 0.1] = np.nan
    return matrix


@pytest.fixture(scope="module")
def model(matrix):
    y = (np.nan_to_num(matrix[:, 0]) > 0).astype(float)
    data = lightgbm.Dataset(matrix, y, params={"verbosity": -1})
    params = {"objective": "binary", "num_leaves": 4, "verbosity": -1, "num_threads": 1}
    texts = [lightgbm.train(params, data, n).model_to_string() for n in (3, 6)]
    additive = AdditiveMember(
        [Shape([-1, 1], [-0.5, 0.5], 0.1), Shape.table([0.1, 0.2, 0.3, 0])], 0
    )
    members = [BoostedMember(texts[0]), additive, BoostedMember(texts[1])]
    return Model(Blend(members, [0.2, 0.5, 0.3], -0.1), Calibration(0.1, 0.9, np.eye(2) * 0.01))


def _write(path, model, matrix):
    return write_bundle(
        path,
        features={"names": ["age", "source"]},
        model=model,
        policy=Policy.learn(model.readiness(matrix), base_rate=0.4, leads_per_week=70.0, key="k"),
        meta={"horizon_days": 90.0, "created": "2026-01-02T03:04:05Z"},
        card="# A card\n",
        low=[-2.0, 0.0],
        high=[2.0, 2.0],
    )


@pytest.fixture(scope="module")
def written(tmp_path_factory, model, matrix):
    return _write(tmp_path_factory.mktemp("bundles") / "bundle", model, matrix)


@pytest.fixture
def copy(written, tmp_path):
    return shutil.copytree(written, tmp_path / "copy")


def _edit(path, change):
    """Change a JSON file and its checksum, as somebody who knows the format would."""
    import hashlib

    values = json.loads(path.read_text())
    change(values)
    path.write_text(json.dumps(values))
    manifest = json.loads((path.parent / "bundle.json").read_text())
    manifest["sha256"][path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    (path.parent / "bundle.json").write_text(json.dumps(manifest))


def test_loaded_model_predicts_the_same_to_the_last_bit(written, model, matrix):
    bundle = load_bundle(written)
    np.testing.assert_array_equal(bundle.model.readiness(matrix), model.readiness(matrix))
    np.testing.assert_array_equal(bundle.model.contributions(matrix), model.contributions(matrix))
    np.testing.assert_array_equal(bundle.model.interval(matrix), model.interval(matrix))


def test_loaded_facts_are_those_written(written, model, matrix):
    bundle = load_bundle(written)
    assert bundle.features == {"names": ["age", "source"]}
    assert bundle.policy == Policy.learn(
        model.readiness(matrix), base_rate=0.4, leads_per_week=70.0, key="k"
    )
    assert bundle.card == "# A card\n"
    assert bundle.meta["horizon_days"] == 90.0
    assert bundle.meta["format_version"] == 1
    assert bundle.meta["libraries"].keys() == {"python", "lightgbm", "numpy", "pandas"}


def test_files_are_text_and_the_same_on_a_second_run(written, model, matrix, tmp_path):
    again = _write(tmp_path / "again", model, matrix)
    names = sorted(p.name for p in written.iterdir())
    assert names == sorted(p.name for p in again.iterdir())
    assert {p.rsplit(".", 1)[1] for p in names} == {"json", "txt", "md"}
    for name in names:
        assert (written / name).read_bytes() == (again / name).read_bytes()


def test_golden_rows_lie_within_the_ranges_of_training(written):
    rows = np.array(json.loads((written / "golden.json").read_text())["rows"], dtype=float)
    assert np.nanmin(rows[:, 0]) >= -2
    assert np.nanmax(rows[:, 0]) <= 2
    assert set(rows[~np.isnan(rows[:, 1]), 1]) == {0.0, 1.0, 2.0}


def test_base_rate_bundle_needs_no_features(tmp_path):
    path = write_bundle(
        tmp_path / "b",
        features={"names": []},
        model=Model.base_rate(0.2),
        policy=Policy.learn([0.2], base_rate=0.2, signal=False),
        meta={},
        card="",
        low=[],
        high=[],
    )
    assert load_bundle(path).model.readiness(np.empty((1, 0))) == pytest.approx(0.2)


def test_writing_leaves_nothing_behind_where_a_directory_is_taken(written, model, matrix):
    with pytest.raises(BundleError, match=r"bundle: cannot be written .*does not exist yet"):
        _write(written, model, matrix)
    assert [p.name for p in written.parent.iterdir()] == [written.name]
    assert load_bundle(written).card


@pytest.mark.parametrize(
    "name",
    ["features.json", "linear.json", "booster_1.txt", "calibration.json", "policy.json", "card.md"],
)
def test_missing_and_changed_files_are_named(copy, name):
    (copy / name).write_text((copy / name).read_text() + " ")
    with pytest.raises(BundleError, match=f"{name} was changed after it was written"):
        load_bundle(copy)
    (copy / name).unlink()
    with pytest.raises(BundleError, match=f"{name} is missing"):
        load_bundle(copy)


def test_every_fault_is_named_together(copy):
    (copy / "card.md").unlink()
    (copy / "policy.json").write_text("{}")
    with pytest.raises(BundleError, match=r"card.md is missing; policy.json was changed"):
        load_bundle(copy)


def test_directory_without_a_manifest_is_no_model(tmp_path):
    with pytest.raises(BundleError, match=r"it has no bundle\.json"):
        load_bundle(tmp_path)


@pytest.mark.parametrize("text", ["", "[1]", "{", "\udcff"])
def test_unreadable_manifest_is_named(copy, text):
    (copy / "bundle.json").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(BundleError, match=r"bundle\.json: not (a )?JSON"):
        load_bundle(copy)


def test_other_format_says_what_to_do(copy):
    manifest = json.loads((copy / "bundle.json").read_text()) | {"format_version": 2}
    (copy / "bundle.json").write_text(json.dumps(manifest))
    with pytest.raises(BundleError, match=r"format version 2.* reads 1.*Train the model again"):
        load_bundle(copy)


@pytest.mark.parametrize("name", ["limits.json", "reference.json"])
def test_a_bundle_of_an_older_version_is_refused_with_what_it_lacks(copy, name):
    manifest = json.loads((copy / "bundle.json").read_text())
    del manifest["sha256"][name]
    (copy / "bundle.json").write_text(json.dumps(manifest))
    (copy / name).unlink()
    with pytest.raises(BundleError, match=f"lists no {name}, which this") as refusal:
        load_bundle(copy)
    assert "train the model again with this one" in refusal.value.hint


def test_a_path_without_a_bundle_is_told_from_one_without_a_directory(tmp_path):
    with pytest.raises(BundleError, match=r"it has no bundle\.json"):
        load_bundle(tmp_path)
    with pytest.raises(BundleError, match="there is no such directory"):
        load_bundle(tmp_path / "nosuch")


def test_checksums_must_cover_the_files(copy):
    manifest = json.loads((copy / "bundle.json").read_text())
    del manifest["sha256"]["booster_2.txt"]
    (copy / "bundle.json").write_text(json.dumps(manifest))
    with pytest.raises(BundleError, match=r"booster_2\.txt is not listed"):
        load_bundle(copy)


def test_paths_outside_the_directory_are_refused(copy):
    manifest = json.loads((copy / "bundle.json").read_text())
    manifest["sha256"]["../secret"] = "0"
    (copy / "bundle.json").write_text(json.dumps(manifest))
    with pytest.raises(BundleError, match="not the name of a file of a bundle"):
        load_bundle(copy)


@pytest.mark.parametrize(
    ("name", "change", "fault"),
    [
        ("linear.json", lambda v: v.clear(), "linear.json: not the part of a model"),
        ("linear.json", lambda v: v["members"][0]["shapes"].pop(), "golden.json"),
        ("calibration.json", lambda v: v.pop("blend"), "calibration.json: not the part"),
        ("calibration.json", lambda v: v["calibration"].update(slope=-1), "calibration.json: not"),
        ("calibration.json", lambda v: v["calibration"].update(slope=0.91), "does not reproduce"),
        ("policy.json", lambda v: v.pop("bands"), "policy.json: not the policy"),
        ("golden.json", lambda v: v.pop("rows"), "golden.json: not the golden rows"),
    ],
)
def test_well_summed_nonsense_is_refused_by_name(copy, name, change, fault):
    _edit(copy / name, change)
    with pytest.raises(BundleError, match=fault):
        load_bundle(copy)


def test_broken_booster_is_named(copy):
    import hashlib

    (copy / "booster_1.txt").write_text("no trees here")
    manifest = json.loads((copy / "bundle.json").read_text())
    manifest["sha256"]["booster_1.txt"] = hashlib.sha256(b"no trees here").hexdigest()
    (copy / "bundle.json").write_text(json.dumps(manifest))
    with pytest.raises(BundleError, match=r"booster_1\.txt: LightGBM cannot read it"):
        load_bundle(copy)
