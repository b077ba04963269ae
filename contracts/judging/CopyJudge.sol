// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CopyOperators} from "./CopyOperators.sol";
import {Finding} from "./Finding.sol";
import {Node, NodeDescriptor} from "./NodeDescriptor.sol";
import {NodeJudge} from "./NodeJudge.sol";
import {Shapes} from "./Shapes.sol";
import {Opened, TensorProof} from "./TensorProof.sol";
import {Tensor, Tensors} from "./Tensors.sol";

/// @notice Judges Identity, Reshape, Flatten, Squeeze, Unsqueeze as a whole, and single elements of Transpose, Concat, Gather, Slice.
contract CopyJudge is NodeJudge {
    /// @dev Dimensions are 32 at most.
    uint256 private constant MOST_PARAMETERS = 64;

    /// @notice An integer tensor too long to be an operator's parameter.
    error ParameterTooLong(uint256 found, uint256 most);

    function _judges(Node memory node) internal pure override returns (bool) {
        bytes32 op = node.operatorHash;
        if (op == keccak256("Reshape") || op == keccak256("Gather")) return node.inputs.length == 2;
        if (op == keccak256("Concat")) return node.opset >= 4;
        return _isReshaping(op) || op == keccak256("Transpose") || op == keccak256("Slice");
    }

    function _judge(bytes calldata descriptor, Node memory node, Opened memory y, Opened[] memory x, uint256 index)
        internal
        pure
        override
        returns (Finding)
    {
        bytes32 op = node.operatorHash;
        return _isReshaping(op) ? _reshaped(op, descriptor, node, y.tensor, x) : _copied(op, descriptor, node, y, x, index);
    }

    // --- Reshape and its kin: the whole payload

    function _isReshaping(bytes32 op) private pure returns (bool) {
        return op == keccak256("Identity") || op == keccak256("Reshape") || op == keccak256("Flatten") || op == keccak256("Squeeze")
            || op == keccak256("Unsqueeze");
    }

    function _reshaped(bytes32 op, bytes calldata descriptor, Node memory node, Tensor memory y, Opened[] memory x) private pure returns (Finding) {
        return CopyOperators.isSamePayload(y, x[0].tensor) && _hasShape(op, descriptor, node, y.dims, x) ? Finding.Right : Finding.Wrong;
    }

    function _hasShape(bytes32 op, bytes calldata descriptor, Node memory node, uint256[] memory dims, Opened[] memory x) private pure returns (bool) {
        uint256[] memory from = x[0].tensor.dims;
        if (op == keccak256("Identity")) return Shapes.isSame(dims, from);
        if (op == keccak256("Flatten")) return CopyOperators.isFlattened(dims, from, NodeDescriptor.integer(descriptor, node, "axis", 1));
        if (op == keccak256("Reshape")) {
            return CopyOperators.isReshaped(dims, from, _integers(x[1]), NodeDescriptor.integer(descriptor, node, "allowzero", 0) != 0);
        }
        (, int256[] memory axes) = NodeDescriptor.integers(descriptor, node, "axes");
        if (x.length > 1 && node.inputs[1].kind != 0) axes = _integers(x[1]);
        if (op == keccak256("Unsqueeze")) return CopyOperators.isUnsqueezed(dims, from, axes);
        return axes.length == 0 ? CopyOperators.isSqueezed(dims, from) : CopyOperators.isUnsqueezed(from, dims, axes);
    }

    // --- single elements

    function _copied(bytes32 op, bytes calldata descriptor, Node memory node, Opened memory y, Opened[] memory x, uint256 index)
        private
        pure
        returns (Finding)
    {
        uint8 kind = x[0].tensor.kind;
        if (y.tensor.kind != kind) return Finding.Wrong;
        uint256 width = Tensors.width(kind);
        if (width == 0 || width > 8) revert KindUnsupported(kind, Tensors.FLOAT);
        // The shape first: a claimed output may be empty and have no element to open.
        (bool fits, uint256 input, uint256 source) = _source(op, descriptor, node, y.tensor.dims, x, index);
        if (!fits || x[input].tensor.kind != kind) return Finding.Wrong;
        return TensorProof.bitsOf(x[input], source, width) == TensorProof.bitsOf(y, index, width) ? Finding.Right : Finding.Wrong;
    }

    function _source(bytes32 op, bytes calldata descriptor, Node memory node, uint256[] memory dims, Opened[] memory x, uint256 index)
        private
        pure
        returns (bool fits, uint256 input, uint256 source)
    {
        uint256[] memory from = x[0].tensor.dims;
        if (op == keccak256("Transpose")) {
            (, int256[] memory perm) = NodeDescriptor.integers(descriptor, node, "perm");
            (fits, source) = CopyOperators.transpose(dims, from, perm, index);
        } else if (op == keccak256("Concat")) {
            uint256[][] memory shapes = new uint256[][](x.length);
            for (uint256 i; i < x.length; ++i) shapes[i] = x[i].tensor.dims;
            (fits, input, source) = CopyOperators.concat(dims, shapes, NodeDescriptor.integer(descriptor, node, "axis", 1), index);
        } else if (op == keccak256("Gather")) {
            int256 axis = NodeDescriptor.integer(descriptor, node, "axis", 0);
            uint256[] memory indices = x[1].tensor.dims;
            (fits, source) = CopyOperators.gatherIndex(dims, from, indices, axis, index);
            if (fits) (fits, source) = CopyOperators.gather(from, indices, axis, index, _integer(x[1], source));
        } else {
            (fits, source) = _sliced(descriptor, node, dims, x, index);
        }
    }

    function _sliced(bytes calldata descriptor, Node memory node, uint256[] memory dims, Opened[] memory x, uint256 index)
        private
        pure
        returns (bool, uint256)
    {
        int256[][4] memory given;
        if (node.opset < 10) {
            (, given[0]) = NodeDescriptor.integers(descriptor, node, "starts");
            (, given[1]) = NodeDescriptor.integers(descriptor, node, "ends");
            (, given[2]) = NodeDescriptor.integers(descriptor, node, "axes");
        } else {
            for (uint256 i = 1; i < x.length && i < 5; ++i) if (node.inputs[i].kind != 0) given[i - 1] = _integers(x[i]);
        }
        return CopyOperators.slice(dims, x[0].tensor.dims, given[0], given[1], given[2], given[3], index);
    }

    function _integers(Opened memory opened) private pure returns (int256[] memory values) {
        uint256 count = opened.tensor.size / Tensors.width(_integerKind(opened));
        if (count > MOST_PARAMETERS) revert ParameterTooLong(count, MOST_PARAMETERS);
        values = new int256[](count);
        for (uint256 i; i < count; ++i) values[i] = _integer(opened, i);
    }

    function _integer(Opened memory opened, uint256 index) private pure returns (int256) {
        if (_integerKind(opened) == Tensors.INT32) return int32(uint32(TensorProof.bitsOf(opened, index, 4)));
        return int64(uint64(TensorProof.bitsOf(opened, index, 8)));
    }

    function _integerKind(Opened memory opened) private pure returns (uint8 kind) {
        kind = opened.tensor.kind;
        if (kind != Tensors.INT32 && kind != Tensors.INT64) revert KindUnsupported(kind, Tensors.INT64);
    }
}
