"""Writes cup.rgba, the pixels of a small copy of a sample photograph.

python tests/package/picture/make.py   (Pillow as scripts/requirements.txt pins it)
"""

from pathlib import Path

from PIL import Image

here = Path(__file__).parent
photograph = here.parents[2] / "web" / "page" / "samples" / "cup.jpg"
size = (60, 40)

with Image.open(photograph) as image:
    copy = image.convert("RGBA").resize(size, Image.Resampling.BILINEAR)
(here / "cup.rgba").write_bytes(copy.tobytes())
