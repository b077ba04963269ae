// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {JobSpec} from "../types/JobSpec.sol";
import {Parameters} from "../types/Parameters.sol";
import {Role} from "../types/Role.sol";
import {Status} from "../types/Status.sol";
import {Terms} from "../types/Terms.sol";
import {IStaking} from "./IStaking.sol";

/// @title The market: how one job goes from posted to paid
/// @notice Nobody owns it, nothing in it can be changed. Times are half open: an act is in time before its deadline.
/// @dev Warning: draws are only as good as the chain's block hashes. Where one party chooses them, use another source of seeds.
interface IMarket is IStaking {
    /// @notice A job, as `jobOf` shows it until it ends; then all is zero. Masks have one bit per seat.
    struct Job {
        Status status;
        /// Seats taken.
        uint8 claimed;
        /// Seats with a commitment, or a result.
        uint8 committed;
        /// Seats with a result.
        uint8 revealed;
        /// Seats that the verdict accepts: paid.
        uint8 accepted;
        /// Seats that the verdict rejects: fraud. What is neither is refused: not paid, not punished.
        uint8 rejected;
        /// Seats that did not serve a demanded leaf in time.
        uint8 unserved;
        /// Seats of which a leaf is demanded and not answered yet.
        uint8 leafPending;
        /// Who gave the verdict; 0 for the default.
        uint32 verifier;
        /// When it was posted: only weight set before counts.
        uint32 postedBlock;
        /// The block whose hash draws: providers at first, the verifier and the samples after the last result, an audit after the verdict.
        uint32 drawBlock;
        /// When the present state's time is over, in seconds since 1970.
        uint32 deadline;
        /// What the requester added to the reward of each seat, in units.
        uint64 raised;
    }

    /// @notice One provider's part of a job, as `seatOf` shows it.
    struct Seat {
        uint32 provider;
        /// When the commitment or result must be on chain, in seconds since 1970.
        uint32 due;
        /// The first 24 bytes of the commitment at first, of the result root after it is opened: so a seat is one storage word.
        /// Finding two roots that begin alike takes 2^96 hashes, another root for a given one 2^192. The events have all 32 bytes.
        bytes24 digest;
    }

    /// @notice A demand to put one leaf of a seat's result tree on chain.
    struct LeafRequest {
        uint32 task;
        uint32 deadline;
        uint8 demands;
        bool open;
    }

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
    event VerdictGiven(bytes32 indexed jobId, uint32 indexed verifier, uint8 accepted, uint8 rejected, bytes32 evidence, bytes32 traces, uint32 drawBlock, uint32 deadline);
    event DefaultVerdict(bytes32 indexed jobId, uint8 accepted, uint32 deadline);
    event JobFinalized(bytes32 indexed jobId, uint64 refunded);
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

    /// @notice Fixes windows and quorum under a number, for ever. Anybody may.
    function registerTerms(Terms memory content) external returns (uint32 terms);

    /// @notice Posts a job and escrows k·reward + verifierFee from the caller's credit. The caller is the spec's requester.
    function post(JobSpec calldata spec) external returns (bytes32 jobId);

    /// @notice Raises the reward of every seat while one is unclaimed. The requester alone.
    function raise(JobSpec calldata spec, uint64 extra) external;

    /// @notice Takes a seat: by the node key of a provider that is eligible now and whose backing and free stake suffice.
    /// The claim vouches for the bundle: whoever claims can serve it until the job is final.
    function claim(JobSpec calldata spec, uint8 seat) external;

    /// @notice Ends a claim that is late: costs the provider 2 rewards, and any other seat of jobs posted until now; opens the seat. Anybody may.
    function evict(JobSpec calldata spec, uint8 seat) external;

    /// @notice The result of the only seat (k = 1).
    function submit(JobSpec calldata spec, bytes32 class, bytes32 root) external;

    /// @notice Commits to a result (k >= 2): see `commitment`.
    function commit(JobSpec calldata spec, uint8 seat, bytes32 commitment_) external;

    /// @notice Opens a commitment, once all seats have committed.
    function reveal(JobSpec calldata spec, uint8 seat, bytes32 class, bytes32 root, bytes32 salt) external;

    /// @notice The result of the last seat that has not committed (k >= 2): nobody is left to copy it.
    function commitAndReveal(JobSpec calldata spec, uint8 seat, bytes32 class, bytes32 root) external;

    /// @notice Moves a job on whose time is over: late seats lose 2 rewards, what is there goes on, or all is refunded. Anybody may.
    function close(JobSpec calldata spec) external;

    /// @notice Demands one leaf of a seat's result tree on chain. By the node key of a verifier that is eligible now.
    function requestLeaf(JobSpec calldata spec, uint8 seat, uint32 task) external;

    /// @notice Answers the demand. Anybody who has the leaf may.
    /// @param kind 0 for outputs, 1 for an error
    /// @param outputRoot the digest of the task's outputs, or of the error
    /// @param path the siblings from the leaf up to the seat's root
    function answerLeaf(JobSpec calldata spec, uint8 seat, uint8 kind, bytes32 outputRoot, bytes32[] calldata path) external;

    /// @notice Records that a demanded leaf was not served in time: fraud. Anybody may.
    function markUnserved(JobSpec calldata spec, uint8 seat) external;

    /// @notice Judges the results and pays at once. By the node key of a verifier that is eligible now.
    /// @param accepted seats that are paid
    /// @param rejected seats that no honest run can explain; what is neither is refused
    /// @param evidence SHA-256 of the signed evidence
    /// @param traces salted digest of the verifier's own traces of the samples
    function verdict(JobSpec calldata spec, uint8 accepted, uint8 rejected, bytes32 evidence, bytes32 traces) external;

    /// @notice Judges in place of a verifier that did not: equal roots that reach the quorum, or the only seat. Pays after the
    /// challenge window, without a fee. Anybody may.
    function verdictByDefault(JobSpec calldata spec) external;

    /// @notice Ends a job after its challenge window: releases locks, slashes rejected seats, refunds what was not paid. Anybody may.
    function finalize(JobSpec calldata spec) external;

    /// @notice Several calls in one transaction, such as finalizing one job and claiming another. None can carry a value.
    function multicall(bytes[] calldata calls) external;

    function jobIdOf(JobSpec calldata spec) external view returns (bytes32);

    function jobOf(bytes32 jobId) external view returns (Job memory);

    function seatOf(bytes32 jobId, uint8 seat) external view returns (Seat memory);

    function leafRequestOf(bytes32 jobId, uint8 seat) external view returns (LeafRequest memory);

    function termsOf(uint32 terms) external view returns (Terms memory);

    /// @notice How many jobs an account has posted: the nonce of its next.
    function nonceOf(address requester) external view returns (uint64);

    /// @notice The commitment to a result. It binds chain, contract, job, provider and class, so that no copy opens as another's.
    function commitment(bytes32 jobId, uint32 provider, bytes32 class, bytes32 root, bytes32 salt) external view returns (bytes32);

    /// @notice The stake that one seat locks until the job is final, in units: max(2·reward, 2·(cover + reward)/k).
    function lockOf(JobSpec calldata spec) external pure returns (uint64);

    /// @notice The whole stake that a provider needs to claim, in units: max(10·reward, lock, 2.14·cover/(k·share re-executed)).
    function backingOf(JobSpec calldata spec) external pure returns (uint64);

    /// @notice Whether a stake could claim a seat, or give the verdict, in the next block (simulated at the block of the call).
    function isEligible(JobSpec calldata spec, uint32 stakeId) external view returns (bool);

    /// @notice What draws the samples: known once the draw block is, for as long as the chain gives its hash.
    function sampleSeed(bytes32 jobId) external view returns (bytes32);

    function parameters() external view returns (Parameters memory);
}
