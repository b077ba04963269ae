// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice A seat in the one word that is stored: digest 192 | due 32 | provider 32. `IMarket.Seat` says what they mean.
type SeatWord is uint256;

using SeatWords for SeatWord global;

library SeatWords {
    function provider(SeatWord seat) internal pure returns (uint32) { return uint32(SeatWord.unwrap(seat)); }
    function due(SeatWord seat) internal pure returns (uint32) { return uint32(SeatWord.unwrap(seat) >> 32); }
    function digest(SeatWord seat) internal pure returns (bytes24) { return bytes24(uint192(SeatWord.unwrap(seat) >> 64)); }

    function claimedBy(uint32 provider_, uint32 due_) internal pure returns (SeatWord) {
        return SeatWord.wrap(uint256(due_) << 32 | provider_);
    }

    /// @notice The seat with the first 24 bytes of a commitment or a root.
    function withDigest(SeatWord seat, bytes32 value) internal pure returns (SeatWord) {
        return SeatWord.wrap(uint256(value) >> 64 << 64 | uint64(SeatWord.unwrap(seat)));
    }
}
