r"""Exponential, hyperbolic tangent, logistic function and logarithms: no branch, no table.

.. math::
    u &= k \ln 2 + r, \quad |r| \le \tfrac12 \ln 2, \qquad
    \mathrm{expm1}(u) = 2^k p(r) + (2^k - 1), \quad p(r) \approx \mathrm{expm1}(r) \\
    \tanh(x) &= \operatorname{sign}(x)\, \frac{e}{e + 2}, \quad e = \mathrm{expm1}(2 |x|), \qquad
    \sigma(x) = \frac{1}{1 + \exp(-x)} \\
    \log(2^k (1 + f)) &= k \ln 2 + 2\, \mathrm{artanh}(s), \quad s = \frac{f}{2 + f}, \qquad
    2\, \mathrm{artanh}(s) = f - \tfrac12 f^2 + s\, (\tfrac12 f^2 + s^2 q(s^2)) \\
    \mathrm{softplus}(x) &= \max(x, 0) + \log(1 + \exp(-|x|))

Adding 1.5 times two to the number of mantissa bits rounds to an integer and leaves it in the lowest
bits.  Errors stay below two units in the last place (2.5 for tanh, of whose arguments one in ten
thousand exceeds two: where the quotient is at the top of a binade and e + 2 at the bottom of one).
NaN and infinities travel.  What would be denormal is zero in exp and softplus, and the least normal
number in the logistic function: a number that slows a CPU down belongs in no state.
"""

from typing import NamedTuple

from rnnts.kernels.expressions import Expression

_LOG2_E = 1.4426950408889634


class _Constants(NamedTuple):
    """Numbers of one precision."""

    rounder: float
    ln2_high: float  # few bits, so that its product with k is exact
    ln2_low: float
    saturation: float  # where tanh rounds to one
    lowest: float  # where exp leaves the normal numbers
    highest: float
    tiny: float  # the least normal number
    polynomial: tuple[float, ...]  # (expm1(r) - r) / r^2
    artanh: tuple[float, ...]  # (2 artanh(s) - 2 s) / s^3 in s^2, for |s| up to 0.2


_SINGLE = _Constants(
    rounder=12582912.0,
    ln2_high=0.693359375,
    ln2_low=-2.12194440e-4,
    saturation=9.02,
    lowest=-87.33654,
    highest=88.0,
    tiny=2.0**-126,
    polynomial=(
        0.5,
        0.16666573381900845,
        0.04166655011030512,
        0.008363773874405574,
        0.0013926926614021907,
    ),
    artanh=(0.66666947351337, 0.3995782534092972, 0.3036057134552772),
)
_DOUBLE = _Constants(
    rounder=6755399441055744.0,
    ln2_high=0.693145751953125,
    ln2_low=1.42860682030941723212e-6,
    saturation=19.1,
    lowest=-708.3964,
    highest=709.0,
    tiny=2.0**-1022,
    polynomial=(
        0.5,
        0.1666666666666667,
        0.04166666666666667,
        0.008333333333325544,
        0.0013888888888883327,
        0.00019841269876864356,
        2.4801587327007187e-05,
        2.755725283351691e-06,
        2.75572718102198e-07,
        2.5106274733573296e-08,
        2.0915442297780116e-09,
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
    """Exponential; zero below, and infinite above, what a normal number holds."""
    c = _constants(x)
    inside = _exp_inside(x.clipped(c.lowest, c.highest))
    above = x.where(">", c.highest, float("inf"), inside)
    return x.where("<", c.lowest, 0.0, above)


def tanh(x: Expression) -> Expression:
    """Hyperbolic tangent."""
    size = x.call("fabs")
    saturation = _constants(x).saturation
    size = size.where(">", saturation, saturation, size)
    scale, r, curve = _reduced(size + size)
    # Near 2|x| = 0.4 most of 2^k r cancels against 2^k - 1: they meet before the rest joins.
    e = (scale * (r * r)).multiply_add(curve, scale.multiply_add(r, scale - 1.0))
    return (e / (e + 2.0)).call("copysign", x)


def sigmoid(x: Expression) -> Expression:
    """Logistic function."""
    c = _constants(x)
    return 1.0 / (_exp_inside((-x).clipped(c.lowest, c.highest)) + 1.0)


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


def _exp_inside(u: Expression) -> Expression:
    scale, r, curve = _reduced(u)
    return scale.multiply_add((r * r).multiply_add(curve, r), scale)


def _log_inside(k: Expression, f: Expression) -> Expression:
    """Logarithm of 2^k (1 + f)."""
    c = _constants(f)
    s = f / (f + 2.0)
    square = f * f * 0.5
    z = s * s
    curve = z.multiply_add(_polynomial(z, c.artanh), square)
    tail = s.multiply_add(curve, k * c.ln2_low)
    return k.multiply_add(c.ln2_high, f + (tail - square))


def _reduced(u: Expression) -> tuple[Expression, Expression, Expression]:
    """2^k, r and (expm1(r) - r) / r^2 of u = k ln 2 + r."""
    c = _constants(u)
    shifted = u.multiply_add(_LOG2_E, c.rounder)
    k = shifted - c.rounder
    r = k.multiply_add(-c.ln2_low, k.multiply_add(-c.ln2_high, u))
    return shifted.power_of_two(), r, _polynomial(r, c.polynomial)


def _polynomial(x: Expression, coefficients: tuple[float, ...]) -> Expression:
    """Estrin's scheme: pairs, then pairs of pairs, which keeps the chain of dependencies short."""
    power = x
    terms: list[Expression | float] = list(coefficients)
    while len(terms) > 1:
        pairs = [
            power.multiply_add(high, low)
            for low, high in zip(terms[::2], terms[1::2], strict=False)
        ]
        terms = [*pairs, *terms[2 * len(pairs) :]]
        power = power * power
    (total,) = terms
    assert isinstance(total, Expression)
    return total
