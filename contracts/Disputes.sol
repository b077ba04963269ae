// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Demands} from "./Demands.sol";
import {Jobs} from "./Jobs.sol";
import {Proofs} from "./Proofs.sol";
import {IDisputes} from "./interfaces/IDisputes.sol";
import {Committee} from "./libraries/Committee.sol";
import {AccountWord} from "./types/AccountWord.sol";
import {JobSpec} from "./types/JobSpec.sol";
import {JobWord} from "./types/JobWord.sol";
import {Parameters} from "./types/Parameters.sol";
import {Phase} from "./types/Phase.sol";
import {Role} from "./types/Role.sol";
import {Status} from "./types/Status.sol";

/// @title The market's rules for whoever doubts a verdict
/// @dev The market delegates to this code what it does not know itself; all of it works on the market's storage, none on this
/// contract's own. A dispute's block of draw and deadline are the job's.
contract Disputes is Demands, Proofs {
    bytes32 private constant VOTE_DOMAIN = keccak256("market vote 1");

    /// @dev How many equal votes a committee has.
    mapping(bytes32 => mapping(bytes32 => uint256)) private _tallies;

    constructor(Parameters memory p) Jobs(p) {}

    /* POINTS */

    /// @inheritdoc IDisputes
    function challenge(JobSpec calldata spec, uint8 subject, uint32 task) external {
        (bytes32 jobId, Entry storage entry, JobWord job) = _loadAny(spec);
        Dispute memory dispute = _disputes[jobId];
        bool first = job.status() == Status.Paid || job.status() == Status.Defaulted;
        if (!first && dispute.phase != Phase.Filing) revert JobInState(jobId, job.status(), Status.Paid);
        _before(job.deadline());
        if (task >= spec.tasks) revert SpecInvalid("task", task, 0, spec.tasks - 1);
        _checkSubject(job, subject);
        _checkNew(jobId, dispute, subject, task);

        _takeBond(jobId, bondOf(spec, 1, 1));
        _points[jobId][dispute.points] = Point(msg.sender, subject, task);
        if (first) {
            // Whoever waits for the last moment leaves others the time to answer.
            uint32 least = uint32(block.timestamp) + _terms[spec.terms].disputeWindow;
            if (least > job.deadline()) job = job.withDeadline(least);
            entry.job = job.withStatus(Status.Disputed);
        }
        emit Challenged(jobId, dispute.points, msg.sender, subject, task, job.deadline());
        (dispute.phase, dispute.points) = (Phase.Filing, dispute.points + 1);
        _keep(jobId, dispute);
    }

    /// @dev By default only what it would pay is in doubt: who withheld a leaf has proven so itself.
    function _checkSubject(JobWord job, uint8 subject) private pure {
        uint8 contestable = job.verifier() == 0 ? job.accepted() : job.revealed() & ~job.unserved();
        bool ok = subject == VERIFIER ? job.verifier() != 0 : contestable & _bit(subject) != 0;
        if (!ok) revert SubjectInvalid(subject);
    }

    function _checkNew(bytes32 jobId, Dispute memory dispute, uint8 subject, uint32 task) private view {
        if (dispute.points == Committee.MOST_POINTS) revert PointsSpent(dispute.points);
        for (uint8 point; point < dispute.points; ++point) {
            Point memory other = _points[jobId][point];
            if (other.subject == subject && other.task == task) revert AlreadyChallenged(point);
        }
    }

    /* COMMITTEES */

    /// @inheritdoc IDisputes
    function callCommittee(JobSpec calldata spec) external {
        (bytes32 jobId, Entry storage entry, JobWord job, Dispute memory dispute) = _loadDispute(spec, Phase.Filing);
        if (_endFiling(jobId, job, spec, dispute.points)) revert NothingToDecide(jobId);
        _call(jobId, entry, job, spec, dispute);
    }

    /// @inheritdoc IDisputes
    function appeal(JobSpec calldata spec) external {
        (bytes32 jobId, Entry storage entry, JobWord job, Dispute memory dispute) = _loadDispute(spec, Phase.Decided);
        uint8 round = dispute.round + 1;
        if (Committee.sizeOf(_committees, round) == 0) revert NoLargerCommittee(dispute.round);
        _before(job.deadline());
        _takeBond(jobId, bondOf(spec, round, dispute.points));
        _appellants[jobId][round] = msg.sender;
        _call(jobId, entry, job, spec, dispute);
    }

    /// @inheritdoc IDisputes
    function join(JobSpec calldata spec) external {
        (bytes32 jobId, Entry storage entry, JobWord job, Dispute memory dispute) = _loadDispute(spec, Phase.Seating);
        _before(job.deadline());
        (uint32 stakeId, AccountWord account) = _nodeOfCaller(Role.Verifier);
        if (stakeId == job.verifier() || _jurors[jobId][stakeId].round != 0) revert AlreadyInJob(stakeId);
        uint256 size = Committee.sizeOf(_committees, dispute.round);
        _checkEligible(job, stakeId, account, size);

        uint64 locked = _jurorLock(spec, dispute.points);
        _accounts[stakeId] = _holding(account, locked);
        _jurors[jobId][stakeId].round = dispute.round;
        _panels[jobId].push(stakeId);
        emit JurorSeated(jobId, dispute.round, stakeId, locked);
        if (++dispute.seated == size) _startVoting(jobId, entry, job, spec, dispute);
        _keep(jobId, dispute);
    }

    /// @inheritdoc IDisputes
    function vote(JobSpec calldata spec, bytes32 commitment_) external {
        (bytes32 jobId, Entry storage entry, JobWord job, Dispute memory dispute) = _loadDispute(spec, Phase.Voting);
        _before(job.deadline());
        (uint32 stakeId, Juror storage juror) = _jurorOfCaller(jobId, dispute.round);
        if (juror.voted) revert AlreadyVoted(stakeId);
        (juror.voted, juror.digest) = (true, bytes24(commitment_));
        emit VoteCommitted(jobId, dispute.round, stakeId, commitment_);
        if (++dispute.voted == dispute.seated) _startOpening(jobId, entry, job, spec, dispute);
        _keep(jobId, dispute);
    }

    /// @inheritdoc IDisputes
    function openVote(JobSpec calldata spec, uint8 wrong, bytes32 digest, bytes32 salt) external {
        (bytes32 jobId, Entry storage entry, JobWord job, Dispute memory dispute) = _loadDispute(spec, Phase.Opening);
        _before(job.deadline());
        (uint32 stakeId, Juror storage juror) = _jurorOfCaller(jobId, dispute.round);
        if (!juror.voted || juror.opened) revert AlreadyVoted(stakeId);
        if (wrong >> dispute.points != 0) revert VoteInvalid(wrong, dispute.points);
        bytes32 found = voteCommitment(jobId, dispute.round, stakeId, wrong, digest, salt);
        if (bytes24(found) != juror.digest) revert CommitmentWrong(found, juror.digest);

        (juror.opened, juror.wrong, juror.digest) = (true, wrong, bytes24(digest));
        emit VoteOpened(jobId, dispute.round, stakeId, wrong, digest);
        uint256 equal = ++_tallies[jobId][keccak256(abi.encode(dispute.round, wrong, bytes24(digest)))];
        // Votes count against seats, not against votes: who keeps away cannot make a minority a majority.
        if (2 * equal > Committee.sizeOf(_committees, dispute.round)) {
            _decisions[jobId][dispute.round] = Decision(true, wrong, bytes24(digest));
            dispute.standing = dispute.round;
        }
        if (++dispute.opened == dispute.voted) _decide(jobId, entry, job, spec, dispute);
        _keep(jobId, dispute);
    }

    /// @inheritdoc IDisputes
    function proceed(JobSpec calldata spec) external {
        (bytes32 jobId, Entry storage entry, JobWord job) = _load(spec, Status.Disputed);
        Dispute memory dispute = _disputes[jobId];
        _notBefore(job.deadline());
        if (dispute.phase == Phase.Seating && dispute.seated != 0) _startVoting(jobId, entry, job, spec, dispute);
        else if (dispute.phase == Phase.Voting && dispute.voted != 0) _startOpening(jobId, entry, job, spec, dispute);
        else if (dispute.phase == Phase.Filing || dispute.phase == Phase.Decided) revert DisputeInPhase(jobId, dispute.phase, Phase.Seating);
        else _decide(jobId, entry, job, spec, dispute);
        _keep(jobId, dispute);
    }

    /* VIEWS */

    /// @inheritdoc IDisputes
    function disputeOf(bytes32 jobId) external view returns (Dispute memory) {
        return _disputes[jobId];
    }

    /// @inheritdoc IDisputes
    function tracesOf(bytes32 jobId) external view returns (Traces memory) {
        return _traces[jobId];
    }

    /// @inheritdoc IDisputes
    function pointOf(bytes32 jobId, uint8 point) external view returns (Point memory) {
        return _points[jobId][point];
    }

    /// @inheritdoc IDisputes
    function jurorOf(bytes32 jobId, uint32 stakeId) external view returns (Juror memory) {
        return _jurors[jobId][stakeId];
    }

    /// @inheritdoc IDisputes
    function voteCommitment(bytes32 jobId, uint8 round, uint32 juror, uint8 wrong, bytes32 digest, bytes32 salt)
        public
        view
        returns (bytes32)
    {
        return keccak256(abi.encode(VOTE_DOMAIN, block.chainid, address(this), jobId, round, juror, wrong, digest, salt));
    }

    /// @inheritdoc IDisputes
    function isEligible(JobSpec calldata spec, uint32 stakeId) external view returns (bool) {
        (bytes32 jobId,, JobWord job) = _loadAny(spec);
        AccountWord account = _accounts[stakeId];
        Role role = account.role();
        uint256 seats;
        if (role == Role.Provider && job.status() == Status.Open) seats = spec.replicas;
        if (role == Role.Verifier && job.status() == Status.Verifying) seats = 1;
        if (role == Role.Verifier && job.status() == Status.Disputed && stakeId != job.verifier()) seats = _openSeats(jobId, stakeId);
        return seats != 0 && account.activeFrom() < job.postedBlock() && _isEligible(job, stakeId, account, seats);
    }

    /// @dev For how many seats a verifier is drawn now.
    function _openSeats(bytes32 jobId, uint32 stakeId) private view returns (uint256) {
        Dispute memory dispute = _disputes[jobId];
        if (dispute.phase != Phase.Seating || _jurors[jobId][stakeId].round != 0) return 0;
        return Committee.sizeOf(_committees, dispute.round);
    }

    /* STEPS */

    function _keep(bytes32 jobId, Dispute memory dispute) private {
        _disputes[jobId] = dispute;
    }

    function _jurorOfCaller(bytes32 jobId, uint8 round) private view returns (uint32 stakeId, Juror storage juror) {
        stakeId = _stakeIds[msg.sender];
        juror = _jurors[jobId][stakeId];
        if (juror.round != round) revert NotJuror(stakeId, round);
    }

    function _call(bytes32 jobId, Entry storage entry, JobWord job, JobSpec calldata spec, Dispute memory dispute) private {
        uint8 round = ++dispute.round;
        (dispute.phase, dispute.seated, dispute.voted, dispute.opened) = (Phase.Seating, 0, 0, 0);
        job = _withTime(job, spec).withDrawBlock(uint32(block.number) + _seedLag);
        entry.job = job;
        _keep(jobId, dispute);
        uint8 size = uint8(Committee.sizeOf(_committees, round));
        emit CommitteeCalled(jobId, round, size, _appellants[jobId][round], job.drawBlock(), job.deadline());
    }

    function _startVoting(bytes32 jobId, Entry storage entry, JobWord job, JobSpec calldata spec, Dispute memory dispute) private {
        dispute.phase = Phase.Voting;
        entry.job = job = _withTime(job, spec);
        emit VotingStarted(jobId, dispute.round, job.deadline());
    }

    function _startOpening(bytes32 jobId, Entry storage entry, JobWord job, JobSpec calldata spec, Dispute memory dispute) private {
        dispute.phase = Phase.Opening;
        entry.job = job = _withTime(job, spec);
        emit OpeningStarted(jobId, dispute.round, job.deadline());
    }

    /// @dev After the largest committee nobody can appeal, and nobody waits.
    function _decide(bytes32 jobId, Entry storage entry, JobWord job, JobSpec calldata spec, Dispute memory dispute) private {
        dispute.phase = Phase.Decided;
        bool last = Committee.sizeOf(_committees, dispute.round + 1) == 0;
        entry.job = job = last ? job.withDeadline(uint32(block.timestamp)) : _withTime(job, spec);
        Decision memory decision = _decisions[jobId][dispute.round];
        emit RoundDecided(jobId, dispute.round, decision.given, decision.wrong, job.deadline());
    }

    function _withTime(JobWord job, JobSpec calldata spec) private view returns (JobWord) {
        return job.withDeadline(uint32(block.timestamp) + _terms[spec.terms].disputeWindow);
    }
}
