// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Crowd} from "./Crowd.sol";

/// @notice What must hold after any calls by anybody at any time: conservation of money, locks, the order of states, draws that
/// nothing moves, and that a stranger can end every job by time alone, its requester absent.
contract AnySequenceTest is Crowd {
    function testFuzz_anySequence_conservesMoney_keepsLocks_andEnds(uint256 seed) external {
        _live(seed);
        _endEverything();
    }
}
