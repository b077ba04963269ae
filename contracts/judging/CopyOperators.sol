// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Shapes} from "./Shapes.sol";
import {Tensor} from "./Tensors.sol";

/// @notice Operators whose output elements are copies: which input element an output element copies, and which shape the output has
/// (docs/judging.md, "Copies"). A shape that is not what inputs and attributes give is `fits == false`: no honest execution has it.
/// @dev Places count elements. Where `fits`, the output's place must lie within its shape.
library CopyOperators {
    /// @notice Whether payloads are equal as a whole, by one comparison: Identity, Reshape, Flatten, Squeeze, Unsqueeze.
    function isSamePayload(Tensor memory output, Tensor memory input) internal pure returns (bool) {
        return output.kind == input.kind && output.size == input.size && output.scale == input.scale && output.root == input.root;
    }

    /// @notice Flatten: [product up to axis, product from axis on].
    function isFlattened(uint256[] memory output, uint256[] memory input, int256 axis) internal pure returns (bool) {
        uint256 rank = input.length;
        if (axis < 0) axis += int256(rank);
        if (axis < 0 || axis > int256(rank) || output.length != 2) return false;
        uint256 cut = uint256(axis);
        return output[0] == Shapes.product(input, 0, cut) && output[1] == Shapes.product(input, cut, rank);
    }

    /// @notice Reshape: 0 copies a dimension unless zeros are allowed, one −1 is what is left.
    /// @dev The payload has as many elements as the input has, so what is left is not computed again.
    function isReshaped(uint256[] memory output, uint256[] memory input, int256[] memory shape, bool allowZero) internal pure returns (bool) {
        if (output.length != shape.length) return false;
        uint256 open;
        for (uint256 i; i < shape.length; ++i) {
            if (shape[i] == -1 && open++ == 0) continue;
            if (shape[i] == 0 && !allowZero) {
                if (i >= input.length || output[i] != input[i]) return false;
            } else if (int256(output[i]) != shape[i]) {
                return false;
            }
        }
        return true;
    }

    /// @notice Unsqueeze: the output without the dimensions of the axes, which are 1, is the input. Squeeze is the same, read backwards.
    /// @param long the shape with the axes
    /// @param short the shape without them
    function isUnsqueezed(uint256[] memory long, uint256[] memory short, int256[] memory axes) internal pure returns (bool) {
        uint256 rank = long.length;
        if (short.length + axes.length != rank) return false;
        bool[] memory dropped = new bool[](rank);
        for (uint256 i; i < axes.length; ++i) {
            uint256 axis = Shapes.axisOf(axes[i], rank);
            if (axis == rank || dropped[axis] || long[axis] != 1) return false;
            dropped[axis] = true;
        }
        uint256 next;
        for (uint256 i; i < rank; ++i) if (!dropped[i] && long[i] != short[next++]) return false;
        return true;
    }

    /// @notice Squeeze without axes: every dimension of 1 goes.
    function isSqueezed(uint256[] memory output, uint256[] memory input) internal pure returns (bool) {
        uint256 next;
        for (uint256 i; i < input.length; ++i) {
            if (input[i] == 1) continue;
            if (next == output.length || output[next++] != input[i]) return false;
        }
        return next == output.length;
    }

    /// @notice Transpose.
    /// @param perm the output's dimension i is the input's perm[i]; empty turns all around
    function transpose(uint256[] memory output, uint256[] memory input, int256[] memory perm, uint256 index)
        internal
        pure
        returns (bool fits, uint256 source)
    {
        uint256 rank = input.length;
        if (output.length != rank || (perm.length != rank && perm.length != 0)) return (false, 0);
        uint256[] memory axes = new uint256[](rank);
        for (uint256 i; i < rank; ++i) {
            axes[i] = perm.length == 0 ? rank - 1 - i : uint256(perm[i]);
            if (axes[i] >= rank || output[i] != input[axes[i]]) return (false, 0);
        }
        uint256[] memory at = Shapes.coordinates(index, output);
        uint256[] memory from = new uint256[](rank);
        for (uint256 i; i < rank; ++i) from[axes[i]] = at[i];
        return (true, Shapes.place(from, input));
    }

    /// @notice Concat: which input an element comes from, and its place there.
    function concat(uint256[] memory output, uint256[][] memory inputs, int256 axis_, uint256 index)
        internal
        pure
        returns (bool fits, uint256 input, uint256 source)
    {
        uint256 rank = output.length;
        uint256 axis = Shapes.axisOf(axis_, rank);
        if (axis == rank || inputs.length == 0) return (false, 0, 0);
        uint256 total;
        for (uint256 i; i < inputs.length; ++i) {
            if (inputs[i].length != rank) return (false, 0, 0);
            for (uint256 d; d < rank; ++d) if (d != axis && inputs[i][d] != output[d]) return (false, 0, 0);
            total += inputs[i][axis];
        }
        if (total != output[axis]) return (false, 0, 0);
        uint256[] memory at = Shapes.coordinates(index, output);
        for (; at[axis] >= inputs[input][axis]; ++input) at[axis] -= inputs[input][axis];
        return (true, input, Shapes.place(at, inputs[input]));
    }

    /// @notice Gather, first step: the place in the indices that decides about an output element.
    /// @dev output dims = data[..axis] ‖ indices ‖ data[axis+1..]
    function gatherIndex(uint256[] memory output, uint256[] memory data, uint256[] memory indices, int256 axis_, uint256 index)
        internal
        pure
        returns (bool fits, uint256 source)
    {
        uint256 axis = Shapes.axisOf(axis_, data.length);
        uint256 middle = indices.length;
        if (axis == data.length || output.length + 1 != data.length + middle) return (false, 0);
        for (uint256 i; i < output.length; ++i) {
            uint256 expected = i < axis ? data[i] : i < axis + middle ? indices[i - axis] : data[i + 1 - middle];
            if (output[i] != expected) return (false, 0);
        }
        uint256 inner = Shapes.product(data, axis + 1, data.length);
        return (true, (index / inner) % Shapes.product(indices, 0, middle));
    }

    /// @notice Gather, second step: the place in the data, once the index is known. Negative indices count from the end.
    /// @dev `fits` as `gatherIndex` found.
    function gather(uint256[] memory data, uint256[] memory indices, int256 axis_, uint256 index, int256 chosen)
        internal
        pure
        returns (bool fits, uint256 source)
    {
        uint256 axis = Shapes.axisOf(axis_, data.length);
        uint256 row = Shapes.axisOf(chosen, data[axis]);
        if (row == data[axis]) return (false, 0);
        uint256 inner = Shapes.product(data, axis + 1, data.length);
        uint256 outer = index / (inner * Shapes.product(indices, 0, indices.length));
        return (true, (outer * data[axis] + row) * inner + index % inner);
    }

    /// @notice Slice.
    /// @param starts, ends, axes, steps as ONNX has them; empty axes are the first ones, empty steps are 1
    function slice(
        uint256[] memory output,
        uint256[] memory input,
        int256[] memory starts,
        int256[] memory ends,
        int256[] memory axes,
        int256[] memory steps,
        uint256 index
    ) internal pure returns (bool fits, uint256 source) {
        uint256 rank = input.length;
        if (output.length != rank || ends.length != starts.length) return (false, 0);
        if ((axes.length != 0 && axes.length != starts.length) || (steps.length != 0 && steps.length != starts.length)) return (false, 0);
        uint256[] memory expected = new uint256[](rank);
        int256[] memory first = new int256[](rank);
        int256[] memory by = new int256[](rank);
        for (uint256 i; i < rank; ++i) (expected[i], by[i]) = (input[i], 1);
        for (uint256 i; i < starts.length; ++i) {
            uint256 axis = Shapes.axisOf(axes.length == 0 ? int256(i) : axes[i], rank);
            int256 step = steps.length == 0 ? int256(1) : steps[i];
            if (axis == rank || step == 0) return (false, 0);
            by[axis] = step;
            (first[axis], expected[axis]) = _span(starts[i], ends[i], step, int256(input[axis]));
        }
        if (!Shapes.isSame(output, expected)) return (false, 0);
        uint256[] memory at = Shapes.coordinates(index, output);
        for (uint256 i; i < rank; ++i) at[i] = uint256(first[i] + int256(at[i]) * by[i]);
        return (true, Shapes.place(at, input));
    }

    /// @dev Where a slice of one dimension starts, and how long it is. Backwards, the end may lie one before the first element.
    function _span(int256 start, int256 end, int256 step, int256 dim) private pure returns (int256, uint256) {
        start = _clamp(start < 0 ? start + dim : start, 0, step > 0 ? dim : dim - 1);
        end = _clamp(end < 0 ? end + dim : end, step > 0 ? int256(0) : -1, step > 0 ? dim : dim - 1);
        int256 length = step > 0 ? (end - start + step - 1) / step : (start - end - step - 1) / -step;
        return (start, length > 0 ? uint256(length) : 0);
    }

    function _clamp(int256 value, int256 least, int256 most) private pure returns (int256) {
        return value < least ? least : value > most ? most : value;
    }
}
