// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice The Merkle tree over a job's tasks (docs/results.md): SHA-256, a node without a sibling moves up unchanged.
library ResultTree {
    /// @notice The root that a leaf and its siblings lead to; zero where the path is not as long as the place asks for.
    /// @param task the leaf's place
    /// @param tasks how many leaves the tree has
    /// @param kind 0 for outputs, 1 for an error
    function rootFrom(uint32 task, uint256 tasks, uint8 kind, bytes32 outputRoot, bytes32[] calldata path)
        internal
        pure
        returns (bytes32 node)
    {
        node = sha256(abi.encodePacked(bytes1(0x0a), task, kind, outputRoot));
        uint256 used;
        uint256 index = task;
        for (; tasks > 1; (index, tasks) = (index / 2, (tasks + 1) / 2)) {
            if (index ^ 1 >= tasks) continue;
            if (used == path.length) return 0;
            bytes32 sibling = path[used++];
            node = index % 2 == 0 ? _inner(node, sibling) : _inner(sibling, node);
        }
        if (used != path.length) return 0;
    }

    function _inner(bytes32 left, bytes32 right) private pure returns (bytes32) {
        return sha256(abi.encodePacked(bytes1(0x01), left, right));
    }
}
