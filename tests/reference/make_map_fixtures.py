#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes what the tests of maps compare with, by the reference implementations: tests/data/maps/*.npz.

Needs numpy, scipy, scikit-learn, openTSNE and umap-learn; made with scikit-learn 1.9.1, openTSNE 1.0.4 and umap-learn
0.5.12 (versions are printed).
Signs of principal components: the entry that is largest in size is positive.
"""
from pathlib import Path

import numpy as np
import openTSNE
import sklearn
from openTSNE.affinity import Multiscale, PerplexityBasedNN
from scipy.linalg import orthogonal_procrustes
from scipy.optimize import brentq
from scipy.sparse.linalg import eigsh
from scipy.spatial import procrustes
from scipy.sparse import coo_matrix
from scipy.spatial.distance import cdist, pdist
from scipy.stats import pearsonr, spearmanr
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness
from umap import umap_

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


def near(queries, points, k):
    """The k nearest, and how far they are; a point that is asked for itself comes first."""
    distances = cdist(queries.astype(np.float64), points.astype(np.float64))
    if queries is points:
        np.fill_diagonal(distances, -1)
    index = np.argsort(distances, 1, kind="stable")[:, :k]
    return index, np.maximum(np.take_along_axis(distances, index, 1), 0).astype(np.float32)


def fuzzy_set(points, k):
    index, distances = near(points, points, k)
    graph, sigmas, rhos = umap_.fuzzy_simplicial_set(points, k, None, "euclidean", knn_indices=index, knn_dists=distances)
    return graph, sigmas, rhos


def umap(rng):
    k = 15
    points = blobs(rng, 120, 6, 3)
    points[20:23] = points[20]    # some that are the same
    points[60:80] = points[60]    # more than are looked at
    graph, widths, rhos = fuzzy_set(points, k)
    classes = rng.integers(-1, 3, size=len(points)).astype(np.int32)
    supervised = {f"supervised_{weight}": umap_.discrete_metric_simplicial_set_intersection(
        graph.copy(), classes, far_dist=2.5 / (1 - weight) if weight < 1 else 1e12).toarray() for weight in (0.5, 1)}
    curves = [(spread, distance, *umap_.find_ab_params(spread, distance))
              for spread, distance in ((1, 0.1), (1, 0), (1, 0.5), (10, 0.1), (0.3, 0.05))]

    # New points: their connections to the old ones, and where they start on a map.
    map_ = rng.normal(size=(len(points), 2)).astype(np.float32)
    fresh = np.concatenate([blobs(rng, 10, 6, 3), points[20:21]])
    index, distances = near(fresh, points, k)
    fresh_widths, fresh_rhos = umap_.smooth_knn_dist(distances, float(k), local_connectivity=0.0)
    rows, columns, values, _ = umap_.compute_membership_strengths(
        index.astype(np.int32), distances, fresh_widths, fresh_rhos, bipartite=True)
    connections = coo_matrix((values, (rows, columns)), shape=(len(fresh), len(points))).tocsr()
    np.savez_compressed(OUT / "umap.npz", points=points, rhos=rhos, sigmas=widths, graph=graph.toarray(), classes=classes,
                        **supervised, curves=np.array(curves), map=map_, fresh=fresh, connections=connections.toarray(),
                        placed=umap_.init_graph_transform(connections, map_))

    # A bent strip: its graph is connected, and its smoothest vectors run along it.
    along = np.sort(rng.uniform(0, 5, size=300))
    strip = np.stack([np.cos(along) * along, np.sin(along) * along, rng.uniform(0, 1, size=300)], 1).astype(np.float32)
    graph = fuzzy_set(strip, k)[0].astype(np.float64)
    root = 1 / np.sqrt(np.asarray(graph.sum(0)).ravel())
    values, vectors = eigsh(graph.multiply(root).T.multiply(root).tocsc(), 3, which="LA", tol=1e-12)
    order = np.argsort(-values)[1:]
    vectors = vectors[:, order]
    vectors *= np.sign(vectors[np.abs(vectors).argmax(0), np.arange(2)])
    np.savez_compressed(OUT / "strip.npz", points=strip, eigenvalues=1 - values[order], vectors=vectors)


def place(points, joint_of, map_):
    """Affinities of several perplexities, and new points on a map that stays."""
    rng = np.random.default_rng(11)
    mixed = Multiscale(points, perplexities=[10, 30], method="exact", n_jobs=1)
    fresh = (points[rng.integers(len(points), size=9)] + rng.normal(size=(9, points.shape[1]))).astype(np.float32)
    # Where the middle of the map is not the origin, openTSNE moves it there first.
    middle = (map_.max(0) + map_.min(0)) / 2
    made = openTSNE.TSNEEmbedding(map_.astype(np.float64), joint_of, negative_gradient_method="bh", theta=0, n_jobs=1)
    start = made.prepare_partial(fresh, initialization="median", k=25, perplexity=5)
    placed = made.transform(fresh, perplexity=5)
    np.savez_compressed(OUT / "placed.npz", mixed=np.asarray(mixed.P.todense())[:40].astype(np.float32), fresh=fresh,
                        start=np.asarray(start).astype(np.float32),
                        placed=(np.asarray(placed) + middle).astype(np.float32),
                        projected=((fresh - points.astype(np.float64).mean(0)) @ pca_axes(points).T).astype(np.float32))


def pca_axes(points):
    axes = PCA(2, svd_solver="full").fit(points.astype(np.float64)).components_
    return axes * np.sign(axes[np.arange(2), np.abs(axes).argmax(1)])[:, None]


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

    place(points, affinities, flat)

    wide = blobs(rng, 50, 400, 4)
    projections, variances, left_out = pca(wide)
    np.savez_compressed(OUT / "wide.npz", points=wide, projections=projections, variances=variances,
                        left_out=np.array([left_out]))
    align()
    umap(np.random.default_rng(20261122))
    print("scikit-learn", sklearn.__version__, "openTSNE", openTSNE.__version__)


if __name__ == "__main__":
    main()
