// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice What a deployment fixes for ever.
struct Parameters {
    /// d: blocks from an event to the block whose hash draws by it; also how deep a result must be before outputs are handed out.
    uint32 seedLag;
    /// Blocks after which everybody is eligible, at most 200: older block hashes are gone.
    uint32 growthBlocks;
    /// Seconds from unbonding to withdrawal; longer than any job can take.
    uint32 unbonding;
    /// The least share of tasks re-executed, in 1/10,000.
    uint16 minCheckBps;
    /// What the caller of an eviction gets at most, in units; the rest of the penalty is burnt.
    uint64 evictionReward;
    /// The least stake of an account, in units.
    uint64 minStake;
    /// How many members the committees of a dispute have, the first in the lowest byte: odd, growing, at most 31.
    uint32 committees;
    /// Who judges what can be judged on chain: an Arbiter (contracts/judging).
    address arbiter;
}
