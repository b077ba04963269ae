// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice The one shape of tree that all digests use (docs/results.md): inner = SHA-256(01 ‖ left ‖ right), and a node without a
/// sibling moves up unchanged.
library Merkle {
    /// @notice A place beyond the tree.
    error PlaceBeyondTree(uint256 found, uint256 width);
    /// @notice A path that is not as long as the place asks for.
    error PathLength(uint256 found, uint256 expected);

    /// @notice The root that one node and its siblings lead to.
    /// @param index the node's place
    /// @param width how many leaves the tree has
    function rootOf(bytes32 node, uint256 index, uint256 width, bytes32[] calldata path) internal pure returns (bytes32) {
        bytes32[] memory nodes = new bytes32[](1);
        nodes[0] = node;
        return rootOfRun(nodes, index, width, path);
    }

    /// @notice The root that neighbouring nodes and the siblings that they lack lead to. Overwrites the nodes.
    /// @param nodes at least one
    /// @param first the place of the first of them
    /// @param width how many leaves the tree has
    /// @param path from the leaves up; where a level lacks two siblings, the left one first
    function rootOfRun(bytes32[] memory nodes, uint256 first, uint256 width, bytes32[] calldata path) internal pure returns (bytes32) {
        uint256 count = nodes.length;
        if (count == 0 || first >= width || count > width - first) revert PlaceBeyondTree(first + count, width);
        uint256 needed = siblings(first, count, width);
        if (path.length != needed) revert PathLength(path.length, needed);
        // Widths have 64 bits and some.
        unchecked {
            for (uint256 used; width > 1; (first, width) = (first / 2, (width + 1) / 2)) {
                uint256 next;
                uint256 i;
                if (first % 2 == 1) (nodes[next++], i) = (inner(path[used++], nodes[0]), 1);
                for (; i + 1 < count; i += 2) nodes[next++] = inner(nodes[i], nodes[i + 1]);
                if (i < count) nodes[next++] = first + i + 1 < width ? inner(nodes[i], path[used++]) : nodes[i];
                count = next;
            }
        }
        return nodes[0];
    }

    /// @notice How many siblings a run of neighbours lacks up to the root.
    function siblings(uint256 first, uint256 count, uint256 width) internal pure returns (uint256 needed) {
        unchecked {
            uint256 last = first + count - 1;
            for (; width > 1; (first, last, width) = (first / 2, last / 2, (width + 1) / 2)) {
                if (first % 2 == 1) ++needed;
                if (last % 2 == 0 && last + 1 < width) ++needed;
            }
        }
    }

    /// @notice A node's digest from those of its children.
    function inner(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(bytes1(0x01), left, right));
    }
}
