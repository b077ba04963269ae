// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {JobSpec} from "../types/JobSpec.sol";
import {Parameters} from "../types/Parameters.sol";
import {Role} from "../types/Role.sol";
import {Status} from "../types/Status.sol";
import {Terms} from "../types/Terms.sol";
import {IMarketEvents} from "./IMarketEvents.sol";
import {IStaking} from "./IStaking.sol";

/// @title The market: how one job goes from posted to paid
/// @notice Nobody owns it, nothing in it can be changed. Times are half open: an act is in time before its deadline.
/// What is needed only when somebody doubts, stalls or withholds is in IDisputes; the same contract answers both.
/// @dev Warning: draws are only as good as the chain's block hashes. Where one party chooses them, use another source of seeds.
interface IMarket is IStaking, IMarketEvents {
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
        /// The block whose hash draws: providers at first, the verifier and the samples after the last result, an audit after the verdict,
        /// a committee in a dispute.
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

    /// @notice Fixes windows and quorum under a number, for ever. Anybody may.
    function registerTerms(Terms memory content) external returns (uint32 terms);

    /// @notice Posts a job and escrows k·reward + verifierFee from the caller's credit. The caller is the spec's requester.
    function post(JobSpec calldata spec) external returns (bytes32 jobId);

    /// @notice Raises the reward of every seat while one is unclaimed. The requester alone.
    function raise(JobSpec calldata spec, uint64 extra) external;

    /// @notice Takes a seat: by the node key of a provider that is eligible now and whose backing and free stake suffice.
    /// The claim vouches for the bundle: whoever claims can serve it until the job is final.
    function claim(JobSpec calldata spec, uint8 seat) external;

    /// @notice `claim` and `submit` in one (k = 1), for whoever executed before it claims. All that either checks is checked.
    function claimAndSubmit(JobSpec calldata spec, bytes32 class, bytes32 root) external;

    /// @notice `claim` and `commit` in one (k >= 2), for whoever executed before it claims. All that either checks is checked.
    function claimAndCommit(JobSpec calldata spec, uint8 seat, bytes32 commitment_) external;

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

    /// @notice Judges the results and pays at once. By the node key of a verifier that is eligible now.
    /// @param accepted seats that are paid
    /// @param rejected seats that no honest run can explain; what is neither is refused
    /// @param evidence SHA-256 of the signed evidence
    /// @param tasks for each seat that is not accepted the task that decided, in bits 32·seat to 32·seat + 31: what its provider contests
    function verdict(JobSpec calldata spec, uint8 accepted, uint8 rejected, bytes32 evidence, uint256 tasks) external;

    /// @notice Ends a job after its challenge window: releases locks, slashes rejected seats, refunds what was not paid. Anybody may.
    function finalize(JobSpec calldata spec) external;

    /// @notice Several calls in one transaction, such as finalizing one job and claiming another. None can carry a value.
    function multicall(bytes[] calldata calls) external;

    function jobIdOf(JobSpec calldata spec) external view returns (bytes32);

    function jobOf(bytes32 jobId) external view returns (Job memory);

    function seatOf(bytes32 jobId, uint8 seat) external view returns (Seat memory);

    function termsOf(uint32 terms) external view returns (Terms memory);

    /// @notice How many jobs an account has posted: the nonce of its next.
    function nonceOf(address requester) external view returns (uint64);

    /// @notice The commitment to a result. It binds chain, contract, job, provider and class, so that no copy opens as another's.
    function commitment(bytes32 jobId, uint32 provider, bytes32 class, bytes32 root, bytes32 salt) external view returns (bytes32);

    /// @notice The stake that one seat locks until the job is final, in units: max(2·reward, 2·(cover + reward)/k).
    function lockOf(JobSpec calldata spec) external pure returns (uint64);

    /// @notice The whole stake that a provider needs to claim, in units: max(10·reward, lock, and what makes false work lose for a third of
    /// all stake, one task or all; docs/protocol.md, "Stake").
    function backingOf(JobSpec calldata spec) external pure returns (uint64);

    /// @notice What draws the samples: known once the draw block is, for as long as the chain gives its hash.
    function sampleSeed(bytes32 jobId) external view returns (bytes32);

    function parameters() external view returns (Parameters memory);
}
