// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Ledger} from "./Ledger.sol";
import {IMarketEvents} from "./interfaces/IMarketEvents.sol";
import {Committee} from "./libraries/Committee.sol";
import {JobId} from "./libraries/JobId.sol";
import {ResultTree} from "./libraries/ResultTree.sol";
import {Seed} from "./libraries/Seed.sol";
import {Sortition} from "./libraries/Sortition.sol";
import {AccountWord} from "./types/AccountWord.sol";
import {JobSpec} from "./types/JobSpec.sol";
import {JobWord} from "./types/JobWord.sol";
import {Parameters} from "./types/Parameters.sol";
import {SeatWord} from "./types/SeatWord.sol";
import {Status} from "./types/Status.sol";
import {Terms} from "./types/Terms.sol";

/// @notice What is stored of jobs, and the checks and steps that Market and Disputes share. Both run on the same storage: neither may
/// declare any before this contract's.
abstract contract Jobs is Ledger, IMarketEvents {
    /// @dev All that is stored of a job for its whole life.
    struct Entry {
        JobWord job;
        mapping(uint256 => SeatWord) seats;
    }

    uint256 internal constant MOST_REPLICAS = 7;
    /// @dev Each demand prolongs the verdict's time; more would let one verifier hold a job up.
    uint8 internal constant MOST_DEMANDS = 3;
    uint256 private constant MOST_GROWTH_BLOCKS = 200;

    uint32 internal immutable _seedLag;
    uint32 internal immutable _growthBlocks;
    uint64 internal immutable _evictionReward;
    uint32 internal immutable _committees;
    address internal immutable _arbiter;

    uint32 internal _lastTerms;
    mapping(uint32 => Terms) internal _terms;
    mapping(bytes32 => Entry) internal _entries;

    constructor(Parameters memory p) {
        if (p.seedLag == 0 || p.growthBlocks == 0 || p.growthBlocks > MOST_GROWTH_BLOCKS) revert ParametersInvalid();
        if (!Committee.areValid(p.committees) || p.arbiter.code.length == 0) revert ParametersInvalid();
        _seedLag = p.seedLag;
        _growthBlocks = p.growthBlocks;
        _evictionReward = p.evictionReward;
        _committees = p.committees;
        _arbiter = p.arbiter;
    }

    /* CHECKS */

    function _before(uint32 deadline) internal view {
        if (block.timestamp >= deadline) revert TooLate(block.timestamp, deadline);
    }

    function _notBefore(uint256 time) internal view {
        if (block.timestamp < time) revert TooEarly(block.timestamp, time);
    }

    function _loadAny(JobSpec calldata spec) internal view returns (bytes32 jobId, Entry storage entry, JobWord job) {
        jobId = JobId.ofSpec(spec);
        entry = _entries[jobId];
        job = entry.job;
    }

    function _load(JobSpec calldata spec, Status expected)
        internal
        view
        returns (bytes32 jobId, Entry storage entry, JobWord job)
    {
        (jobId, entry, job) = _loadAny(spec);
        if (job.status() != expected) revert JobInState(jobId, job.status(), expected);
    }

    /// @dev That the result of a seat has this leaf at a task.
    function _checkLeaf(
        Entry storage entry, uint8 seat, uint32 task, uint256 tasks, uint8 kind, bytes32 outputRoot, bytes32[] calldata path
    ) internal view {
        bytes32 found = ResultTree.rootFrom(task, tasks, kind, outputRoot, path);
        bytes24 expected = entry.seats[seat].digest();
        if (bytes24(found) != expected) revert LeafWrong(found, expected);
    }

    function _checkEligible(JobWord job, uint32 stakeId, AccountWord account, uint256 seats) internal view {
        uint32 activeFrom = account.activeFrom();
        if (activeFrom >= job.postedBlock()) revert WeightTooNew(activeFrom, job.postedBlock());
        if (!_isEligible(job, stakeId, account, seats)) revert NotEligible(stakeId, block.number);
    }

    function _isEligible(JobWord job, uint32 stakeId, AccountWord account, uint256 seats)
        internal
        view
        returns (bool)
    {
        if (block.number <= job.drawBlock()) return false;
        uint256 blocks = block.number - job.drawBlock();
        // By then everybody is eligible, so that no hash is needed that the chain no longer gives.
        if (blocks >= _growthBlocks) return true;
        return Sortition.isEligible(
            Seed.ofBlock(job.drawBlock()), stakeId, account.stake(), _active[account.role()], seats, blocks
        );
    }

    /* STEPS */

    /// @dev Ends Verifying.
    function _judged(JobWord job, Status status, uint32 verifier, uint8 accepted, uint8 rejected)
        internal
        view
        returns (JobWord)
    {
        uint32 deadline = uint32(block.timestamp) + job.challengeWindow();
        return job.withStatus(status).withVerifier(verifier).withAccepted(accepted).withRejected(rejected)
            .withDrawBlock(uint32(block.number) + _seedLag).withDeadline(deadline);
    }

    /* ARITHMETIC */

    /// @dev What counts for the prover of a rejected seat: what the job demanded of it. Nothing where it withheld a leaf, so that nobody
    /// gains by claiming that it did.
    function _bountyBase(JobWord job, uint8 bit, uint64 backing) internal pure returns (uint64) {
        return job.unserved() & bit == 0 ? backing : 0;
    }

    function _escrow(JobSpec calldata spec, uint64 raised) internal pure returns (uint256) {
        // Numbers of 64 and 8 bits cannot overflow 256.
        unchecked {
            return (uint256(spec.reward) + raised) * spec.replicas + spec.verifierFee;
        }
    }

    function _bit(uint256 seat) internal pure returns (uint8) {
        return seat < MOST_REPLICAS ? uint8(1 << seat) : 0;
    }

    function _count(uint8 mask) internal pure returns (uint256 bits) {
        for (; mask != 0; mask &= mask - 1) ++bits;
    }
}
