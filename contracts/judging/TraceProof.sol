// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ResultTree} from "../libraries/ResultTree.sol";
import {Merkle} from "./Merkle.sol";

/// @notice Leads from a tensor to what a provider committed to: the trace root of one execution, or the result root of the job.
library TraceProof {
    uint8 private constant OUTPUTS = 0;

    /// @notice An output that a node, or a task, does not have.
    error OutputBeyond(uint256 found, uint256 count);

    /// @notice The trace root that a node's outputs lead to: leaf = H(07 ‖ u32 node ‖ u16 outputs ‖ digests).
    /// @param node the node's place in the model's order
    /// @param nodes how many nodes the model has
    /// @param outputs the digests of the node's outputs; zero for one that is absent
    function traceRoot(uint32 node, uint256 nodes, bytes32[] calldata outputs, bytes32[] calldata path) internal pure returns (bytes32) {
        bytes32 leaf = sha256(abi.encodePacked(bytes1(0x07), node, uint16(outputs.length), outputs));
        return Merkle.rootOf(leaf, node, nodes, path);
    }

    /// @notice The digest of a task's outputs that one of them leads to: leaf = H(06 ‖ u32 length ‖ name ‖ tensor).
    /// @param output the output's place in the model's order
    /// @param outputs how many outputs the model has
    function outputsRoot(uint256 output, uint256 outputs, bytes calldata name, bytes32 tensor, bytes32[] calldata path)
        internal
        pure
        returns (bytes32)
    {
        bytes32 leaf = sha256(abi.encodePacked(bytes1(0x06), uint32(name.length), name, tensor));
        return Merkle.rootOf(leaf, output, outputs, path);
    }

    /// @notice The result root that a task's outputs lead to; zero where the path is not as long as the place asks for.
    /// @param task the task's place
    /// @param tasks how many tasks the job has
    /// @param root the digest of the task's outputs
    function resultRoot(uint32 task, uint256 tasks, bytes32 root, bytes32[] calldata path) internal pure returns (bytes32) {
        return ResultTree.rootFrom(task, tasks, OUTPUTS, root, path);
    }
}
