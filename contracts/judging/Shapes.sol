// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice Where elements lie: row-major places and coordinates, and NumPy's broadcasting.
/// @dev Dimensions are those of sound headers, so that their product has no more than 64 bits and is not zero where an element exists.
library Shapes {
    function isSame(uint256[] memory a, uint256[] memory b) internal pure returns (bool) {
        if (a.length != b.length) return false;
        for (uint256 i; i < a.length; ++i) if (a[i] != b[i]) return false;
        return true;
    }

    /// @notice The coordinates of an element.
    function coordinates(uint256 index, uint256[] memory dims) internal pure returns (uint256[] memory at) {
        at = new uint256[](dims.length);
        for (uint256 i = dims.length; i > 0; --i) (at[i - 1], index) = (index % dims[i - 1], index / dims[i - 1]);
    }

    /// @notice The place of an element.
    function place(uint256[] memory at, uint256[] memory dims) internal pure returns (uint256 result) {
        for (uint256 i; i < dims.length; ++i) result = result * dims[i] + at[i];
    }

    /// @notice How many elements the dimensions from one to before another make.
    function product(uint256[] memory dims, uint256 from, uint256 to) internal pure returns (uint256 count) {
        count = 1;
        for (; from < to; ++from) count *= dims[from];
    }

    /// @notice Whether dims are what two shapes broadcast to, given what the first ones did: 1 stretches, dimensions align at the end.
    function isBroadcast(uint256[][] memory shapes, uint256[] memory dims) internal pure returns (bool) {
        uint256 rank;
        for (uint256 i; i < shapes.length; ++i) if (shapes[i].length > rank) rank = shapes[i].length;
        if (rank != dims.length) return false;
        for (uint256 axis; axis < rank; ++axis) {
            uint256 wide = 1;
            for (uint256 i; i < shapes.length; ++i) {
                uint256 skipped = rank - shapes[i].length;
                if (axis < skipped) continue;
                uint256 dim = shapes[i][axis - skipped];
                if (dim != 1 && wide != 1 && dim != wide) return false;
                if (dim != 1) wide = dim;
            }
            if (wide != dims[axis]) return false;
        }
        return true;
    }

    /// @notice The place of the element that an operand gives to one place of the broadcast shape.
    /// @param at coordinates in the broadcast shape
    /// @param dims the operand's
    function broadcastPlace(uint256[] memory at, uint256[] memory dims) internal pure returns (uint256 result) {
        uint256 skipped = at.length - dims.length;
        for (uint256 i; i < dims.length; ++i) result = result * dims[i] + (dims[i] == 1 ? 0 : at[i + skipped]);
    }

    /// @notice An axis counted from the front; `rank` where there is none such.
    function axisOf(int256 axis, uint256 rank) internal pure returns (uint256) {
        if (axis < 0) axis += int256(rank);
        return axis < 0 || axis >= int256(rank) ? rank : uint256(axis);
    }
}
