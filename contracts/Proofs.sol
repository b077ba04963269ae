// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Settlement} from "./Settlement.sol";
import {Finding} from "./judging/Finding.sol";
import {Heads} from "./judging/Head.sol";
import {IDisputes} from "./interfaces/IDisputes.sol";
import {JobSpec} from "./types/JobSpec.sol";
import {JobWord} from "./types/JobWord.sol";
import {Phase} from "./types/Phase.sol";
import {Status} from "./types/Status.sol";

/// @notice How a point is decided without a committee: the accused shows what every operator gave, and a contract finds one that is
/// wrong, or nothing is shown.
abstract contract Proofs is Settlement {
    uint8 private constant OUTPUTS = 0;
    uint8 private constant ERROR = 1;
    uint256 private constant SELECTOR = 4;
    uint256 private constant CLAIM = 5 * 32;

    /// @dev The hash of the claim that an answer makes; zero where it is an error, which no trace explains.
    mapping(bytes32 => mapping(uint256 => bytes32)) private _claims;

    /// @inheritdoc IDisputes
    function demandTrace(JobSpec calldata spec, uint8 point, bytes calldata head) external {
        (bytes32 jobId, Entry storage entry, Traces storage traces, uint32 deadline, uint8 mark) = _loadPoint(spec, point, 0);
        uint8 subject = _points[jobId][point].subject;
        if (entry.job.accepted() & _bit(subject) == 0) revert SubjectInvalid(subject);
        if (traces.demanded & mark != 0) revert TraceDemandedBefore(point);
        Heads.check(head, spec.bundle);
        traces.demanded |= mark;
        emit TraceDemanded(jobId, point, entry.seats[subject].provider(), deadline + _terms[spec.terms].disputeWindow);
    }

    /// @inheritdoc IDisputes
    function answerTrace(JobSpec calldata spec, uint8 point, uint8 kind, bytes32 outputRoot, bytes32[] calldata path, bytes32 traceRoot) external {
        (bytes32 jobId, Entry storage entry, Traces storage traces,, uint8 mark) = _loadPoint(spec, point, 1);
        if (traces.demanded & ~traces.answered & mark == 0) revert TraceNotDemanded(point);
        Point memory about = _points[jobId][point];
        // Nobody else's: who showed a false trace in another's name would convict it.
        uint32 provider = entry.seats[about.subject].provider();
        if (_stakeIds[msg.sender] != provider) revert SeatNotYours(about.subject, _stakeIds[msg.sender], provider);
        _checkLeaf(entry, about.subject, about.task, spec.tasks, kind, outputRoot, path);
        if (kind > ERROR || (kind == OUTPUTS) == (traceRoot == 0)) revert AnswerInvalid(kind, traceRoot);

        traces.answered |= mark;
        if (kind == OUTPUTS) _claims[jobId][point] = keccak256(abi.encode(spec.bundle, about.task, spec.tasks, outputRoot, traceRoot));
        emit TraceAnswered(jobId, point, kind, outputRoot, traceRoot);
    }

    /// @inheritdoc IDisputes
    function prove(JobSpec calldata spec, uint8 point, bytes calldata judgement) external {
        (bytes32 jobId,, Traces storage traces,, uint8 mark) = _loadPoint(spec, point, 2);
        bytes32 claim = _claims[jobId][point];
        if (claim == 0 || traces.proven & mark != 0) revert NothingToProve(point);
        if (judgement.length < SELECTOR + CLAIM) revert ClaimWrong(0, claim);
        bytes32 found = keccak256(judgement[SELECTOR:SELECTOR + CLAIM]);
        if (found != claim) revert ClaimWrong(found, claim);
        Finding finding = _ask(judgement);
        if (finding != Finding.Wrong) revert NotProven(finding);

        traces.proven |= mark;
        emit PointProven(jobId, point);
    }

    /// @dev What refuses the judgement is passed on.
    function _ask(bytes memory judgement) private view returns (Finding) {
        (bool ok, bytes memory answer) = _arbiter.staticcall(judgement);
        if (!ok) {
            assembly ("memory-safe") { revert(add(answer, 32), mload(answer)) }
        }
        return abi.decode(answer, (Finding));
    }

    /// @dev A point of a dispute that takes points, or did until some windows ago.
    function _loadPoint(JobSpec calldata spec, uint8 point, uint32 windows)
        private
        view
        returns (bytes32 jobId, Entry storage entry, Traces storage traces, uint32 deadline, uint8 mark)
    {
        JobWord job;
        (jobId, entry, job) = _load(spec, Status.Disputed);
        Dispute storage dispute = _disputes[jobId];
        if (dispute.phase != Phase.Filing) revert DisputeInPhase(jobId, dispute.phase, Phase.Filing);
        if (point >= dispute.points) revert PointUnknown(point, dispute.points);
        traces = _traces[jobId];
        (deadline, mark) = (job.deadline(), uint8(1 << point));
        _before(deadline + windows * _terms[spec.terms].disputeWindow);
    }
}
