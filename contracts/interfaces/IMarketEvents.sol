// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Finding} from "../judging/Finding.sol";
import {JobSpec} from "../types/JobSpec.sol";
import {Phase} from "../types/Phase.sol";
import {Status} from "../types/Status.sol";
import {Terms} from "../types/Terms.sol";

/// @title What the market tells of jobs and disputes, and why it refuses
interface IMarketEvents {
    event TermsRegistered(uint32 indexed terms, Terms content);
    event JobPosted(bytes32 indexed jobId, address indexed requester, JobSpec spec, uint32 drawBlock, uint32 deadline);
    event JobRaised(bytes32 indexed jobId, uint64 raised);
    event SeatClaimed(bytes32 indexed jobId, uint8 seat, uint32 indexed provider, uint32 due);
    event SeatEvicted(bytes32 indexed jobId, uint8 seat, uint32 indexed provider, uint64 penalty, address indexed caller, uint64 toCaller);
    event ResultCommitted(bytes32 indexed jobId, uint8 seat, bytes32 commitment);
    event ResultRevealed(bytes32 indexed jobId, uint8 seat, bytes32 class, bytes32 root);
    event RevealStarted(bytes32 indexed jobId, uint32 deadline);
    event VerificationStarted(bytes32 indexed jobId, uint32 drawBlock, uint32 deadline);
    event LeafRequested(bytes32 indexed jobId, uint8 seat, uint32 task, uint32 deadline, uint32 verdictDeadline);
    event LeafAnswered(bytes32 indexed jobId, uint8 seat, uint32 task, uint8 kind, bytes32 outputRoot);
    event LeafUnserved(bytes32 indexed jobId, uint8 seat, uint32 task);
    event VerdictGiven(bytes32 indexed jobId, uint32 indexed verifier, uint8 accepted, uint8 rejected, bytes32 evidence, uint256 tasks, uint32 drawBlock, uint32 deadline);
    event DefaultVerdict(bytes32 indexed jobId, uint8 accepted, uint32 deadline);
    event JobFinalized(bytes32 indexed jobId, uint64 refunded);
    event Challenged(bytes32 indexed jobId, uint8 point, address indexed challenger, uint8 subject, uint32 task, uint32 deadline);
    /// @notice The provider of a contested seat owes the trace of the point's task until the deadline.
    event TraceDemanded(bytes32 indexed jobId, uint8 point, uint32 indexed provider, uint32 deadline);
    /// @notice What the seat's result binds at the task, and the root of the trace that is claimed for it; none for an error.
    event TraceAnswered(bytes32 indexed jobId, uint8 point, uint8 kind, bytes32 outputRoot, bytes32 traceRoot);
    /// @notice A contract found the point's result wrong.
    event PointProven(bytes32 indexed jobId, uint8 point);
    event CommitteeCalled(bytes32 indexed jobId, uint8 round, uint8 size, address indexed appellant, uint32 drawBlock, uint32 deadline);
    event JurorSeated(bytes32 indexed jobId, uint8 round, uint32 indexed juror, uint64 locked);
    event VotingStarted(bytes32 indexed jobId, uint8 round, uint32 deadline);
    event VoteCommitted(bytes32 indexed jobId, uint8 round, uint32 indexed juror, bytes32 commitment);
    event OpeningStarted(bytes32 indexed jobId, uint8 round, uint32 deadline);
    event VoteOpened(bytes32 indexed jobId, uint8 round, uint32 indexed juror, uint8 wrong, bytes32 digest);
    /// @notice A committee's word, or that it has none. Who disagrees may appeal until the deadline.
    event RoundDecided(bytes32 indexed jobId, uint8 round, bool majority, uint8 wrong, uint32 deadline);
    /// @notice The end: the outcomes that hold, what went back to the requester, and what was burnt of all that was taken.
    event DisputeSettled(bytes32 indexed jobId, uint8 accepted, uint8 rejected, uint64 refunded, uint64 burnt);
    event JobExpired(bytes32 indexed jobId, uint64 refunded);

    error ParametersInvalid();
    error TermsInvalid(uint256 longest, uint32 unbonding);
    error TermsUnknown(uint32 terms);
    error SpecInvalid(bytes32 field, uint256 found, uint256 least, uint256 most);
    error NotRequester(address found, address expected);
    error NonceWrong(uint64 found, uint64 expected);
    error CreditTooLittle(uint64 found, uint256 expected);
    error JobInState(bytes32 jobId, Status found, Status expected);
    error TooLate(uint256 found, uint32 deadline);
    error TooEarly(uint256 found, uint256 expected);
    error SeatTaken(uint8 seat);
    error SeatUnknown(uint8 found, uint8 most);
    error SeatNotYours(uint8 seat, uint32 found, uint32 expected);
    error AlreadyInJob(uint32 stakeId);
    error BackingTooSmall(uint64 found, uint64 expected);
    error WeightTooNew(uint32 activeFrom, uint32 posted);
    error NotEligible(uint32 stakeId, uint256 block_);
    error AlreadyCommitted(uint8 seat);
    error NotCommitted(uint8 seat);
    error OthersNotCommitted(uint8 found, uint8 expected);
    error ReplicasWrong(uint8 found, uint8 expected);
    error CommitmentWrong(bytes32 found, bytes24 expected);
    error RootZero();
    error MasksInvalid(uint8 accepted, uint8 rejected, uint8 results, uint8 unserved);
    error LeafPending(uint8 seats);
    error LeafNotRequested(uint8 seat);
    error LeafDemandsSpent(uint8 found);
    error LeafWrong(bytes32 found, bytes24 expected);
    error SeedGone(uint256 drawBlock);
    error SubjectInvalid(uint8 subject);
    error AlreadyChallenged(uint8 point);
    error PointsSpent(uint8 found);
    error PointUnknown(uint8 found, uint8 points);
    error TraceDemandedBefore(uint8 point);
    error TraceNotDemanded(uint8 point);
    error AnswerInvalid(uint8 kind, bytes32 traceRoot);
    error NothingToProve(uint8 point);
    error ClaimWrong(bytes32 found, bytes32 expected);
    error NotProven(Finding found);
    error NothingToDecide(bytes32 jobId);
    error DisputeInPhase(bytes32 jobId, Phase found, Phase expected);
    error NotJuror(uint32 stakeId, uint8 round);
    error AlreadyVoted(uint32 stakeId);
    error NoLargerCommittee(uint8 round);
    error VoteInvalid(uint8 wrong, uint8 points);
}
