"""Raw maps, before pytorch-grad-cam's ReLU and scaling, of seeded activations and gradients."""

from types import SimpleNamespace

import cv2
import numpy as np
import pytorch_grad_cam as peer
from pytorch_grad_cam.feature_factorization.deep_feature_factorization import dff
from pytorch_grad_cam.sobel_cam import sobel_cam
from pytorch_grad_cam.utils.svd_on_activations import get_2d_projection
from sklearn.decomposition import NMF
from written import numbers, oriented

METHODS = {
    "grad-cam": peer.GradCAM,
    "hires-cam": peer.HiResCAM,
    "element-wise": peer.GradCAMElementWise,
    "grad-cam++": peer.GradCAMPlusPlus,
    "xgrad-cam": peer.XGradCAM,
    "layer-cam": peer.LayerCAM,
    "eigen-cam": peer.EigenCAM,
    "eigen-grad-cam": peer.EigenGradCAM,
    "kpca-cam": peer.KPCA_CAM,
    "fem": peer.FEM,
    "random-cam": peer.RandomCAM,
}
SMOOTHED = ["grad-cam", "hires-cam", "layer-cam", "grad-cam++", "xgrad-cam"]
UNSIGNED = {"eigen-cam": "a", "kpca-cam": "a", "eigen-grad-cam": "ag"}
VOLUMES = ["grad-cam", "hires-cam", "element-wise", "layer-cam", "fem"]


def raw(name, activation, gradient, smooth=False):
    cam = METHODS[name].__new__(METHODS[name])
    cam.activations_and_grads = SimpleNamespace(release=lambda: None)
    cam.k = 2  # of FEM, its default
    cam.kernel, cam.gamma = "sigmoid", None  # of KPCA-CAM, its defaults
    return np.asarray(cam.get_cam_image(None, None, [None], activation.copy(), gradient.copy(), smooth))[0]


def seg_eigen(activation, gradient):
    """pytorch-grad-cam of 2026 has SegEigenCAM, 1.5.5 has not: its formula, by the projection of 1.5.5."""
    found = get_2d_projection(np.abs(gradient) * activation)[0]
    return -found if abs(found.min()) > abs(found.max()) else found


def fem_xplique(activation):
    """xplique's formula: the means of the channels at their strong positions."""
    mean = activation.mean(axis=(2, 3), keepdims=True)
    strong = activation >= mean + 2 * activation.std(axis=(2, 3), keepdims=True)
    return (mean * strong).sum(axis=1)[0]


def eli5(activation, gradient):
    """eli5 0.10: the gradient over its L2 norm, ReLU, over the largest value plus 1e-7."""
    weights = (gradient / np.sqrt((gradient.astype(np.float64) ** 2).sum()))[0].mean(axis=(1, 2))
    found = np.maximum(np.einsum("k,khw->hw", weights, activation[0].astype(np.float64)), 0)
    return found / (found.max() + 1e-7)


def maps_case(seed, channels, space, steepness=0.5, floor=0.0):
    rng = np.random.default_rng(seed)
    activation = np.maximum(rng.normal(0.3, 1, (1, channels, *space)), floor).astype(np.float32)
    gradient = rng.normal(0, steepness, activation.shape).astype(np.float32)
    found = {}
    picture = len(space) == 2
    for name in METHODS if picture else VOLUMES:
        np.random.seed(seed)
        map = raw(name, activation, gradient)
        if name in UNSIGNED:
            map = oriented(map, (activation if UNSIGNED[name] == "a" else activation * gradient)[0].sum(axis=0))
        found[name] = numbers(map)
        if picture and name in SMOOTHED:
            found[name + " eigen"] = numbers(oriented(raw(name, activation, gradient, True), map))
    if picture:
        found["seg-eigen-cam"] = numbers(seg_eigen(activation, gradient))
        found["fem-xplique"] = numbers(fem_xplique(activation))
    case = {
        "dims": [channels, *space],
        "activation": numbers(activation),
        "gradient": numbers(gradient),
        "maps": found,
    }
    if picture:
        np.random.seed(seed)
        case["drawn"] = numbers(np.random.uniform(-1, 1, size=(1, channels)))
        case["eli5"] = numbers(eli5(activation, gradient))
    return case


def sobel_case():
    """Rounded to 8 bits in pytorch-grad-cam: mended by asking for small whole slopes only, which rounding leaves alone."""
    rng = np.random.default_rng(8)
    grey = np.cumsum(rng.integers(-2, 3, (7, 9)), axis=1).astype(np.float32) * 2
    rgb = np.repeat(grey[:, :, None], 3, axis=2)
    exact = np.abs(cv2.Sobel(grey, cv2.CV_64F, 1, 0, ksize=3)) * 0.5 + np.abs(cv2.Sobel(grey, cv2.CV_64F, 0, 1, ksize=3)) * 0.5
    assert np.array_equal(sobel_cam(rgb).astype(np.float64), exact)
    return {"dims": [3, 7, 9], "picture": numbers(rgb.transpose(2, 0, 1)), "map": numbers(exact)}


def factors_case():
    """Separable, so that the factorisation is the only one: every part has positions and channels of its own."""
    rng = np.random.default_rng(6)
    count, channels, height, width = 3, 8, 4, 6
    vectors = rng.uniform(0.2, 1, (channels, count))
    vectors[:3] = np.eye(count)
    maps = rng.uniform(0, 1, (count, height * width))
    maps[:, :6] = np.kron(np.eye(count), [1, 0.6])
    maps[:, -1] = 0  # where nothing is, so that the least of a channel is its offset
    activation = (vectors @ maps + rng.normal(0, 1, (channels, 1))).reshape(1, channels, height, width).astype(np.float32)
    # Stops at 1e-4 and 200 sweeps in pytorch-grad-cam: mended, so that it is at its end.
    NMF.__init__.__kwdefaults__.update(tol=1e-12, max_iter=100000)
    concepts, explanations = dff(activation.copy(), n_components=count)
    return {
        "dims": [channels, height, width],
        "count": count,
        "activation": numbers(activation),
        "concepts": numbers(concepts.T),
        "explanations": numbers(explanations[0]),
    }


def maps():
    return {
        "cases": {
            "wide": maps_case(1, 6, (5, 7)),
            "deep": maps_case(2, 40, (3, 4)),
            "line": maps_case(3, 1, (1, 5)),
            # So steep that pytorch-grad-cam's epsilons do not count.
            "steep": maps_case(4, 4, (4, 5), steepness=100),
            "signed": maps_case(10, 5, (4, 6), steepness=100, floor=-10),
            "volume": maps_case(9, 5, (2, 3, 4)),
        },
        "sobel": sobel_case(),
        "factors": factors_case(),
    }
