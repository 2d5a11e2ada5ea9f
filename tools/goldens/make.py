"""Golden values of the networks of packages/conformance, by PyTorch in float64. Run by hand, from the root of the repository:

    npm run build && node tools/goldens/export.mjs out/definitions
    python -m venv .venv && .venv/bin/pip install -r tools/goldens/requirements.txt
    .venv/bin/python tools/goldens/make.py out/definitions packages/conformance/golden
    .venv/bin/python tools/goldens/make.py out/definitions packages/conformance/golden --compare

The last command makes them again and says how far they lie from the committed ones.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import torch
from network import Network


def maps(network, layer, activation, gradient):
    """Grad-CAM and Layer-CAM of one sample, raw and signed: [height, width]."""
    activation, gradient = activation[0], gradient[0]
    if activation.ndim == 2:
        tokens = next(node for node in network.nodes if node["op"] == "tokens")
        _, height, width = network.node(tokens["inputs"][0])["dims"]
        activation, gradient = (
            t[len(t) - height * width :].T.reshape(-1, height, width) for t in (activation, gradient)
        )
    weights = gradient.mean(dim=(1, 2), keepdim=True)
    return {
        "grad-cam": (weights * activation).sum(0),
        "layer-cam": (gradient.clamp(min=0) * activation).sum(0),
    }


def values_of(network):
    found = {}
    for index in network.classes:
        values = network.forward()
        score = values[network.score]
        score[0, index].sum().backward()
        found["output"] = score
        for layer in network.layers:
            activation, gradient = values[layer], values[layer].grad
            found[f"{layer}/activation"] = activation
            found[f"{layer}/gradient/{index}"] = gradient
            for method, raw in maps(network, layer, activation, gradient).items():
                found[f"{layer}/{method}/{index}"] = raw
    return {name: tensor.detach().numpy().astype("<f4") for name, tensor in found.items()}


def make(definitions):
    parts, networks, offset = [], {}, 0
    for path in sorted(definitions.glob("*.network")):
        data = path.read_bytes()
        network = Network(data)
        tensors = {}
        for name, values in values_of(network).items():
            tensors[name] = {"offset": offset, "dims": list(values.shape)}
            parts.append(values.tobytes())
            offset += values.size
        networks[network.name] = {"definition": hashlib.sha256(data).hexdigest(), "tensors": tensors}
    binary = b"".join(parts)
    manifest = {
        "versions": {"torch": torch.__version__.split("+")[0], "numpy": np.__version__, "python": sys.version.split()[0]},
        "seed": int((definitions / "seed.txt").read_text()),
        "sha256": hashlib.sha256(binary).hexdigest(),
        "networks": networks,
    }
    return binary, manifest


def compare(folder, binary, manifest):
    committed = json.loads((folder / "manifest.json").read_text())
    old, new = (np.frombuffer(b, dtype="<f4") for b in ((folder / "goldens.bin").read_bytes(), binary))
    names = sorted(set(committed["networks"]) | set(manifest["networks"]))
    worst = 0.0
    for name in names:
        if committed["networks"].get(name) != manifest["networks"].get(name):
            sys.exit(f"{name}: the definition or the list of values differs; expected the committed one; make them again")
    if old.size == new.size:
        worst = float(np.max(np.abs(old - new) / np.maximum(1e-6, np.abs(old)), initial=0))
    print(f"{len(names)} networks, {new.size} values; largest relative difference from the committed ones: {worst:.1e}")
    return 0 if old.size == new.size and worst < 1e-4 else 1


if __name__ == "__main__":
    torch.manual_seed(0)
    definitions, folder = Path(sys.argv[1]), Path(sys.argv[2])
    binary, manifest = make(definitions)
    if "--compare" in sys.argv:
        sys.exit(compare(folder, binary, manifest))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "goldens.bin").write_bytes(binary)
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    print(f"{len(manifest['networks'])} networks, {len(binary)} bytes written to {folder}")
