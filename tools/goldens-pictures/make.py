"""Golden values of resizing, colours and overlays, by Pillow, OpenCV, matplotlib and the arithmetic of eli5 and pytorch-grad-cam on them.
Run by hand:

    python -m venv .venv && .venv/bin/pip install -r requirements.txt
    .venv/bin/python make.py ../../packages/core/test/golden
"""

import base64
import json
import sys
from pathlib import Path

import cv2
import matplotlib
import numpy as np
from PIL import Image

FILTERS = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos3": Image.Resampling.LANCZOS,
}
SIZES = [(23, 19), (9, 11), (5, 30)]


def encoded(array):
    return base64.b64encode(np.ascontiguousarray(array, dtype=np.uint8).tobytes()).decode()


def picture(seed, width, height):
    """Waves, so that a filter's shape shows, with some noise, so that nothing agrees by chance."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    waves = [127 + 90 * np.sin(x * (0.2 + 0.1 * c) + y * (0.3 - 0.05 * c)) + rng.normal(0, 15, x.shape) for c in range(3)]
    return np.clip(np.stack(waves, -1), 0, 255).astype(np.uint8)


def eli5_overlay(image, heat, limit):
    """eli5's format_as_image: colours first, then alpha, then 8 bits cut off, then Lanczos, then over the picture."""
    rgba = matplotlib.colormaps["viridis"](heat)
    rgba[..., 3] = np.minimum(heat, limit)
    layer = Image.fromarray((rgba * 255).astype(np.uint8), "RGBA").resize(image.size, Image.Resampling.LANCZOS)
    return Image.alpha_composite(image.convert("RGBA"), layer)


def cam_on_image(rgb, heat, weight):
    """pytorch-grad-cam's show_cam_on_image with use_rgb."""
    jet = cv2.cvtColor(cv2.applyColorMap(np.uint8(255 * heat), cv2.COLORMAP_JET), cv2.COLOR_BGR2RGB)
    mixed = (1 - weight) * np.float32(jet) / 255 + weight * np.float32(rgb) / 255
    return np.uint8(255 * (mixed / np.max(mixed)))


def covered(image, shortest, side):
    """Resize the shorter side, cut the other off to whole pixels, take the centre: torchvision and transformers."""
    size = [shortest if s == min(image.size) else int(shortest * s / min(image.size)) for s in image.size]
    left, top = [(s - side) // 2 for s in size]
    return image.resize(size, Image.Resampling.BICUBIC).crop((left, top, left + side, top + side))


def contained(image, side, level):
    """Letterbox, bars of one level."""
    scale = min(side / s for s in image.size)
    size = [round(s * scale) for s in image.size]
    out = Image.new("RGB", (side, side), (level,) * 3)
    out.paste(image.resize(size, Image.Resampling.BILINEAR), tuple((side - s) // 2 for s in size))
    return out


if __name__ == "__main__":
    rgb = picture(1, 15, 13)  # odd sides: no centre comes to lie between two cells, where Pillow lets the last bit decide
    image = Image.fromarray(rgb)
    rng = np.random.default_rng(2)
    heat = rng.random((4, 5), dtype=np.float32)
    heat[0, 0], heat[3, 4] = 0, 1
    large = rng.random((13, 15), dtype=np.float32)
    rgba = np.dstack([rgb, (rng.random((13, 15)) > 0.5) * 255])
    golden = {
        "picture": {"width": 15, "height": 13, "rgb": encoded(rgb)},
        "resized": [
            {"filter": name, "width": w, "height": h, "rgb": encoded(image.resize((w, h), filter))}
            for name, filter in FILTERS.items()
            for w, h in SIZES
        ],
        "transparent": {
            "rgba": encoded(rgba),
            "width": 24,
            "height": 19,
            "resized": encoded(Image.fromarray(rgba.astype(np.uint8), "RGBA").resize((24, 19), Image.Resampling.LANCZOS)),
        },
        "preprocessed": {
            "cover 8 of 10, bicubic": encoded(covered(image, 10, 8)),
            "contain 10, bars 114": encoded(contained(image, 10, 114)),
            "contain 31": encoded(contained(image, 31, 0)),
        },
        "scales": {
            "diverging": encoded(matplotlib.colormaps["RdBu_r"](np.arange(256), bytes=True)[:, :3]),
            "jet": encoded(cv2.applyColorMap(np.arange(256, dtype=np.uint8)[None], cv2.COLORMAP_JET)[0][:, ::-1]),
        },
        "eli5": {
            "heat": [float(v) for v in heat.ravel()],
            "width": 5,
            "height": 4,
            "overlays": {str(limit): encoded(eli5_overlay(image, heat, limit)) for limit in (0.65, 1, 0.2, 0)},
        },
        "pytorch-grad-cam": {
            "heat": [float(v) for v in large.ravel()],
            "overlays": {str(weight): encoded(cam_on_image(rgb, large, weight)) for weight in (0.5, 0.8)},
        },
    }
    (Path(sys.argv[1]) / "pictures.json").write_text(json.dumps(golden) + "\n")
