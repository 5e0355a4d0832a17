"""The networks and sizes that the goldens and the parity run cover."""
from formula import parameter
from sttn import STTN, Configuration

SQUARE = ((1, 1), (3, 3), (6, 6), (12, 12))
WIDE = ((2, 2), (5, 5), (16, 6), (32, 10))
SIZES = ((432, 240, SQUARE), (144, 96, SQUARE), (640, 120, WIDE))
LENGTHS = (1, 3, 5)


def full(grids):
    return Configuration((64, 64, 128, 256), 8, (128, 64, 64), grids, False)


def compact(grids):
    return Configuration((32, 32, 64, 64), 4, (64, 32, 32), grids, True)


ARCHITECTURES = {"full": full, "compact": compact}


def network(configuration):
    """A network with the formula's weights."""
    result = STTN(configuration).eval().requires_grad_(False)
    for name, tensor in result.state_dict().items():
        tensor.copy_(parameter(name, tensor.shape))
    return result
