"""Values and slopes of pytorch-grad-cam's targets on seeded outputs, slopes by autograd."""

import numpy as np
import torch
from pytorch_grad_cam.utils import model_targets as peer
from written import numbers


def asked(target, *outputs, build=lambda *values: values[0]):
    tensors = [torch.tensor(output, requires_grad=True) for output in outputs]
    value = target(build(*tensors)).sum()
    gradients = torch.autograd.grad(value, tensors, allow_unused=True)
    return {
        "value": float(value.detach()),
        "slopes": [numbers(np.zeros(o.shape) if g is None else g) for o, g in zip(outputs, gradients)],
    }


def targets():
    rng = np.random.default_rng(11)
    logits = rng.normal(0, 2, 6).astype(np.float32)
    rivals = [int(i) for i in np.argsort(np.abs(logits - logits[2]))[1:4]]  # as FinerCAM takes them
    one = rng.normal(0, 1, 1).astype(np.float32)
    maps = rng.normal(0, 1, (3, 4, 5)).astype(np.float32)
    mask = (rng.uniform(size=(4, 5)) > 0.5).astype(np.float32)
    boxes = np.array([[2, 3, 10, 12], [3, 2, 11.5, 10], [20, 20, 30, 31]], dtype=np.float32)
    scores = np.array([0.9, 0.6, 0.8], dtype=np.float32)
    labels = torch.tensor([7, 7, 2])
    # No corner in common: autograd halves the slope of a tie.
    wanted = np.array([[2.5, 2.5, 11, 11], [19, 20.5, 29, 30]], dtype=np.float32)
    detected = lambda b, s: {"boxes": b, "scores": s, "labels": labels}
    box = lambda names: peer.FasterRCNNBoxScoreTarget(names, torch.tensor(wanted))
    return {
        "logits": numbers(logits),
        "one": numbers(one),
        "maps": {"dims": list(maps.shape), "data": numbers(maps), "mask": numbers(mask)},
        "boxes": {"boxes": numbers(boxes), "scores": numbers(scores), "labels": labels.tolist(), "wanted": numbers(wanted)},
        "found": {
            "class": asked(peer.ClassifierOutputTarget(2), logits),
            "probability": asked(peer.ClassifierOutputSoftmaxTarget(2), logits),
            "rest": asked(peer.ClassifierOutputReST(2), logits),
            "yes": asked(peer.BinaryClassifierOutputTarget(1), one),
            "no": asked(peer.BinaryClassifierOutputTarget(0), one),
            "sum": asked(peer.RawScoresOutputTarget(), logits),
            "segmentation": asked(peer.SemanticSegmentationTarget(1, mask), maps),
            "finer": asked(peer.FinerWeightedTarget(2, rivals, 1), logits),
            "boxes": asked(box([7, 2]), boxes, scores, build=detected),
            "boxes of other labels": asked(box([7, 3]), boxes, scores, build=detected),
        },
    }
