"""How golden numbers are written: nine significant digits, enough to give the float32 back; seven where 1e-6 is enough."""

import numpy as np


def numbers(array, digits=9):
    return [float(f"{value:.{digits}g}") for value in np.asarray(array, dtype=np.float64).ravel()]


def oriented(projection, summed):
    """A principal component has no sign: mended, so that it agrees with the plain sum over the channels."""
    centred = summed - summed.mean()
    return projection if float((projection * centred).sum()) >= 0 else -projection
