// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {DotProduct, Sum} from "./DotProduct.sol";
import {Finding} from "./Finding.sol";
import {Node, NodeDescriptor} from "./NodeDescriptor.sol";
import {NodeJudge} from "./NodeJudge.sol";
import {ConvTerms, GemmTerms, SumOperators} from "./SumOperators.sol";
import {Opened, TensorProof} from "./TensorProof.sol";
import {Tensors} from "./Tensors.sol";

/// @notice Judges one element of MatMul, Gemm and Conv in 32-bit floats against the bound of `DotProduct`.
contract SumJudge is NodeJudge {
    /// @notice An attribute's value that a contract does not judge.
    error AttributeUnsupported(bytes32 found, bytes32 expected);

    /// @dev Before version 7, Gemm's C was stretched by an attribute.
    function _judges(Node memory node) internal pure override returns (bool) {
        bytes32 op = node.operatorHash;
        if (op == keccak256("MatMul")) return node.inputs.length == 2;
        bool hasOperands = node.inputs.length == 2 || node.inputs.length == 3;
        return hasOperands && (op == keccak256("Conv") || (op == keccak256("Gemm") && node.opset >= 7));
    }

    function _judge(bytes calldata descriptor, Node memory node, Opened memory y, Opened[] memory x, uint256 index)
        internal
        pure
        override
        returns (Finding)
    {
        if (y.tensor.kind != Tensors.FLOAT) return Finding.Wrong;
        (bool fits, Sum memory sum) = _sum(descriptor, node, y.tensor.dims, x, index);
        return fits ? DotProduct.judge(sum, uint32(TensorProof.bitsOf(y, index, 4))) : Finding.Wrong;
    }

    function _sum(bytes calldata descriptor, Node memory node, uint256[] memory output, Opened[] memory x, uint256 index)
        private
        pure
        returns (bool, Sum memory)
    {
        _floats(x[0]);
        _floats(x[1]);
        bytes32 op = node.operatorHash;
        if (op == keccak256("MatMul")) return SumOperators.matMul(output, index, x[0], x[1]);
        bool hasThird = x.length > 2 && node.inputs[2].kind != 0;
        if (hasThird) _floats(x[2]);
        if (op == keccak256("Gemm")) return SumOperators.gemm(output, index, x, _gemmTerms(descriptor, node, hasThird));
        return SumOperators.conv(output, index, x, _convTerms(descriptor, node, x[0].tensor.dims.length, hasThird));
    }

    function _gemmTerms(bytes calldata descriptor, Node memory node, bool hasC) private pure returns (GemmTerms memory) {
        return GemmTerms(
            NodeDescriptor.integer(descriptor, node, "transA", 0) != 0,
            NodeDescriptor.integer(descriptor, node, "transB", 0) != 0,
            NodeDescriptor.float(descriptor, node, "alpha", DotProduct.ONE),
            NodeDescriptor.float(descriptor, node, "beta", DotProduct.ONE),
            hasC
        );
    }

    function _convTerms(bytes calldata descriptor, Node memory node, uint256 rank, bool hasBias)
        private
        pure
        returns (ConvTerms memory)
    {
        bytes32 auto_ = NodeDescriptor.textHash(descriptor, node, "auto_pad");
        if (auto_ != keccak256("") && auto_ != keccak256("NOTSET") && auto_ != keccak256("VALID")) revert AttributeUnsupported(auto_, keccak256("NOTSET"));
        if (rank < 3 || rank > 4) revert OperatorUnsupported(node.operatorHash, node.opset);
        return ConvTerms(
            uint256(NodeDescriptor.integer(descriptor, node, "group", 1)),
            _sizes(descriptor, node, "strides", rank - 2, 1),
            _sizes(descriptor, node, "dilations", rank - 2, 1),
            _sizes(descriptor, node, "pads", 2 * (rank - 2), 0),
            hasBias
        );
    }

    function _sizes(bytes calldata descriptor, Node memory node, string memory name, uint256 count, uint256 absent)
        private
        pure
        returns (uint256[] memory sizes)
    {
        (bool found, int256[] memory values) = NodeDescriptor.integers(descriptor, node, name);
        sizes = new uint256[](found ? values.length : count);
        for (uint256 i; i < sizes.length; ++i) {
            if (found && (values[i] < 0 || values[i] > int256(uint256(type(uint32).max)))) revert AttributeUnsupported(bytes32(uint256(values[i])), 0);
            sizes[i] = found ? uint256(values[i]) : absent;
        }
    }
}
