// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Jobs} from "./Jobs.sol";
import {IDisputes} from "./interfaces/IDisputes.sol";
import {Committee} from "./libraries/Committee.sol";
import {Cover} from "./libraries/Cover.sol";
import {JobSpec} from "./types/JobSpec.sol";
import {JobWord} from "./types/JobWord.sol";
import {Phase} from "./types/Phase.sol";
import {SeatWord} from "./types/SeatWord.sol";
import {Status} from "./types/Status.sol";

/// @notice What is stored of disputes, and how one ends: who was right, and who pays whom.
/// @dev All that is taken goes into one purse and all that is given comes out of it, so nothing can be paid that was not taken; what
/// is left is burnt. The sums that go in are bonds and stakes, 64 bits each, and few.
abstract contract Settlement is IDisputes, Jobs {
    /// @dev What a committee said with a majority.
    struct Decision {
        bool given;
        uint8 wrong;
        bytes24 digest;
    }

    /// @dev What the decision that holds makes of seats (masks by seat) and points (masks by point).
    struct Outcome {
        Decision decision;
        uint8 accepted;
        uint8 rejected;
        /// Seats that the verdict paid and should not have.
        uint8 paidWrongly;
        /// Points whose challenger was right; those among them that prove a fraud.
        uint8 won;
        uint8 proven;
        /// The verifier rejected a right result, or its own work is false.
        bool verifierFalse;
        /// It refused a right result.
        bool verifierMistaken;
    }

    struct Purse {
        uint256 funds;
        /// What fraud cost, as far as it counts for provers.
        uint256 fraud;
        uint256 fees;
    }

    /// @dev The subject of a point that contests the verifier's own work.
    uint8 internal constant VERIFIER = 7;

    mapping(bytes32 => Dispute) internal _disputes;
    mapping(bytes32 => Traces) internal _traces;
    mapping(bytes32 => mapping(uint256 => Point)) internal _points;
    /// @dev Members in the order in which they sat down, over all committees.
    mapping(bytes32 => uint32[]) internal _panels;
    mapping(bytes32 => mapping(uint32 => Juror)) internal _jurors;
    mapping(bytes32 => mapping(uint256 => Decision)) internal _decisions;
    mapping(bytes32 => mapping(uint256 => address)) internal _appellants;

    /// @inheritdoc IDisputes
    function settle(JobSpec calldata spec) external {
        (bytes32 jobId, Entry storage entry, JobWord job, Dispute memory dispute) = _loadDecided(spec);
        Outcome memory outcome = _outcomeOf(jobId, job, dispute);
        Purse memory purse;
        _takeBonds(spec, dispute, purse);
        _settleJurors(jobId, spec, dispute, outcome.decision, purse);
        uint256 refund = _settleSeats(jobId, entry, job, spec, outcome, purse);
        if (job.verifier() != 0) _settleVerifier(jobId, job.verifier(), spec, outcome, purse);
        _returnBonds(jobId, spec, dispute, outcome, purse);
        refund += _spend(purse, _count(outcome.paidWrongly) * (uint256(spec.reward) + job.raised()));
        _rewardProvers(jobId, outcome.proven, purse);

        uint64 burnt_ = _spend(purse, type(uint64).max);
        _requesters[spec.requester].credit += uint64(refund);
        _burnt += burnt_;
        entry.job = JobWord.wrap(0);
        delete _disputes[jobId];
        delete _traces[jobId];
        emit DisputeSettled(jobId, outcome.accepted, outcome.rejected, uint64(refund), burnt_);
    }

    /// @inheritdoc IDisputes
    function jurorFeeOf(JobSpec calldata spec) external view returns (uint64) {
        return uint64(_feeOf(spec));
    }

    /// @inheritdoc IDisputes
    function bondOf(JobSpec calldata spec, uint8 round, uint8 points) public view returns (uint64) {
        uint256 cost = Committee.costOf(_feeOf(spec), Committee.sizeOf(_committees, round), points);
        if (round == 1) cost = Committee.bondOf(spec, cost);
        return uint64(cost);
    }

    /* WHO WAS RIGHT */

    /// @dev A contested seat is wrong where that is proven, else what the committee says. Where none reached a majority nobody else is
    /// punished: what was accepted stays so, what was rejected is refused.
    function _outcomeOf(bytes32 jobId, JobWord job, Dispute memory dispute) private view returns (Outcome memory o) {
        o.decision = _decisions[jobId][dispute.standing];
        uint8 anyhow = _traces[jobId].proven;
        (o.accepted, o.rejected) = (job.accepted(), job.rejected());
        for (uint8 point; point < dispute.points; ++point) {
            uint8 subject = _points[jobId][point].subject;
            uint8 mark = uint8(1 << point);
            bool wrong = (o.decision.wrong | anyhow) & mark != 0;
            if (subject == VERIFIER) {
                if (wrong) (o.verifierFalse, o.won, o.proven) = (true, o.won | mark, o.proven | mark);
            } else if (job.accepted() & _bit(subject) != 0) {
                if (wrong) _overturnAcceptance(o, job, _bit(subject), mark);
            } else if (!o.decision.given) {
                o.rejected &= ~_bit(subject);
            } else if (!wrong) {
                _overturnRefusal(o, job, _bit(subject), mark);
            }
        }
    }

    function _overturnAcceptance(Outcome memory o, JobWord job, uint8 bit, uint8 mark) private pure {
        (o.accepted, o.rejected) = (o.accepted & ~bit, o.rejected | bit);
        (o.won, o.proven) = (o.won | mark, o.proven | mark);
        if (job.verifier() != 0) o.paidWrongly |= bit;
    }

    function _overturnRefusal(Outcome memory o, JobWord job, uint8 bit, uint8 mark) private pure {
        if (job.rejected() & bit != 0) o.verifierFalse = true;
        else o.verifierMistaken = true;
        (o.accepted, o.rejected) = (o.accepted | bit, o.rejected & ~bit);
        o.won |= mark;
    }

    /* WHO PAYS */

    function _takeBonds(JobSpec calldata spec, Dispute memory dispute, Purse memory purse) private view {
        purse.funds = uint256(bondOf(spec, 1, 1)) * dispute.points;
        for (uint8 round = 2; round <= dispute.round; ++round) {
            purse.funds += bondOf(spec, round, dispute.points);
        }
    }

    /// @dev Who voted as it was decided in the end is paid. Who opened no vote pays two fees. Who belonged to a majority that was
    /// overturned loses what it locked. Who was alone with its vote loses its fee only, so that nobody fears to disagree.
    function _settleJurors(
        bytes32 jobId, JobSpec calldata spec, Dispute memory dispute, Decision memory decision, Purse memory purse
    ) private {
        uint64 fee = uint64(_feeOf(spec) * dispute.points);
        uint64 locked = _jurorLock(spec, dispute.points);
        uint32[] storage panel = _panels[jobId];
        for (uint256 i; i < panel.length; ++i) {
            Juror memory juror = _jurors[jobId][panel[i]];
            bool right = juror.opened && (!decision.given || _agrees(juror, decision));
            bool overturned = juror.opened && !right && _agrees(juror, _decisions[jobId][juror.round]);
            uint64 loss = !juror.opened ? 2 * fee : overturned ? locked : 0;
            uint64 taken = _settleStake(panel[i], jobId, locked, loss, right ? fee : 0);
            purse.funds += taken;
            // The bonds are larger than all fees.
            if (right) (purse.funds, purse.fees) = (purse.funds - fee, purse.fees + fee);
        }
    }

    /// @dev Pays and releases, or slashes. Returns what is left of the escrow.
    function _settleSeats(
        bytes32 jobId, Entry storage entry, JobWord job, JobSpec calldata spec, Outcome memory o, Purse memory purse
    ) private returns (uint256 left) {
        bool byDefault = job.verifier() == 0;
        uint64 price = spec.reward + job.raised();
        left = _escrow(spec, job.raised()) - (byDefault ? 0 : spec.verifierFee);
        (uint64 lock, uint64 backing) = Cover.stakesOf(spec);
        for (uint8 seat; job.revealed() >> seat != 0; ++seat) {
            uint8 bit = _bit(seat);
            if (job.revealed() & bit == 0) continue;
            uint32 provider = entry.seats[seat].provider();
            entry.seats[seat] = SeatWord.wrap(0);
            bool wasPaid = !byDefault && job.accepted() & bit != 0;
            bool pay = !wasPaid && o.accepted & bit != 0;
            if (wasPaid || pay) left -= price;
            if (o.rejected & bit == 0) {
                _settleStake(provider, jobId, lock, 0, pay ? price : 0);
            } else if (job.rejected() & bit != 0) {
                _slash(provider, jobId, job.verifier(), _bountyBase(job, bit, backing));
            } else {
                uint64 seized = _seize(provider, jobId);
                purse.funds += seized;
                purse.fraud += seized < backing ? seized : backing;
            }
        }
    }

    /// @dev A false verdict costs all that the verifier locked for it, a refusal too many its fee at most: who doubts is no cheat.
    function _settleVerifier(bytes32 jobId, uint32 verifier, JobSpec calldata spec, Outcome memory o, Purse memory purse) private {
        uint64 locked = Cover.verifierLockOf(spec);
        uint256 loss = o.verifierFalse ? locked : o.verifierMistaken ? purse.fees : 0;
        if (!o.verifierFalse && loss > spec.verifierFee) loss = spec.verifierFee;
        if (loss > locked) loss = locked;
        uint64 taken = _settleStake(verifier, jobId, locked, uint64(loss), 0);
        purse.funds += taken;
        if (o.verifierFalse) purse.fraud += taken;
    }

    /* WHO IS PAID */

    /// @dev Whoever was right gets its bond back, as far as what was taken suffices: challengers, and those whose appeal holds. Where
    /// nothing was decided, challengers get what the committee did not cost.
    function _returnBonds(
        bytes32 jobId, JobSpec calldata spec, Dispute memory dispute, Outcome memory o, Purse memory purse
    ) private {
        uint256 bond = bondOf(spec, 1, 1);
        uint256 cost = o.decision.given ? bond : Committee.costOf(_feeOf(spec), Committee.sizeOf(_committees, 1), 1);
        for (uint8 point; point < dispute.points; ++point) {
            bool won = o.won & uint8(1 << point) != 0;
            _give(_points[jobId][point].challenger, jobId, _spend(purse, won ? bond : bond - cost));
        }
        if (dispute.standing < 2 || _same(_standingBefore(jobId, dispute.standing), o.decision)) return;
        _give(_appellants[jobId][dispute.standing], jobId, _spend(purse, bondOf(spec, dispute.standing, dispute.points)));
    }

    /// @dev At most 30 % of what fraud cost and is left: with less burnt, friends could accuse each other for profit.
    function _rewardProvers(bytes32 jobId, uint8 proven, Purse memory purse) private {
        if (proven == 0) return;
        uint256 base = purse.fraud < purse.funds ? purse.fraud : purse.funds;
        uint256 each = base * PROVER_PERCENT / 100 / _count(proven);
        for (uint8 point; proven >> point != 0; ++point) {
            if (proven >> point & 1 != 0) _give(_points[jobId][point].challenger, jobId, _spend(purse, each));
        }
    }

    function _spend(Purse memory purse, uint256 wanted) private pure returns (uint64 amount) {
        amount = uint64(wanted < purse.funds ? wanted : purse.funds);
        purse.funds -= amount;
    }

    /* SHARED */

    /// @dev A dispute that a committee has decided, or in which no point is left to decide.
    function _loadDecided(JobSpec calldata spec)
        private
        returns (bytes32 jobId, Entry storage entry, JobWord job, Dispute memory dispute)
    {
        (jobId, entry, job) = _load(spec, Status.Disputed);
        dispute = _disputes[jobId];
        bool proven = dispute.phase == Phase.Filing && _endFiling(jobId, job, spec, dispute.points);
        if (!proven && dispute.phase != Phase.Decided) revert DisputeInPhase(jobId, dispute.phase, Phase.Decided);
        _notBefore(job.deadline());
    }

    /// @dev Ends the time for points, or refuses. Traces are answered for one window more, and proofs sent for another; what was demanded
    /// and not answered is wrong. Says whether all points are proven.
    function _endFiling(bytes32 jobId, JobWord job, JobSpec calldata spec, uint8 points) internal returns (bool) {
        Traces memory traces = _traces[jobId];
        uint8 unanswered = traces.demanded & ~traces.answered;
        uint256 windows = traces.answered & ~traces.proven != 0 ? 2 : unanswered != 0 ? 1 : 0;
        _notBefore(job.deadline() + windows * _terms[spec.terms].disputeWindow);
        traces.proven |= unanswered;
        if (unanswered != 0) _traces[jobId].proven = traces.proven;
        return traces.proven == (1 << points) - 1;
    }

    function _loadDispute(JobSpec calldata spec, Phase expected)
        internal
        view
        returns (bytes32 jobId, Entry storage entry, JobWord job, Dispute memory dispute)
    {
        (jobId, entry, job) = _load(spec, Status.Disputed);
        dispute = _disputes[jobId];
        if (dispute.phase != expected) revert DisputeInPhase(jobId, dispute.phase, expected);
    }

    function _feeOf(JobSpec calldata spec) internal view returns (uint256) {
        return Committee.feeOf(spec, _evictionReward);
    }

    /// @dev As much as the verifier, and enough for ten absences.
    function _jurorLock(JobSpec calldata spec, uint8 points) internal view returns (uint64 lock) {
        lock = Cover.verifierLockOf(spec);
        uint256 least = 10 * _feeOf(spec) * points;
        if (least > lock) lock = uint64(least);
    }

    /// @dev What held before a committee spoke.
    function _standingBefore(bytes32 jobId, uint8 round) private view returns (Decision memory decision) {
        while (--round > 0 && !decision.given) decision = _decisions[jobId][round];
    }

    function _agrees(Juror memory juror, Decision memory decision) private pure returns (bool) {
        return decision.given && juror.wrong == decision.wrong && juror.digest == decision.digest;
    }

    function _same(Decision memory a, Decision memory b) private pure returns (bool) {
        return a.given == b.given && a.wrong == b.wrong && a.digest == b.digest;
    }
}
