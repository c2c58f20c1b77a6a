"""Writes a JPEG of 4000x3000 pixels whose frequencies are those of a photograph.

    python bench/photograph.py FILE.jpg

Amplitude falls with the reciprocal of the frequency, as in natural scenes (Field, 1987); brightness varies more
than colour.
"""

import sys

import numpy as np
from PIL import Image

SEED = 20261123
WIDTH, HEIGHT = 4000, 3000
# Standard deviations of Y, Cb and Cr.
DEVIATIONS = (55.0, 18.0, 18.0)


def plane(random, deviation):
    """A field of 1/f amplitude around 128, uint8 of [HEIGHT, WIDTH]."""
    spectrum = np.fft.rfft2(random.standard_normal((HEIGHT, WIDTH)))
    fy = np.fft.fftfreq(HEIGHT)[:, None] * HEIGHT
    fx = np.fft.rfftfreq(WIDTH)[None, :] * WIDTH
    frequency = np.hypot(fy, fx)
    frequency[0, 0] = np.inf
    field = np.fft.irfft2(spectrum / frequency, s=(HEIGHT, WIDTH))
    return np.clip(128 + deviation * field / field.std(), 0, 255).round().astype(np.uint8)


def main():
    random = np.random.default_rng(SEED)
    planes = [plane(random, deviation) for deviation in DEVIATIONS]
    Image.fromarray(np.stack(planes, axis=-1), "YCbCr").save(sys.argv[1], quality=90, subsampling="4:2:0")


main()
