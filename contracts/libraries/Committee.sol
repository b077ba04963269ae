// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {JobSpec} from "../types/JobSpec.sol";
import {Cover} from "./Cover.sol";

/// @notice How large the committees of a dispute are, and what they cost (docs/protocol.md, "Disputes"). In doubt more.
library Committee {
    /// @dev So that a dispute is settled in one call.
    uint256 private constant MOST_JURORS = 31;
    /// @dev What a juror sends: its seat, its vote, the opening, and a share of the settlement.
    uint256 private constant CALLS = 4;
    /// @dev So that all sums of fees fit in 64 bits: 1,099 tokens for a point.
    uint256 private constant MOST_FEE = (1 << 40) - 1;
    /// @dev As many points as these cost a whole backing: whoever fills a dispute with sham points to keep others out pays what it
    /// would have lost.
    uint256 internal constant MOST_POINTS = 8;

    /// @notice Whether sizes are odd, grow, and are 1 to 31, at least one of them.
    function areValid(uint32 sizes) internal pure returns (bool) {
        uint256 before;
        for (; sizes != 0; sizes >>= 8) {
            uint256 size = uint8(sizes);
            if (size <= before || size % 2 == 0 || size > MOST_JURORS) return false;
            before = size;
        }
        return before != 0;
    }

    /// @notice The members of a committee, from 1; 0 where there is none.
    function sizeOf(uint32 sizes, uint256 round) internal pure returns (uint256) {
        return round > 4 ? 0 : uint8(sizes >> 8 * (round - 1));
    }

    /// @notice How many dispute windows the longest dispute takes: for further points, answers and proofs once each, for each committee
    /// seats, votes, openings and an appeal.
    function phases(uint32 sizes) internal pure returns (uint256 count) {
        for (count = 3; sizes != 0; sizes >>= 8) count += 4;
    }

    /// @notice What a juror is paid for one point: its calls' gas, as the deployment estimates it, and two tasks' rewards.
    function feeOf(JobSpec calldata spec, uint64 callGas) internal pure returns (uint256) {
        uint256 fee = CALLS * uint256(callGas) + (2 * uint256(spec.reward) + spec.tasks - 1) / spec.tasks;
        return fee < MOST_FEE ? fee : MOST_FEE;
    }

    /// @notice The part of a bond that the committee's members are paid from: one and a half times their fees.
    function costOf(uint256 fee, uint256 size, uint256 points) internal pure returns (uint256) {
        return (3 * fee * size * points + 1) / 2;
    }

    /// @notice The bond of one point.
    function bondOf(JobSpec calldata spec, uint256 cost) internal pure returns (uint256) {
        (, uint64 backing) = Cover.stakesOf(spec);
        uint256 share = (uint256(backing) + MOST_POINTS - 1) / MOST_POINTS;
        return share > cost ? share : cost;
    }
}
