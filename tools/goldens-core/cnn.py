"""Heatmaps of a small convolutional network as pytorch-grad-cam hands them out, and the network as an ONNX file."""

import copy

import cv2
import numpy as np
import onnx
import pytorch_grad_cam as peer
import torch
from onnx import TensorProto, helper, numpy_helper
from pytorch_grad_cam.ablation_layer import AblationLayer
from pytorch_grad_cam.utils.image import scale_cam_image
from pytorch_grad_cam.utils.model_targets import ClassifierOutputReST, ClassifierOutputSoftmaxTarget, ClassifierOutputTarget
from written import numbers, oriented

HEIGHT, WIDTH, CLASSES = 16, 12, 5


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.norm1, self.relu1 = torch.nn.Conv2d(3, 6, 3, padding=1), torch.nn.BatchNorm2d(6), torch.nn.ReLU()
        self.pool = torch.nn.MaxPool2d(2)
        self.conv2, self.norm2, self.relu2 = torch.nn.Conv2d(6, 8, 3, padding=1), torch.nn.BatchNorm2d(8), torch.nn.ReLU()
        self.hidden, self.relu3 = torch.nn.Linear(8 * (HEIGHT // 2) * (WIDTH // 2), 16), torch.nn.ReLU()
        self.head = torch.nn.Linear(16, CLASSES)

    def forward(self, x):
        x = self.pool(self.relu1(self.norm1(self.conv1(x))))
        x = self.relu2(self.norm2(self.conv2(x)))
        return self.head(self.relu3(self.hidden(x.flatten(1))))


def seeded(rng):
    network = Network().eval()
    for norm in (network.norm1, network.norm2):
        size = norm.weight.shape
        norm.weight.data = torch.tensor(rng.uniform(0.5, 1.5, size), dtype=torch.float32)
        norm.bias.data = torch.tensor(rng.normal(0, 0.3, size), dtype=torch.float32)
        norm.running_mean = torch.tensor(rng.normal(0, 0.3, size), dtype=torch.float32)
        norm.running_var = torch.tensor(rng.uniform(0.2, 1, size), dtype=torch.float32)
    for layer in (network.conv1, network.conv2, network.hidden, network.head):
        fan = layer.weight[0].numel()
        layer.weight.data = torch.tensor(rng.normal(0, (2 / fan) ** 0.5, layer.weight.shape), dtype=torch.float32)
        layer.bias.data = torch.tensor(rng.normal(0, 0.2, layer.bias.shape), dtype=torch.float32)
    return network


def exported(network):
    """Node by node, so that the batch normalisations are not folded away."""
    constants = {f"{n}": v.detach().numpy() for n, v in network.state_dict().items() if "num_batches" not in n}
    bn = lambda n: [f"{n}.weight", f"{n}.bias", f"{n}.running_mean", f"{n}.running_var"]
    node = lambda op, inputs, output, **attributes: helper.make_node(op, inputs, [output], name=output, **attributes)
    pads = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}
    nodes = [
        node("Conv", ["x", "conv1.weight", "conv1.bias"], "conv1", **pads),
        node("BatchNormalization", ["conv1", *bn("norm1")], "norm1"),
        node("Relu", ["norm1"], "relu1"),
        node("MaxPool", ["relu1"], "pool", kernel_shape=[2, 2], strides=[2, 2]),
        node("Conv", ["pool", "conv2.weight", "conv2.bias"], "conv2", **pads),
        node("BatchNormalization", ["conv2", *bn("norm2")], "norm2"),
        node("Relu", ["norm2"], "relu2"),
        node("Flatten", ["relu2"], "flat"),
        node("Gemm", ["flat", "hidden.weight", "hidden.bias"], "hidden", transB=1),
        node("Relu", ["hidden"], "relu3"),
        node("Gemm", ["relu3", "head.weight", "head.bias"], "logits", transB=1),
    ]
    graph = helper.make_graph(
        nodes,
        "peer",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 3, HEIGHT, WIDTH])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", CLASSES])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="goldens-core")
    onnx.checker.check_model(model)
    return model


def signed(method, uses):
    """The sign of a principal component is arbitrary there: mended, so that the strongest agreement is with the plain sum."""

    class Signed(method):
        def get_cam_image(self, x, layer, targets, activations, grads, smooth=False):
            maps = super().get_cam_image(x, layer, targets, activations.copy(), None if grads is None else grads.copy(), smooth)
            summed = (activations * (grads if uses == "ag" else 1)).sum(axis=1)
            return np.stack([oriented(m, s) for m, s in zip(np.asarray(maps), summed)])

    return Signed


class Smoothed(peer.GradCAM):
    """Eigen smoothing, its sign mended likewise."""

    def get_cam_image(self, x, layer, targets, activations, grads, smooth=False):
        args = (x, layer, targets, activations, grads)
        plain = super().get_cam_image(*args, False)
        return np.stack([oriented(m, s) for m, s in zip(super().get_cam_image(*args, True), plain)])


class Zeroing(AblationLayer):
    """Fills a channel with its running minimum minus 1e7 there, unless the minimum is 0: mended to 0."""

    def __call__(self, x):
        output = self.activations.clone()
        for i in range(output.size(0)):
            output[i, self.indices[i]] = 0
        return output


def cnn():
    rng = np.random.default_rng(12)
    network = seeded(rng)
    x = rng.normal(0, 1, (2, 3, HEIGHT, WIDTH)).astype(np.float32)
    # Smooth pictures, so that the maps are.
    x = np.stack([[cv2.GaussianBlur(c, (5, 5), 1.2) * 2 for c in picture] for picture in x]).astype(np.float32)
    logits = network(torch.tensor(x)).detach().numpy()
    top = [int(c) for c in logits.argmax(axis=1)]
    assert (logits.max(axis=1) > 0).all()  # Ablation-CAM divides by the score there, which only scales a map then

    def heatmaps(method, layers=("relu2",), target=ClassifierOutputTarget, smooth=False, aug=False, **options):
        layers = [getattr(network, name) for name in layers]
        with method(model=network, target_layers=layers, **options) as cam:
            inputs = torch.tensor(x, requires_grad=True)
            return numbers(cam(input_tensor=inputs, targets=[target(c) for c in top], eigen_smooth=smooth, aug_smooth=aug), 7)

    def refined(layers):
        """pytorch-grad-cam of 2026, where eigen_smooth went into the slot of aug_smooth: mended, here neither is on."""
        maps = [np.array(heatmaps(peer.GradCAMPlusPlus, (name,))).reshape(2, HEIGHT, WIDTH) for name in layers]
        return numbers(scale_cam_image(np.prod(maps, axis=0)), 7)

    def finer():
        cam = peer.FinerCAM(model=network, target_layers=[network.relu2], base_method=peer.GradCAM)
        return numbers(cam(input_tensor=torch.tensor(x), targets=None), 7)

    def guided():
        # Puts one shared ReLU in the place of all afterwards: done to a copy.
        model = peer.GuidedBackpropReLUModel(model=copy.deepcopy(network), device="cpu")
        maps = [model(torch.tensor(x[n : n + 1]), target_category=top[n]).sum(axis=2) for n in range(2)]
        return np.stack(maps)

    def guided_grad_cam():
        seen = []
        with peer.GradCAM(model=network, target_layers=[network.relu2]) as cam:
            inner = cam.get_cam_image
            cam.get_cam_image = lambda *args, **kwargs: (seen.append(inner(*args, **kwargs)), seen[-1])[1]
            cam(input_tensor=torch.tensor(x), targets=[ClassifierOutputTarget(c) for c in top])
        coarse = np.maximum(seen[0], 0)
        return np.stack([cv2.resize(m, (WIDTH, HEIGHT)) for m in coarse]) * guided()

    found = {
        "grad-cam": heatmaps(peer.GradCAM),
        "grad-cam layers": heatmaps(peer.GradCAM, ("relu1", "relu2")),
        "grad-cam aug": heatmaps(peer.GradCAM, aug=True),
        "grad-cam layers aug": heatmaps(peer.GradCAM, ("relu1", "relu2"), aug=True),
        "grad-cam eigen": heatmaps(Smoothed),
        "grad-cam probability": heatmaps(peer.GradCAM, target=ClassifierOutputSoftmaxTarget),
        "hires-cam": heatmaps(peer.HiResCAM),
        "element-wise": heatmaps(peer.GradCAMElementWise),
        "grad-cam++": heatmaps(peer.GradCAMPlusPlus),
        "xgrad-cam": heatmaps(peer.XGradCAM),
        "layer-cam": heatmaps(peer.LayerCAM),
        "layer-cam layers": heatmaps(peer.LayerCAM, ("relu1", "relu2")),
        "eigen-cam": heatmaps(signed(peer.EigenCAM, "a")),
        "eigen-grad-cam": heatmaps(signed(peer.EigenGradCAM, "ag")),
        "kpca-cam": heatmaps(signed(peer.KPCA_CAM, "a")),
        "fem": heatmaps(peer.FEM),
        "score-cam": heatmaps(peer.ScoreCAM),
        "ablation-cam": heatmaps(peer.AblationCAM, ablation_layer=Zeroing()),
        "shapley-cam rest": heatmaps(peer.ShapleyCAM, target=ClassifierOutputReST),
        "full-grad": heatmaps(peer.FullGrad, ()),
        "finer-cam": finer(),
        "refine-cam layers": refined(("relu1", "relu2")),
    }
    return {
        "dims": list(x.shape),
        "x": numbers(x),
        "logits": numbers(logits),
        "heatmaps": found,
        "raw": {"guided-backprop": numbers(guided()), "guided-grad-cam": numbers(guided_grad_cam())},
    }, exported(network)
