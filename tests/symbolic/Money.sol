// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Committee} from "../../contracts/libraries/Committee.sol";
import {Cover} from "../../contracts/libraries/Cover.sol";
import {JobSpec} from "../../contracts/types/JobSpec.sol";

/// @notice What holds of a dispute's fees and bonds for all values: symbolic.test.mjs has the compiler's model checker prove it.
contract Fees {
    uint8 private constant MOST_JURORS = 31;
    uint8 private constant MOST_POINTS = 8;

    function aFeeIsBounded_soThatTheLargestCommitteesFit(JobSpec calldata spec, uint64 callGas) external pure {
        if (spec.tasks == 0) return;
        uint256 fee = Committee.feeOf(spec, callGas);
        assert(fee < 1 << 40);
        assert(2 * fee * MOST_JURORS * MOST_POINTS <= type(uint64).max);
    }

    function aBondPaysForAllMembers_andFits(uint40 fee, uint8 size, uint8 points) external pure {
        if (size > MOST_JURORS || points > MOST_POINTS) return;
        uint256 cost = Committee.costOf(fee, size, points);
        assert(2 * cost >= 3 * uint256(fee) * size * points);
        assert(cost <= type(uint64).max);
    }

    function aBondGrowsWithTheCommitteeAndThePoints(uint40 fee, uint8 size, uint8 points) external pure {
        if (size >= MOST_JURORS || points >= MOST_POINTS) return;
        assert(Committee.costOf(fee, size, points) <= Committee.costOf(fee, size + 1, points));
        assert(Committee.costOf(fee, size, points) <= Committee.costOf(fee, size, points + 1));
    }
}

/// @notice What holds of the chance that false work is seen, by which the stake behind a seat is divided.
contract Detection {
    uint256 private constant BPS = 10_000;

    /// @dev Two thirds of it are the chance itself where a third of all stake is false.
    function itIsNoMoreThanCertain_andNoLessThanTheVerifierAlone(uint16 check, uint16 audit) external pure {
        if (check > BPS || audit > BPS) return;
        uint256 seen = Cover._seen(check, audit);
        assert(2 * seen <= 3 * 3 * BPS * BPS * BPS);
        assert(seen >= uint256(check) * 3 * BPS * BPS);
    }

    function moreWorkChecked_showsNoLess(uint16 less, uint16 more, uint16 audit) external pure {
        if (more > BPS || audit > BPS || less > more) return;
        assert(Cover._seen(less, audit) <= Cover._seen(more, audit));
    }

    function moreVerdictsAudited_showNoLess(uint16 check, uint16 less, uint16 more) external pure {
        if (check > BPS || more > BPS || less > more) return;
        assert(Cover._seen(check, less) <= Cover._seen(check, more));
    }
}

/// @notice Claims that are false, so that the checker is seen to find it.
contract FalseClaims {
    function aBondFitsInFewerBits(uint40 fee, uint8 size, uint8 points) external pure {
        if (size > 31 || points > 8) return;
        assert(Committee.costOf(fee, size, points) < 1 << 48);
    }

    function falseWorkIsSeenOnceAtMost(uint16 check, uint16 audit) external pure {
        if (check > 10_000 || audit > 10_000) return;
        assert(Cover._seen(check, audit) <= 3 * 10_000 * 10_000 * 10_000);
    }
}
