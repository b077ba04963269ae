// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Finding} from "./Finding.sol";
import {Node, NodeDescriptor} from "./NodeDescriptor.sol";
import {Opened, Opening, TensorProof} from "./TensorProof.sol";
import {Tensors} from "./Tensors.sol";

/// @notice Which node is judged.
struct Case {
    /// the node's descriptor
    bytes node;
    /// the digest of its first output, as accused
    bytes32 output;
    /// the digests of its inputs; zero for one that is absent
    bytes32[] inputs;
}

/// @notice Judges one element of one node's output (docs/judging.md). Keeps nothing, owns nothing, trusts nobody: openings are checked
/// against the digests given, and whether those were committed to is the caller's part (`Evidence`).
/// @dev Refusals (custom errors) are the accuser's failures; a Finding is about the accused. Wrong is found of nothing that an honest
/// execution can have: of headers and shapes too. Several contracts, since one would be too large to deploy.
abstract contract NodeJudge {
    bytes32 private constant ONNX = keccak256("");

    /// @notice An operator, or a version of it, that this contract does not judge: another one or a committee does.
    error OperatorUnsupported(bytes32 operatorHash, uint64 opset);
    /// @notice More or fewer openings than the node has inputs.
    error InputCount(uint256 found, uint256 expected);
    /// @notice A tensor whose elements have another type than this judgement reads.
    error KindUnsupported(uint8 found, uint8 expected);

    /// @notice Judges one element.
    /// @param output the accused tensor's opening, with the element's chunk; whole-payload copies need none
    /// @param inputs the inputs' openings in order, with the chunks that the element needs; of an absent input an empty one
    function judge(Case calldata accused, Opening calldata output, Opening[] calldata inputs, uint256 index) external pure returns (Finding) {
        Node memory node = NodeDescriptor.read(accused.node);
        if (inputs.length != node.inputs.length || inputs.length == 0) revert InputCount(inputs.length, node.inputs.length);
        if (accused.inputs.length != inputs.length) revert InputCount(accused.inputs.length, inputs.length);
        if (node.domainHash != ONNX || !_judges(node)) revert OperatorUnsupported(node.operatorHash, node.opset);
        (bool sound, Opened memory y) = TensorProof.tryOpen(output, accused.output);
        if (!sound) return Finding.Wrong;
        Opened[] memory x = new Opened[](inputs.length);
        for (uint256 i; i < x.length; ++i) if (node.inputs[i].kind != 0) x[i] = TensorProof.open(inputs[i], accused.inputs[i]);
        return _judge(accused.node, node, y, x, index);
    }

    /// @dev Whether the operator, in this version and with so many inputs, is one of this contract's.
    function _judges(Node memory node) internal pure virtual returns (bool);

    function _judge(bytes calldata descriptor, Node memory node, Opened memory y, Opened[] memory x, uint256 index)
        internal
        pure
        virtual
        returns (Finding);

    function _floats(Opened memory opened) internal pure returns (Opened memory) {
        if (opened.tensor.kind != Tensors.FLOAT) revert KindUnsupported(opened.tensor.kind, Tensors.FLOAT);
        return opened;
    }
}
