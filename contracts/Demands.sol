// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Jobs} from "./Jobs.sol";
import {IDisputes} from "./interfaces/IDisputes.sol";
import {AccountWord} from "./types/AccountWord.sol";
import {JobSpec} from "./types/JobSpec.sol";
import {JobWord} from "./types/JobWord.sol";
import {Role} from "./types/Role.sol";
import {Status} from "./types/Status.sol";
import {Terms} from "./types/Terms.sol";

/// @notice What happens to results that nobody shows, and to jobs that nobody judges.
abstract contract Demands is IDisputes, Jobs {
    mapping(bytes32 => mapping(uint256 => LeafRequest)) private _leafRequests;

    /// @inheritdoc IDisputes
    function requestLeaf(JobSpec calldata spec, uint8 seat, uint32 task) external {
        (bytes32 jobId, Entry storage entry, JobWord job) = _load(spec, Status.Verifying);
        _before(job.deadline());
        if (job.revealed() & _bit(seat) == 0) revert SeatUnknown(seat, spec.replicas - 1);
        if (task >= spec.tasks) revert SpecInvalid("task", task, 0, spec.tasks - 1);
        if ((job.leafPending() | job.unserved()) & _bit(seat) != 0) revert LeafPending(job.leafPending());
        (uint32 verifier, AccountWord account) = _nodeOfCaller(Role.Verifier);
        _checkEligible(job, verifier, account, 1);
        LeafRequest storage request = _leafRequests[jobId][seat];
        if (request.demands == MOST_DEMANDS) revert LeafDemandsSpent(MOST_DEMANDS);

        Terms storage t = _terms[spec.terms];
        request.task = task;
        request.deadline = uint32(block.timestamp) + t.leafWindow;
        request.demands++;
        uint32 prolonged = request.deadline + t.verdictWindow;
        if (prolonged > job.deadline()) job = job.withDeadline(prolonged);
        entry.job = job.withLeafPending(job.leafPending() | _bit(seat));
        emit LeafRequested(jobId, seat, task, request.deadline, job.deadline());
    }

    /// @inheritdoc IDisputes
    function answerLeaf(JobSpec calldata spec, uint8 seat, uint8 kind, bytes32 outputRoot, bytes32[] calldata path)
        external
    {
        (bytes32 jobId, Entry storage entry, JobWord job, LeafRequest storage request) = _loadRequest(spec, seat);
        _before(request.deadline);
        _checkLeaf(entry, seat, request.task, spec.tasks, kind, outputRoot, path);
        entry.job = job.withLeafPending(job.leafPending() & ~_bit(seat));
        emit LeafAnswered(jobId, seat, request.task, kind, outputRoot);
    }

    /// @inheritdoc IDisputes
    function markUnserved(JobSpec calldata spec, uint8 seat) external {
        (bytes32 jobId, Entry storage entry, JobWord job, LeafRequest storage request) = _loadRequest(spec, seat);
        _notBefore(request.deadline);
        job = job.withLeafPending(job.leafPending() & ~_bit(seat));
        entry.job = job.withUnserved(job.unserved() | _bit(seat));
        emit LeafUnserved(jobId, seat, request.task);
    }

    /// @inheritdoc IDisputes
    function verdictByDefault(JobSpec calldata spec) external {
        (bytes32 jobId, Entry storage entry, JobWord job) = _load(spec, Status.Verifying);
        _notBefore(job.deadline());
        if (job.leafPending() != 0) revert LeafPending(job.leafPending());
        uint8 candidates = job.revealed() & ~job.unserved();
        uint8 accepted = spec.replicas == 1 ? candidates : _agreeing(entry, candidates, _terms[spec.terms].quorum);
        job = _judged(job, Status.Defaulted, 0, accepted, job.unserved());
        entry.job = job;
        emit DefaultVerdict(jobId, accepted, job.deadline());
    }

    /// @inheritdoc IDisputes
    function leafRequestOf(bytes32 jobId, uint8 seat) external view returns (LeafRequest memory request) {
        return _leafRequests[jobId][seat];
    }

    function _loadRequest(JobSpec calldata spec, uint8 seat)
        private
        view
        returns (bytes32 jobId, Entry storage entry, JobWord job, LeafRequest storage request)
    {
        (jobId, entry, job) = _load(spec, Status.Verifying);
        if (job.leafPending() & _bit(seat) == 0) revert LeafNotRequested(seat);
        request = _leafRequests[jobId][seat];
    }

    /// @dev The largest group of candidates with equal roots, if it reaches the quorum; of equal groups the first.
    function _agreeing(Entry storage entry, uint8 candidates, uint256 quorum) private view returns (uint8 best) {
        for (uint8 a; candidates >> a != 0; ++a) {
            if (candidates & _bit(a) == 0) continue;
            uint8 group;
            for (uint8 b; candidates >> b != 0; ++b) {
                if (candidates & _bit(b) != 0 && entry.seats[a].digest() == entry.seats[b].digest()) group |= _bit(b);
            }
            if (_count(group) >= quorum && _count(group) > _count(best)) best = group;
        }
    }
}
