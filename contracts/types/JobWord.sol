// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Status} from "./Status.sol";

/// @notice A job in the one word that is stored, so that a call reads and writes it once. `IMarket.Job` says what its fields mean.
///
///     raised 64 | deadline 32 | drawBlock 32 | postedBlock 32 | verifier 32 | seven masks of 8 | status 8
///
/// Two places are free until the verdict fills them, and hold what later calls need, so that these need not read the terms:
///
///     place of      Open, Running                                              Revealing          Verifying
///     the verifier  claimants: a bit for who ever claimed, by id mod 32        challenge window   challenge window
///     four masks    window: the run window                                     window: verdict    the masks
type JobWord is uint256;

using JobWords for JobWord global;

library JobWords {
    uint256 private constant CLAIMED = 8;
    uint256 private constant COMMITTED = 16;
    uint256 private constant REVEALED = 24;
    uint256 private constant ACCEPTED = 32;
    uint256 private constant REJECTED = 40;
    uint256 private constant UNSERVED = 48;
    uint256 private constant LEAF_PENDING = 56;
    uint256 private constant WINDOW = 32;
    uint256 private constant VERIFIER = 64;
    uint256 private constant POSTED_BLOCK = 96;
    uint256 private constant DRAW_BLOCK = 128;
    uint256 private constant DEADLINE = 160;
    uint256 private constant RAISED = 192;

    /* READ */

    function status(JobWord job) internal pure returns (Status) { return Status(uint8(JobWord.unwrap(job))); }
    function claimed(JobWord job) internal pure returns (uint8) { return uint8(JobWord.unwrap(job) >> CLAIMED); }
    function committed(JobWord job) internal pure returns (uint8) { return uint8(JobWord.unwrap(job) >> COMMITTED); }
    function revealed(JobWord job) internal pure returns (uint8) { return uint8(JobWord.unwrap(job) >> REVEALED); }
    function accepted(JobWord job) internal pure returns (uint8) { return uint8(JobWord.unwrap(job) >> ACCEPTED); }
    function rejected(JobWord job) internal pure returns (uint8) { return uint8(JobWord.unwrap(job) >> REJECTED); }
    function unserved(JobWord job) internal pure returns (uint8) { return uint8(JobWord.unwrap(job) >> UNSERVED); }
    function leafPending(JobWord job) internal pure returns (uint8) { return uint8(JobWord.unwrap(job) >> LEAF_PENDING); }
    function verifier(JobWord job) internal pure returns (uint32) { return uint32(JobWord.unwrap(job) >> VERIFIER); }
    function challengeWindow(JobWord job) internal pure returns (uint32) { return uint32(JobWord.unwrap(job) >> VERIFIER); }
    function window(JobWord job) internal pure returns (uint32) { return uint32(JobWord.unwrap(job) >> WINDOW); }
    function claimants(JobWord job) internal pure returns (uint32) { return uint32(JobWord.unwrap(job) >> VERIFIER); }
    function postedBlock(JobWord job) internal pure returns (uint32) { return uint32(JobWord.unwrap(job) >> POSTED_BLOCK); }
    function drawBlock(JobWord job) internal pure returns (uint32) { return uint32(JobWord.unwrap(job) >> DRAW_BLOCK); }
    function deadline(JobWord job) internal pure returns (uint32) { return uint32(JobWord.unwrap(job) >> DEADLINE); }
    function raised(JobWord job) internal pure returns (uint64) { return uint64(JobWord.unwrap(job) >> RAISED); }

    /* CHANGE */

    function withStatus(JobWord job, Status value) internal pure returns (JobWord) { return _set(job, 0, 0xff, uint256(value)); }
    function withClaimed(JobWord job, uint8 value) internal pure returns (JobWord) { return _set(job, CLAIMED, 0xff, value); }
    function withCommitted(JobWord job, uint8 value) internal pure returns (JobWord) { return _set(job, COMMITTED, 0xff, value); }
    function withRevealed(JobWord job, uint8 value) internal pure returns (JobWord) { return _set(job, REVEALED, 0xff, value); }
    function withAccepted(JobWord job, uint8 value) internal pure returns (JobWord) { return _set(job, ACCEPTED, 0xff, value); }
    function withRejected(JobWord job, uint8 value) internal pure returns (JobWord) { return _set(job, REJECTED, 0xff, value); }
    function withUnserved(JobWord job, uint8 value) internal pure returns (JobWord) { return _set(job, UNSERVED, 0xff, value); }
    function withLeafPending(JobWord job, uint8 value) internal pure returns (JobWord) { return _set(job, LEAF_PENDING, 0xff, value); }
    function withChallengeWindow(JobWord job, uint32 value) internal pure returns (JobWord) { return _set(job, VERIFIER, 0xffffffff, value); }
    function withWindow(JobWord job, uint32 value) internal pure returns (JobWord) { return _set(job, WINDOW, 0xffffffff, value); }
    function withClaimants(JobWord job, uint32 value) internal pure returns (JobWord) { return _set(job, VERIFIER, 0xffffffff, value); }
    function withVerifier(JobWord job, uint32 value) internal pure returns (JobWord) { return _set(job, VERIFIER, 0xffffffff, value); }
    function withPostedBlock(JobWord job, uint32 value) internal pure returns (JobWord) { return _set(job, POSTED_BLOCK, 0xffffffff, value); }
    function withDrawBlock(JobWord job, uint32 value) internal pure returns (JobWord) { return _set(job, DRAW_BLOCK, 0xffffffff, value); }
    function withDeadline(JobWord job, uint32 value) internal pure returns (JobWord) { return _set(job, DEADLINE, 0xffffffff, value); }
    function withRaised(JobWord job, uint64 value) internal pure returns (JobWord) { return _set(job, RAISED, type(uint64).max, value); }

    function _set(JobWord job, uint256 shift, uint256 mask, uint256 value) private pure returns (JobWord) {
        return JobWord.wrap(JobWord.unwrap(job) & ~(mask << shift) | value << shift);
    }
}
