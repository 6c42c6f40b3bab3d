#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes what the tests of maps compare with, by the reference implementations: tests/data/maps/*.npz.

Needs numpy, scipy, scikit-learn and openTSNE; made with scikit-learn 1.9.1 and openTSNE 1.0.4 (versions are printed).
Signs of principal components: the entry that is largest in size is positive.
"""
from pathlib import Path

import numpy as np
import openTSNE
import sklearn
from openTSNE.affinity import PerplexityBasedNN
from scipy.linalg import orthogonal_procrustes
from scipy.optimize import brentq
from scipy.spatial import procrustes
from scipy.spatial.distance import cdist, pdist
from scipy.stats import pearsonr, spearmanr
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness

OUT = Path(__file__).resolve().parent.parent / "data" / "maps"


def blobs(rng, count, dimensions, centres):
    places = rng.normal(size=(centres, dimensions)) * 4
    return (places[rng.integers(centres, size=count)] + rng.normal(size=(count, dimensions)) *
            np.linspace(2, 0.5, dimensions)).astype(np.float32)


def pca(points):
    fit = PCA(2, svd_solver="full").fit(points.astype(np.float64))
    signs = np.sign(fit.components_[np.arange(2), np.abs(fit.components_).argmax(1)])
    return fit.transform(points.astype(np.float64)) * signs, fit.explained_variance_, 1 - fit.explained_variance_ratio_.sum()


def sigmas(distances, perplexity):
    """The width of the Gaussian around each point whose entropy is the logarithm of the perplexity."""
    def entropy(log_beta, squares):
        p = np.exp(-np.exp(log_beta) * (squares - squares.min()))
        p /= p.sum()
        return -(p * np.log(np.maximum(p, 1e-300))).sum() - np.log(perplexity)
    return np.array([np.sqrt(0.5 / np.exp(brentq(entropy, -30, 30, args=(row.astype(np.float64) ** 2,), xtol=1e-14)))
                     for row in distances])


def aligned(reference, map_):
    """What is left of a map when it is laid on another, without and with scaling: positions, disparities."""
    shift, spread = reference.mean(0), np.square(reference - reference.mean(0)).sum()
    centred = map_ - map_.mean(0)
    rigid = centred @ orthogonal_procrustes(centred, reference - shift)[0] + shift
    _, scaled, disparity = procrustes(reference, map_)
    return {"positions": np.hstack([rigid, scaled * np.sqrt(spread) + shift]),
            "disparity": np.array([np.square(rigid - reference).sum() / spread, disparity])}


def align():
    """Two maps, one turned and grown, the other mirrored besides, both with some noise."""
    rng = np.random.default_rng(7)
    reference = (rng.normal(size=(60, 2)) * [3, 1] + [5, -2]).astype(np.float32)
    turn = np.array([[np.cos(2), -np.sin(2)], [np.sin(2), np.cos(2)]])
    for name, matrix in (("turned", turn), ("mirrored", turn * [1, -1])):
        map_ = (1.7 * reference @ matrix + [-4, 9] + 0.3 * rng.normal(size=(60, 2))).astype(np.float32)
        result = aligned(reference.astype(np.float64), map_.astype(np.float64))
        np.savez_compressed(OUT / f"{name}.npz", reference=reference, map=map_,
                            **{key: value.astype(np.float32) for key, value in result.items()})


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(20261121)

    points = blobs(rng, 240, 12, 5)
    projections, variances, left_out = pca(points)
    distances = cdist(points.astype(np.float64), points.astype(np.float64))
    np.fill_diagonal(distances, np.inf)
    k = 30
    index = np.argsort(distances, 1, kind="stable")[:, :k]
    near = np.take_along_axis(distances, index, 1)
    affinities = PerplexityBasedNN(points, perplexity=k / 3, method="exact", n_jobs=1)
    joint = np.asarray(affinities.P.todense())

    # Loss and gradient of a map, without approximation.
    y = (projections / projections[:, 0].std() * 3).astype(np.float32).astype(np.float64)
    q = 1 / (1 + cdist(y, y, "sqeuclidean"))
    np.fill_diagonal(q, 0)
    loss = (joint[joint > 0] * np.log(joint[joint > 0] / (q / q.sum())[joint > 0])).sum()
    force = (joint - q / q.sum()) * q
    gradient = force.sum(1, keepdims=True) * y - force @ y

    flat = y.astype(np.float32)
    far = pdist(points.astype(np.float64))
    on_map = pdist(flat.astype(np.float64))
    map_distances = cdist(flat.astype(np.float64), flat.astype(np.float64))
    np.fill_diagonal(map_distances, np.inf)
    on_map_index = np.argsort(map_distances, 1, kind="stable")[:, :10]
    recall = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(index[:, :10], on_map_index)])
    np.savez_compressed(
        OUT / "blobs.npz", points=points, projections=projections, variances=variances, left_out=np.array([left_out]),
        neighbours=index.astype(np.uint8), distances=near.astype(np.float32), sigmas=sigmas(near, k / 3),
        joint=joint.astype(np.float32), map=flat, loss=np.array([loss]), gradient=gradient,
        quality=np.array([recall, trustworthiness(points, flat, n_neighbors=10), trustworthiness(flat, points, n_neighbors=10),
                          spearmanr(far, on_map)[0], pearsonr(far, on_map)[0]]))

    wide = blobs(rng, 50, 400, 4)
    projections, variances, left_out = pca(wide)
    np.savez_compressed(OUT / "wide.npz", points=wide, projections=projections, variances=variances,
                        left_out=np.array([left_out]))
    align()
    print("scikit-learn", sklearn.__version__, "openTSNE", openTSNE.__version__)


if __name__ == "__main__":
    main()
