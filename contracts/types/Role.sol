// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice What a stake may be drawn for. One owner has one stake and one stake has one role, so that nobody judges itself.
enum Role {
    None,
    Provider,
    Verifier
}
