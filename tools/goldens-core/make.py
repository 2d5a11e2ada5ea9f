"""Golden values of the CAM methods, by the real pytorch-grad-cam. Run by hand:

    python -m venv .venv && .venv/bin/pip install --no-deps grad-cam==1.5.5 && .venv/bin/pip install -r requirements.txt
    .venv/bin/python make.py ../../packages && npm run format && npm run docs

Where pytorch-grad-cam has a known fault the value is mended here, in a line that says so.
"""

import json
import sys
from pathlib import Path

import onnx
from cnn import cnn
from maps import maps
from pooled import pooled
from targets import targets


def write(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value) + "\n")


if __name__ == "__main__":
    packages = Path(sys.argv[1])
    golden = packages / "core/test/golden"
    write(golden / "maps.json", maps())
    write(golden / "network.json", pooled())
    write(golden / "targets.json", targets())
    found, model = cnn()
    write(packages / "onnx/test/golden/peer.json", found)
    onnx.save(model, packages / "onnx/test/golden/peer.onnx")
