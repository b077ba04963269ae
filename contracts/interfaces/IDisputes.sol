// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {JobSpec} from "../types/JobSpec.sol";
import {Phase} from "../types/Phase.sol";
import {IMarketEvents} from "./IMarketEvents.sol";

/// @title What the market does when somebody doubts, stalls or withholds
/// @notice Called at the market's own address. All deadlines are exits: whoever is late loses its say, and anybody can go on.
interface IDisputes is IMarketEvents {
    /// @notice A demand to put one leaf of a seat's result tree on chain.
    struct LeafRequest {
        uint32 task;
        uint32 deadline;
        uint8 demands;
        bool open;
    }

    /// @notice A dispute, as `disputeOf` shows it until it is settled.
    struct Dispute {
        Phase phase;
        /// How many points are contested.
        uint8 points;
        /// Which committee, from 1.
        uint8 round;
        /// Its members so far, and how many of them have committed to a vote and opened it.
        uint8 seated;
        uint8 voted;
        uint8 opened;
        /// The last committee with a majority; 0 if none had one. What it said holds.
        uint8 standing;
    }

    /// @notice Of which points (one bit each) a trace was demanded, and shown, and which a contract found wrong.
    struct Traces {
        uint8 demanded;
        uint8 answered;
        uint8 proven;
    }

    /// @notice Something contested: a seat at a task, or the verifier (subject 7) at a task.
    struct Point {
        address challenger;
        uint8 subject;
        uint32 task;
    }

    /// @notice A member of a committee. Its digest is that of the commitment at first, then of the opened vote.
    struct Juror {
        uint8 round;
        bool voted;
        bool opened;
        uint8 wrong;
        bytes24 digest;
    }

    /// @notice Demands one leaf of a seat's result tree on chain. By the node key of a verifier that is eligible now.
    function requestLeaf(JobSpec calldata spec, uint8 seat, uint32 task) external;

    /// @notice Answers the demand. Anybody who has the leaf may.
    /// @param kind 0 for outputs, 1 for an error
    /// @param outputRoot the digest of the task's outputs, or of the error
    /// @param path the siblings from the leaf up to the seat's root
    function answerLeaf(JobSpec calldata spec, uint8 seat, uint8 kind, bytes32 outputRoot, bytes32[] calldata path) external;

    /// @notice Records that a demanded leaf was not served in time: fraud. Anybody may.
    function markUnserved(JobSpec calldata spec, uint8 seat) external;

    /// @notice Judges in place of a verifier that did not: equal roots that reach the quorum, or the only seat. Pays after the
    /// challenge window, without a fee. Anybody may.
    function verdictByDefault(JobSpec calldata spec) external;

    /// @notice Contests a verdict within the challenge window, with a bond of `bondOf(spec, 1, 1)`: a node's is taken from what its
    /// stake earned and then from its free stake, anybody else's from its credit. Up to eight points, until the window ends.
    /// @param subject an accepted seat, claimed to be wrong; a seat that is not, claimed to be right at the task that the verdict names
    /// (not one that withheld a demanded leaf); or 7: the verifier's own sample at the task is missing or wrong
    /// @param task which task
    function challenge(JobSpec calldata spec, uint8 subject, uint32 task) external;

    /// @notice Demands the trace of a contested accepted seat at its point's task, while points can be filed; once a point. Anybody may.
    /// One window after points can no longer be filed it must be answered: else the seat is wrong.
    /// @param head the preimage of the spec's bundle; it must name a model
    function demandTrace(JobSpec calldata spec, uint8 point, bytes calldata head) external;

    /// @notice Answers: the leaf of the task, as in `answerLeaf`, and the root of a trace of it. By the node key of the seat's
    /// provider only, against whom it is held. It may have made the trace with other settings than its result: `prove` compares what it
    /// ends in within the bundle's tolerance.
    /// @param traceRoot zero where the leaf is an error
    function answerTrace(JobSpec calldata spec, uint8 point, uint8 kind, bytes32 outputRoot, bytes32[] calldata path, bytes32 traceRoot) external;

    /// @notice Proves an answered point wrong, within one window after answers. Anybody may; the point's challenger gains.
    /// @param judgement a call of the arbiter: a selector, the claim (bundle, task, tasks, output root, trace root), the proof
    function prove(JobSpec calldata spec, uint8 point, bytes calldata judgement) external;

    /// @notice Draws the first committee once the time for points, answers and proofs is over. Not where all points are proven: then
    /// `settle` follows at once. Anybody may.
    function callCommittee(JobSpec calldata spec) external;

    /// @notice Takes a seat in the committee and locks stake for it: by the node key of a verifier that is eligible now, did not give
    /// the verdict and sat in no committee of this dispute.
    function join(JobSpec calldata spec) external;

    /// @notice Commits to a vote: see `voteCommitment`.
    function vote(JobSpec calldata spec, bytes32 commitment_) external;

    /// @notice Opens a vote. More than half of the committee's seats with equal votes are a majority.
    /// @param wrong one bit for each point: the seat's result is wrong or withheld, or the verifier's work is
    /// @param digest SHA-256 of the canonical results of all points' tasks, by the referee: so no juror can agree without working
    function openVote(JobSpec calldata spec, uint8 wrong, bytes32 digest, bytes32 salt) external;

    /// @notice Moves a dispute on whose phase is over by time, with those who are there. Anybody may.
    function proceed(JobSpec calldata spec) external;

    /// @notice Calls a larger committee, with a bond of `bondOf(spec, round, points)`.
    function appeal(JobSpec calldata spec) external;

    /// @notice Ends a dispute that nobody appeals in time, or of which every point is proven: pays, releases, refunds and slashes all of it. Anybody may.
    function settle(JobSpec calldata spec) external;

    function disputeOf(bytes32 jobId) external view returns (Dispute memory);

    function tracesOf(bytes32 jobId) external view returns (Traces memory);

    function pointOf(bytes32 jobId, uint8 point) external view returns (Point memory);

    function jurorOf(bytes32 jobId, uint32 stakeId) external view returns (Juror memory);

    /// @notice The commitment to a vote. It binds chain, contract, job, committee and juror, so that no copy opens as another's.
    function voteCommitment(bytes32 jobId, uint8 round, uint32 juror, uint8 wrong, bytes32 digest, bytes32 salt) external view returns (bytes32);

    /// @notice What a juror is paid for one point, in units.
    function jurorFeeOf(JobSpec calldata spec) external view returns (uint64);

    /// @notice What it costs to call a committee for some points, in units: back for whoever turns out right.
    function bondOf(JobSpec calldata spec, uint8 round, uint8 points) external view returns (uint64);

    function leafRequestOf(bytes32 jobId, uint8 seat) external view returns (LeafRequest memory);

    /// @notice Whether a stake could claim a seat, or give the verdict, in the next block (simulated at the block of the call).
    function isEligible(JobSpec calldata spec, uint32 stakeId) external view returns (bool);
}
