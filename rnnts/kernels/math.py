r"""Exponential, hyperbolic tangent, logistic function and logarithms: no branch, no table.

.. math::
    \exp(u) &= 2^k + 2^k m, \quad u = k \ln 2 + r, \quad |r| \le \tfrac12 \ln 2, \quad
    m = r + r^2 p(r), \qquad
    \sigma(x) = \frac{1}{1 + \exp(-x)} \\
    \tanh(x) &= \operatorname{sign}(x)\, \frac{n}{n + 2 (1 - t)}, \quad
    n = (2^k + 1)\, t + (2^k - 1), \quad t = \tanh(r) = r + r^3 p(r^2), \\
    |x| &= \tfrac12 k \ln 2 + r, \quad -\tfrac18 \ln 2 \le r \le \tfrac38 \ln 2 \\
    \log(2^k (1 + f)) &= k \ln 2 + 2\, \mathrm{artanh}(s), \quad s = \frac{f}{2 + f}, \qquad
    2\, \mathrm{artanh}(s) = f - \tfrac12 f^2 + s\, (\tfrac12 f^2 + s^2 p(s^2)) \\
    \mathrm{softplus}(x) &= \max(x, 0) + \log(1 + \exp(-|x|))

Adding 1.5 times two to the number of mantissa bits rounds to an integer and leaves it in the lowest
bits; with the bias of the exponent among them, they are shifted into a power of two.  Each p is the
polynomial of least relative error in its function, found by Remez's exchange in sixty digits.

No result is off by more than two units in its last place, with or without a fused multiply-add.
The worst that was met, over every float32 and some 1e8 float64, random and where roundings add up,
is in these units:

========  =======  =======
function  float32  float64
========  =======  =======
exp       1.02     1.06
tanh      1.74     1.87
sigmoid   2.00     2.00
log       0.85     0.93
softplus  1.68     1.69
========  =======  =======

The two units of sigmoid are a bound as well: near 1/2, from below, the roundings of 1 + 2^k m, of
its sum with 2^k and of the quotient come to 1/2, 1 and 1/2.

NaN and infinities travel.  What would be denormal is zero in exp and softplus, and the least normal
number in the logistic function: a number that slows a CPU down belongs in no state.
"""

from typing import NamedTuple

from rnnts.kernels.expressions import Expression

_LOG2_E = 1.4426950408889634
_LN2 = 0.6931471805599453


class _Constants(NamedTuple):
    """Numbers of one precision."""

    rounder: float  # to integers
    halver: float  # to halves of integers
    ln2_high: float  # few bits, so that its product with k is exact
    ln2_low: float
    tiny: float  # the least normal number
    lowest: float  # where exp leaves the normal numbers
    highest: float  # where 2^k does
    saturation: float  # where tanh rounds to one
    exponential: tuple[float, ...]
    tangent: tuple[float, ...]
    artanh: tuple[float, ...]  # for |s| up to 0.2


_SINGLE = _Constants(
    rounder=1.5 * 2**23 + 127,
    halver=1.5 * 2**22 + 127,
    ln2_high=0.693359375,
    ln2_low=-2.12194440e-4,
    tiny=2.0**-126,
    lowest=-87.33654,
    highest=88.37,
    saturation=9.0110,
    exponential=(
        0.49999993433464288,
        0.16666520402233325,
        0.041668390517608278,
        0.0083687449038423794,
        0.0013814553640338619,
    ),
    tangent=(-0.33333215727095574, 0.13322724314867138, -0.051229679737222346),
    artanh=(0.66666947351337, 0.3995782534092972, 0.3036057134552772),
)
_DOUBLE = _Constants(
    rounder=1.5 * 2**52 + 1023,
    halver=1.5 * 2**51 + 1023,
    ln2_high=0.693145751953125,
    ln2_low=1.42860682030941723212e-6,
    tiny=2.0**-1022,
    lowest=-708.3964,
    highest=709.43,
    saturation=19.07,
    exponential=(
        0.50000000000000107,
        0.16666666666666411,
        0.041666666666529731,
        0.0083333333334950706,
        0.0013888888943759599,
        0.00019841269505773800,
        2.4801492949640670e-5,
        2.7557586977541141e-6,
        2.7630306354519169e-7,
        2.4999965952650315e-8,
    ),
    tangent=(
        -0.33333333333332418,
        0.13333333332987292,
        -0.053968253525420907,
        0.021869461632596627,
        -0.0088623594292792943,
        0.0035763802526462916,
        -0.0013075349778812991,
    ),
    artanh=(
        0.6666666666667271,
        0.39999999996161485,
        0.2857142939531710,
        0.2222213849964379,
        0.1818635614056283,
        0.1525018724010119,
        0.1536820103359385,
    ),
)


def exp(x: Expression) -> Expression:
    """Exponential; zero below the least normal number, infinite above exp(88.37) or exp(709.43)."""
    c = _constants(x)
    scale, m = _power_and_rest(x)
    finite = x.where(">", c.highest, float("inf"), scale.multiply_add(m, scale))
    return x.where("<", c.lowest, 0.0, finite)


def tanh(x: Expression) -> Expression:
    """Hyperbolic tangent."""
    c = _constants(x)
    size = x.call("fabs")
    # To halves and then down, which keeps k = 0 and the result t itself up to tanh(x) = 1/4.  With
    # k = 1 already there, the rounding of n and of 2 (1 - t) would weigh most just below it.
    shifted = size.multiply_add(2.0 * _LOG2_E, c.halver).even()
    r = (shifted - c.halver).multiply_add(-0.5 * _LN2, size)
    square = r * r
    t = (r * square).multiply_add(_polynomial(square, c.tangent), r)
    scale = shifted.power_of_two(n_below=1)
    n = (scale + 1.0).multiply_add(t, scale - 1.0)
    # By way of n, whose error then nearly cancels where tanh is near one.
    inside = n / (n + t.multiply_add(-2.0, 2.0))
    return size.where(">", c.saturation, 1.0, inside).call("copysign", x)


def sigmoid(x: Expression) -> Expression:
    """Logistic function."""
    c = _constants(x)
    scale, m = _power_and_rest(-x)
    # One joins the smaller part first: beside a large 2^k it would be lost.
    inside = 1.0 / (scale.multiply_add(m, 1.0) + scale)
    positive = x.where("<", c.lowest, c.tiny, inside)
    return x.where(">", -c.lowest, 1.0, positive)


def log(x: Expression) -> Expression:
    """Natural logarithm; minus infinite below what a normal number holds, NaN below zero."""
    k, mantissa = x.exponent_and_mantissa()
    normal = _log_inside(k, mantissa - 1.0)
    positive = x.where("<", _constants(x).tiny, -float("inf"), normal)
    ordinary = x.where("<", 0.0, float("nan"), positive)
    return x.where("<", float("inf"), ordinary, x)


def softplus(x: Expression) -> Expression:
    """Logarithm of 1 + exp(x)."""
    e = exp(-x.call("fabs"))
    # Above a half 1 + e is taken as 2 (1 + f): f is exact, and not above a half itself.
    k = e.where(">", 0.5, 1.0, 0.0)
    f = e.where(">", 0.5, e.multiply_add(0.5, -0.5), e)
    return relu(x) + _log_inside(k, f)


def relu(x: Expression) -> Expression:
    """Positive part; a NaN stays."""
    return x.where("<", 0.0, 0.0, x)


def _constants(x: Expression) -> _Constants:
    return _SINGLE if x.is_single else _DOUBLE


def _power_and_rest(u: Expression) -> tuple[Expression, Expression]:
    """2^k and m of exp(u) = 2^k + 2^k m; they mean nothing where that is no normal number."""
    c = _constants(u)
    shifted = u.multiply_add(_LOG2_E, c.rounder)
    k = shifted - c.rounder
    r = k.multiply_add(-c.ln2_low, k.multiply_add(-c.ln2_high, u))
    m = (r * r).multiply_add(_polynomial(r, c.exponential), r)
    return shifted.power_of_two(), m


def _log_inside(k: Expression, f: Expression) -> Expression:
    """Logarithm of 2^k (1 + f)."""
    c = _constants(f)
    s = f / (f + 2.0)
    square = f * f * 0.5
    z = s * s
    curve = z.multiply_add(_polynomial(z, c.artanh), square)
    tail = s.multiply_add(curve, k * c.ln2_low)
    return k.multiply_add(c.ln2_high, f + (tail - square))


def _polynomial(x: Expression, coefficients: tuple[float, ...]) -> Expression:
    """Estrin's scheme, pairs, then pairs of pairs, which keeps the chain of dependencies short.

    The last three go by Horner's: as short a chain, and a product less.
    """
    power = x
    terms: list[Expression | float] = list(coefficients)
    while len(terms) > 3:
        pairs = [
            power.multiply_add(high, low)
            for low, high in zip(terms[::2], terms[1::2], strict=False)
        ]
        terms = [*pairs, *terms[2 * len(pairs) :]]
        power = power * power
    total = power.multiply_add(terms[-1], terms[-2])
    for term in reversed(terms[:-2]):
        total = power.multiply_add(total, term)
    return total
