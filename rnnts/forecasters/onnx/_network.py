"""One step of a network, in the equations of :mod:`rnnts._network` and :mod:`rnnts.cells`."""

from collections.abc import Callable

from rnnts._network import Network
from rnnts._types import FloatArray
from rnnts.cells import CELLS, Params
from rnnts.forecasters.onnx._graph import Loop, Value

# From what the input and the past each bring to the drives, the past states and the bias of the
# split gate: the states.
Step = Callable[[Value, Value, list[Value], Params], list[Value]]


def network_in(
    loop: Loop, network: Network, params: FloatArray, start: FloatArray, x: Value
) -> Value:
    """Outputs of shape (n_outputs,) after reading x, (n_inputs,); its states move on.

    Parameters
    ----------
    params : ndarray of shape (n_params,)
    start : ndarray of shape (state_size,)
    """
    weights = network.unpack(params)
    step, n_states = _step_of(network), network.cell.n_states
    read, begin = x, 0
    layers = zip(network.hidden_sizes, network.dilations, strict=True)
    for number, (size, dilation) in enumerate(layers, start=1):
        ending = "" if number == 1 else f"_{number}"
        own = {name: weights[f"{name}{ending}"] for name in network.cell.shapes(1, size)}
        end = begin + dilation * n_states * size
        # The oldest first.
        states = loop.state(start[begin:end].reshape(dilation, n_states, size))
        oldest = [states[0][place] for place in range(n_states)]
        from_input = read @ own["w_input"]
        if "bias" in own:
            from_input = from_input + own["bias"]
        after = step(from_input, oldest[0] @ own["w_hidden"], oldest, own)
        newest = loop.joined(*after).reshape(1, n_states, size)
        loop.carry(states, loop.joined(states[1:], newest))
        read = after[0] + read if network.residual and number > 1 else after[0]
        begin = end
    said = read @ weights["w_output"] + weights["b_output"]
    return said + x @ weights["w_skip"] if network.skip else said


def _step_of(network: Network) -> Step:
    for name, cell in CELLS.items():
        if cell == network.cell and name in _STEPS:
            return _STEPS[name]
    raise ValueError(
        f"to_onnx has no equations for the cell {network.cell.recurrence.__name__!r}; it knows "
        f"{', '.join(_STEPS)}: add them to rnnts/forecasters/onnx/_network.py"
    )


def _elman(activation: str | None) -> Step:
    def step(from_input: Value, from_past: Value, _past: list[Value], _own: Params) -> list[Value]:
        drive = from_input + from_past
        return [drive.call(activation)] if activation else [drive]

    return step


def _gru(from_input: Value, from_past: Value, past: list[Value], own: Params) -> list[Value]:
    reset_in, update_in, fresh_in = _gates(from_input, 3, own)
    reset_past, update_past, memory = _gates(from_past, 3, own)
    reset, update = (
        (reset_in + reset_past).call("Sigmoid"),
        (update_in + update_past).call("Sigmoid"),
    )
    fresh = (fresh_in + reset * (memory + own["b_hidden"])).call("Tanh")
    return [fresh + update * (past[0] - fresh)]


def _lstm(from_input: Value, from_past: Value, past: list[Value], own: Params) -> list[Value]:
    write, keep, fresh, show = _gates(from_input + from_past, 4, own)
    c = keep.call("Sigmoid") * past[1] + write.call("Sigmoid") * fresh.call("Tanh")
    return [show.call("Sigmoid") * c.call("Tanh"), c]


def _gates(drives: Value, n_gates: int, own: Params) -> list[Value]:
    size = len(own["w_hidden"])
    return [drives[gate * size : (gate + 1) * size] for gate in range(n_gates)]


_STEPS: dict[str, Step] = {
    "linear": _elman(None),
    "tanh": _elman("Tanh"),
    "sigmoid": _elman("Sigmoid"),
    "relu": _elman("Relu"),
    "gru": _gru,
    "lstm": _lstm,
}
