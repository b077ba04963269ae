// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice Who may act when: by a ticket that nobody can choose, in proportion to stake, more with every block.
/// @dev A threshold that starts high, or doubles, would give most seats to whoever is fastest; a linear one gives k/30 further
/// seats with every block, so that reacting a few blocks late costs next to nothing.
library Sortition {
    /// @dev In how many blocks the expected number of eligible stakes grows to the number of seats.
    uint256 internal constant BLOCKS_PER_SEATS = 30;

    /// @notice Whether a stake is eligible.
    /// @param seed nobody knew it when weights were set
    /// @param stakeId fixed for ever, so that no new key makes new luck
    /// @param weight the stake that counts, in units
    /// @param active all stake that counts, in units
    /// @param seats how many are drawn
    /// @param blocks since the seed's block
    function isEligible(bytes32 seed, uint32 stakeId, uint64 weight, uint64 active, uint256 seats, uint256 blocks)
        internal
        pure
        returns (bool)
    {
        // 160 bits of ticket leave room to multiply: 160 + 5 + 64 and 3 + 8 + 64 + 160 bits.
        uint256 ticket = uint256(keccak256(abi.encode(seed, stakeId))) >> 96;
        return (seats * blocks * weight) << 160 > ticket * BLOCKS_PER_SEATS * active;
    }
}
