// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Finding} from "./Finding.sol";
import {Node} from "./NodeDescriptor.sol";
import {NodeJudge} from "./NodeJudge.sol";
import {Shapes} from "./Shapes.sol";
import {SoftFloat} from "./SoftFloat.sol";
import {Opened, TensorProof} from "./TensorProof.sol";
import {Tensors} from "./Tensors.sol";

/// @notice Judges one element of Add, Sub, Mul, Div, Sqrt, Relu, Min and Max in 32-bit floats, to the bit.
contract ExactJudge is NodeJudge {
    /// @dev Before version 7 (8 of Min and Max), operands were stretched by attributes.
    function _judges(Node memory node) internal pure override returns (bool) {
        bytes32 op = node.operatorHash;
        for (uint256 i; i < node.inputs.length; ++i) if (node.inputs[i].kind == 0) return false;
        if (op == keccak256("Min") || op == keccak256("Max")) return node.opset >= 8;
        if (op == keccak256("Sqrt") || op == keccak256("Relu")) return node.opset >= 6 && node.inputs.length == 1;
        return node.opset >= 7 && node.inputs.length == 2
            && (op == keccak256("Add") || op == keccak256("Sub") || op == keccak256("Mul") || op == keccak256("Div"));
    }

    function _judge(bytes calldata, Node memory node, Opened memory y, Opened[] memory x, uint256 index)
        internal
        pure
        override
        returns (Finding)
    {
        uint256[][] memory shapes = new uint256[][](x.length);
        for (uint256 i; i < x.length; ++i) shapes[i] = _floats(x[i]).tensor.dims;
        if (y.tensor.kind != Tensors.FLOAT || !Shapes.isBroadcast(shapes, y.tensor.dims)) return Finding.Wrong;
        uint32 claimed = uint32(TensorProof.bitsOf(y, index, 4));
        uint256[] memory at = Shapes.coordinates(index, y.tensor.dims);
        uint32[] memory operands = new uint32[](x.length);
        for (uint256 i; i < x.length; ++i) operands[i] = uint32(TensorProof.bitsOf(x[i], Shapes.broadcastPlace(at, shapes[i]), 4));
        (bool known, uint32 expected) = _apply(node.operatorHash, operands);
        return !known ? Finding.Indeterminate : claimed == expected ? Finding.Right : Finding.Wrong;
    }

    function _apply(bytes32 op, uint32[] memory x) private pure returns (bool known, uint32 result) {
        uint256 count = x.length;
        for (uint256 i; i < count; ++i) x[i] = SoftFloat.canonical(x[i]);
        if (op == keccak256("Add")) return (true, SoftFloat.add(x[0], x[1]));
        if (op == keccak256("Sub")) return (true, SoftFloat.sub(x[0], x[1]));
        if (op == keccak256("Mul")) return (true, SoftFloat.mul(x[0], x[1]));
        if (op == keccak256("Div")) return SoftFloat.div(x[0], x[1]);
        if (op == keccak256("Relu")) return SoftFloat.relu(x[0]);
        if (op == keccak256("Sqrt")) return (true, SoftFloat.sqrt(x[0]));
        bool isMin = op == keccak256("Min");
        (known, result) = (true, x[0]);
        for (uint256 i = 1; i < count && known; ++i) (known, result) = isMin ? SoftFloat.min(result, x[i]) : SoftFloat.max(result, x[i]);
        if (count == 1 && x[0] == SoftFloat.NAN) known = false;
    }
}
