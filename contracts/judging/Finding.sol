// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice What can be said of one claimed value.
/// @dev Indeterminate blames nobody: a committee may still decide. Wrong means that no honest execution gives the value.
enum Finding {
    Indeterminate,
    Right,
    Wrong
}
