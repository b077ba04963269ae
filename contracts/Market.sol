// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {Disputes} from "./Disputes.sol";
import {Jobs} from "./Jobs.sol";
import {Staking} from "./Staking.sol";
import {IMarket} from "./interfaces/IMarket.sol";
import {Committee} from "./libraries/Committee.sol";
import {Cover} from "./libraries/Cover.sol";
import {JobId} from "./libraries/JobId.sol";
import {Seed} from "./libraries/Seed.sol";
import {AccountWord} from "./types/AccountWord.sol";
import {JobSpec} from "./types/JobSpec.sol";
import {JobWord} from "./types/JobWord.sol";
import {Parameters} from "./types/Parameters.sol";
import {Role} from "./types/Role.sol";
import {SeatWord, SeatWords} from "./types/SeatWord.sol";
import {Status} from "./types/Status.sol";
import {Terms} from "./types/Terms.sol";

/// @title The market's rules
/// @dev A job is one storage word, a seat another; the spec is hashed into the id and passed again with every call.
/// Every call reads: load the job, check state, time and caller, change entries, emit. No loop is longer than k ≤ 7.
contract Market is IMarket, Staking, Jobs {
    uint256 private constant MOST_TASKS = 65_536;
    uint256 private constant WHOLE_BPS = 10_000;
    bytes32 private constant COMMITMENT_DOMAIN = keccak256("market commitment 1");

    /// @notice The code of what is rarely needed (IDisputes), which runs on this contract's storage. Code that does both is too long.
    address public immutable disputes;
    uint16 private immutable _minCheckBps;

    constructor(IERC20Metadata token_, Parameters memory p) Staking(token_, p.unbonding, p.minStake) Jobs(p) {
        if (p.minCheckBps == 0 || p.minCheckBps > WHOLE_BPS || p.minStake == 0) revert ParametersInvalid();
        _minCheckBps = p.minCheckBps;
        disputes = address(new Disputes(p));
    }

    /// @dev Whatever this contract does not know is for the other code: IDisputes.
    fallback() external {
        address code = disputes;
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, 0, calldatasize())
            let ok := delegatecall(gas(), code, free, calldatasize(), 0, 0)
            returndatacopy(free, 0, returndatasize())
            if iszero(ok) { revert(free, returndatasize()) }
            return(free, returndatasize())
        }
    }

    /* REQUESTERS */

    /// @inheritdoc IMarket
    function registerTerms(Terms memory t) external returns (uint32 terms) {
        uint256 longest;
        bool complete;
        // Sums and products of a few 32-bit numbers cannot overflow 256 bits.
        unchecked {
            // Stake that leaves must stay within reach until the last job that it backs can have ended.
            uint256 demands = MOST_DEMANDS * MOST_REPLICAS;
            longest = uint256(t.claimWindow) + 2 * uint256(t.runWindow) + t.revealWindow + t.challengeWindow
                + t.verdictWindow + demands * (uint256(t.leafWindow) + t.verdictWindow)
                + Committee.phases(_committees) * t.disputeWindow;
            uint256 windows = uint256(t.claimWindow) * t.runWindow * t.revealWindow * t.verdictWindow * t.leafWindow;
            complete = windows * t.challengeWindow != 0 && t.disputeWindow != 0 && t.quorum != 0;
        }
        if (!complete || longest > _unbondingTime) revert TermsInvalid(longest, _unbondingTime);
        terms = ++_lastTerms;
        _terms[terms] = t;
        emit TermsRegistered(terms, t);
    }

    /// @inheritdoc IMarket
    function post(JobSpec calldata spec) external returns (bytes32 jobId) {
        Terms storage t = _terms[spec.terms];
        if (t.claimWindow == 0) revert TermsUnknown(spec.terms);
        _checkSpec(spec, t.quorum);
        Requester storage requester = _requesters[msg.sender];
        if (spec.nonce != requester.nonce) revert NonceWrong(spec.nonce, requester.nonce);
        uint256 escrow = _escrow(spec, 0);
        if (escrow > requester.credit) revert CreditTooLittle(requester.credit, escrow);
        requester.credit -= uint64(escrow);
        requester.nonce = spec.nonce + 1;

        jobId = JobId.ofSpec(spec);
        uint32 drawBlock = uint32(block.number) + _seedLag;
        uint32 deadline = uint32(block.timestamp) + t.claimWindow;
        _entries[jobId].job = JobWord.wrap(0).withStatus(Status.Open).withPostedBlock(uint32(block.number))
            .withDrawBlock(drawBlock).withDeadline(deadline).withWindow(t.runWindow);
        emit JobPosted(jobId, msg.sender, spec, drawBlock, deadline);
    }

    /// @inheritdoc IMarket
    function raise(JobSpec calldata spec, uint64 extra) external {
        (bytes32 jobId, Entry storage entry, JobWord job) = _load(spec, Status.Open);
        if (msg.sender != spec.requester) revert NotRequester(msg.sender, spec.requester);
        if (extra == 0) revert AmountZero();
        Requester storage requester = _requesters[msg.sender];
        uint256 cost = uint256(extra) * spec.replicas;
        if (cost > requester.credit) revert CreditTooLittle(requester.credit, cost);
        requester.credit -= uint64(cost);
        uint64 raised = job.raised() + extra;
        entry.job = job.withRaised(raised);
        emit JobRaised(jobId, raised);
    }

    /* PROVIDERS */

    /// @inheritdoc IMarket
    function claim(JobSpec calldata spec, uint8 seat) external {
        (bytes32 jobId, Entry storage entry, JobWord job) = _load(spec, Status.Open);
        (entry.job, entry.seats[seat]) = _claim(jobId, entry, job, spec, seat);
    }

    /// @inheritdoc IMarket
    function claimAndSubmit(JobSpec calldata spec, bytes32 class, bytes32 root) external {
        (bytes32 jobId, Entry storage entry, JobWord job) = _load(spec, Status.Open);
        (JobWord claimed, SeatWord held) = _claim(jobId, entry, job, spec, 0);
        entry.job = _submit(jobId, entry, claimed, spec, held, class, root);
    }

    /// @inheritdoc IMarket
    function claimAndCommit(JobSpec calldata spec, uint8 seat, bytes32 commitment_) external {
        (bytes32 jobId, Entry storage entry, JobWord job) = _load(spec, Status.Open);
        (JobWord claimed, SeatWord held) = _claim(jobId, entry, job, spec, seat);
        entry.job = _commit(jobId, entry, claimed, spec, seat, held, commitment_);
    }

    /// @inheritdoc IMarket
    function evict(JobSpec calldata spec, uint8 seat) external {
        (bytes32 jobId, Entry storage entry, JobWord job) = _loadUnfinished(spec);
        if (job.claimed() & ~job.committed() & _bit(seat) == 0) revert SeatUnknown(seat, spec.replicas - 1);
        _notBefore(entry.seats[seat].due());
        entry.job = _evict(jobId, entry, job, spec, seat).withStatus(Status.Open);
    }

    /// @inheritdoc IMarket
    function submit(JobSpec calldata spec, bytes32 class, bytes32 root) external {
        (bytes32 jobId, Entry storage entry, JobWord job) = _load(spec, Status.Running);
        entry.job = _submit(jobId, entry, job, spec, _seatOfCaller(entry, 0), class, root);
    }

    /// @inheritdoc IMarket
    function commit(JobSpec calldata spec, uint8 seat, bytes32 commitment_) external {
        (bytes32 jobId, Entry storage entry, JobWord job) = _loadUnfinished(spec);
        entry.job = _commit(jobId, entry, job, spec, seat, _seatOfCaller(entry, seat), commitment_);
    }

    /// @inheritdoc IMarket
    function commitAndReveal(JobSpec calldata spec, uint8 seat, bytes32 class, bytes32 root) external {
        if (spec.replicas == 1) revert ReplicasWrong(1, 2);
        (bytes32 jobId, Entry storage entry, JobWord job) = _load(spec, Status.Running);
        SeatWord held = _seatOfCaller(entry, seat);
        _before(held.due());
        if (job.committed() & _bit(seat) != 0) revert AlreadyCommitted(seat);
        uint8 others = _allSeats(spec) & ~_bit(seat);
        if (job.committed() != others) revert OthersNotCommitted(job.committed(), others);
        _setRoot(jobId, entry, seat, held, class, root);
        entry.job = _startReveal(jobId, job.withCommitted(_allSeats(spec)).withRevealed(_bit(seat)), spec);
    }

    /// @inheritdoc IMarket
    function reveal(JobSpec calldata spec, uint8 seat, bytes32 class, bytes32 root, bytes32 salt) external {
        (bytes32 jobId, Entry storage entry, JobWord job) = _load(spec, Status.Revealing);
        _before(job.deadline());
        SeatWord held = _seatOfCaller(entry, seat);
        if (job.committed() & ~job.revealed() & _bit(seat) == 0) revert NotCommitted(seat);
        bytes32 found = commitment(jobId, held.provider(), class, root, salt);
        if (bytes24(found) != held.digest()) revert CommitmentWrong(found, held.digest());
        _setRoot(jobId, entry, seat, held, class, root);
        job = job.withRevealed(job.revealed() | _bit(seat));
        entry.job = job.revealed() == job.committed() ? _startVerification(jobId, job, job.window()) : job;
    }

    /// @inheritdoc IMarket
    function close(JobSpec calldata spec) external {
        (bytes32 jobId, Entry storage entry, JobWord job) = _loadAny(spec);
        bool enough;
        if (job.status() == Status.Revealing) {
            _notBefore(job.deadline());
            job = _evictAll(jobId, entry, job, spec, job.committed() & ~job.revealed()).withCommitted(job.revealed());
            enough = job.revealed() != 0;
            if (enough) job = _startVerification(jobId, job, job.window());
        } else {
            _checkUnfinished(jobId, job);
            uint8 pending = job.claimed() & ~job.committed();
            _notBefore(uint256(job.deadline()) + (pending == 0 ? 0 : job.window()));
            job = _evictAll(jobId, entry, job, spec, pending);
            enough = job.committed() != 0 && _count(job.committed()) >= _terms[spec.terms].quorum;
            if (enough) job = _startReveal(jobId, job, spec);
        }
        entry.job = enough ? job : _expire(jobId, entry, job, spec);
    }

    /* VERIFIERS */

    /// @inheritdoc IMarket
    function verdict(JobSpec calldata spec, uint8 accepted, uint8 rejected, bytes32 evidence, uint256 tasks) external {
        (bytes32 jobId, Entry storage entry, JobWord job) = _load(spec, Status.Verifying);
        _before(job.deadline());
        if (job.leafPending() != 0) revert LeafPending(job.leafPending());
        bool overlap = accepted & rejected != 0 || (accepted | rejected) & ~job.revealed() != 0;
        if (overlap || job.unserved() & ~rejected != 0) revert MasksInvalid(accepted, rejected, job.revealed(), job.unserved());
        (uint32 verifier, AccountWord account) = _nodeOfCaller(Role.Verifier);
        _checkEligible(job, verifier, account, 1);

        _accounts[verifier] = _holding(account, Cover.verifierLockOf(spec)).withCredit(account.credit() + spec.verifierFee);
        uint64 price = spec.reward + job.raised();
        for (uint8 seat; accepted >> seat != 0; ++seat) {
            if (accepted >> seat & 1 != 0) _pay(entry.seats[seat].provider(), price);
        }
        job = _judged(job, Status.Paid, verifier, accepted, rejected);
        entry.job = job;
        emit VerdictGiven(jobId, verifier, accepted, rejected, evidence, tasks, job.drawBlock(), job.deadline());
    }

    /// @inheritdoc IMarket
    function finalize(JobSpec calldata spec) external {
        (bytes32 jobId, Entry storage entry, JobWord job) = _loadAny(spec);
        bool byDefault = job.status() == Status.Defaulted;
        if (job.status() != Status.Paid && !byDefault) revert JobInState(jobId, job.status(), Status.Paid);
        _notBefore(job.deadline());

        (uint64 lock, uint64 backing) = Cover.stakesOf(spec);
        uint64 price = spec.reward + job.raised();
        uint256 refund = _escrow(spec, job.raised()) - (byDefault ? 0 : spec.verifierFee);
        for (uint8 seat; job.revealed() >> seat != 0; ++seat) {
            uint8 bit = uint8(1 << seat);
            if (job.revealed() & bit == 0) continue;
            uint32 provider = entry.seats[seat].provider();
            entry.seats[seat] = SeatWord.wrap(0);
            bool accepted = job.accepted() & bit != 0;
            if (accepted) refund -= price;
            // Slashed below, all at once, a stake holds nothing that could be released.
            if (job.rejected() & bit != 0) _slash(provider, jobId, job.verifier(), _bountyBase(job, bit, backing));
            else _release(provider, lock, accepted && byDefault ? price : 0);
        }
        if (!byDefault) _release(job.verifier(), Cover.verifierLockOf(spec, lock, backing), 0);
        if (refund != 0) _requesters[spec.requester].credit += uint64(refund);
        entry.job = JobWord.wrap(0);
        emit JobFinalized(jobId, uint64(refund));
    }

    /// @inheritdoc IMarket
    function multicall(bytes[] calldata calls) external {
        for (uint256 i; i < calls.length; ++i) {
            bytes calldata call_ = calls[i];
            // To this very code, each call in the same memory.
            assembly ("memory-safe") {
                let free := mload(0x40)
                calldatacopy(free, call_.offset, call_.length)
                if iszero(delegatecall(gas(), address(), free, call_.length, 0, 0)) {
                    returndatacopy(free, 0, returndatasize())
                    revert(free, returndatasize())
                }
            }
        }
    }

    /* VIEWS */

    /// @inheritdoc IMarket
    function jobIdOf(JobSpec calldata spec) external view returns (bytes32) {
        return JobId.ofSpec(spec);
    }

    /// @inheritdoc IMarket
    function jobOf(bytes32 jobId) external view returns (Job memory) {
        JobWord job = _entries[jobId].job;
        // Before, these places hold windows and claimants.
        if (job.status() < Status.Paid) job = job.withVerifier(0);
        if (job.status() < Status.Verifying) job = job.withWindow(0);
        return Job({
            status: job.status(),
            claimed: job.claimed(),
            committed: job.committed(),
            revealed: job.revealed(),
            accepted: job.accepted(),
            rejected: job.rejected(),
            unserved: job.unserved(),
            leafPending: job.leafPending(),
            verifier: job.verifier(),
            postedBlock: job.postedBlock(),
            drawBlock: job.drawBlock(),
            deadline: job.deadline(),
            raised: job.raised()
        });
    }

    /// @inheritdoc IMarket
    function seatOf(bytes32 jobId, uint8 seat) external view returns (Seat memory) {
        SeatWord word = _entries[jobId].seats[seat];
        return Seat(word.provider(), word.due(), word.digest());
    }

    /// @inheritdoc IMarket
    function termsOf(uint32 terms) external view returns (Terms memory) {
        return _terms[terms];
    }

    /// @inheritdoc IMarket
    function nonceOf(address requester) external view returns (uint64) {
        return _requesters[requester].nonce;
    }

    /// @inheritdoc IMarket
    function commitment(bytes32 jobId, uint32 provider, bytes32 class, bytes32 root, bytes32 salt)
        public
        view
        returns (bytes32)
    {
        return keccak256(abi.encode(COMMITMENT_DOMAIN, block.chainid, address(this), jobId, provider, class, root, salt));
    }

    /// @inheritdoc IMarket
    function lockOf(JobSpec calldata spec) external pure returns (uint64) {
        return Cover.lockOf(spec);
    }

    /// @inheritdoc IMarket
    function backingOf(JobSpec calldata spec) external pure returns (uint64) {
        (, uint64 backing) = Cover.stakesOf(spec);
        return backing;
    }

    /// @inheritdoc IMarket
    function sampleSeed(bytes32 jobId) external view returns (bytes32) {
        JobWord job = _entries[jobId].job;
        if (job.status() != Status.Verifying) revert JobInState(jobId, job.status(), Status.Verifying);
        bytes32 hash = Seed.ofBlock(job.drawBlock());
        if (hash == 0) revert SeedGone(job.drawBlock());
        return keccak256(abi.encode(hash, jobId));
    }

    /// @inheritdoc IMarket
    function parameters() external view returns (Parameters memory) {
        return Parameters(_seedLag, _growthBlocks, _unbondingTime, _minCheckBps, _evictionReward, _minStake, _committees, _arbiter);
    }

    /* CHECKS */

    function _loadUnfinished(JobSpec calldata spec)
        private
        view
        returns (bytes32 jobId, Entry storage entry, JobWord job)
    {
        (jobId, entry, job) = _loadAny(spec);
        _checkUnfinished(jobId, job);
    }

    /// @dev Seats may be open and results missing.
    function _checkUnfinished(bytes32 jobId, JobWord job) private pure {
        if (job.status() != Status.Open && job.status() != Status.Running) revert JobInState(jobId, job.status(), Status.Running);
    }

    function _checkSpec(JobSpec calldata spec, uint8 quorum) private view {
        if (msg.sender != spec.requester) revert NotRequester(msg.sender, spec.requester);
        _checkRange("tasks", spec.tasks, 1, MOST_TASKS);
        _checkRange("replicas", spec.replicas, 1, MOST_REPLICAS);
        _checkNotZero("reward", spec.reward, type(uint64).max);
        _checkRange("checkBps", spec.checkBps, _minCheckBps, WHOLE_BPS);
        _checkRange("auditBps", spec.auditBps, 0, WHOLE_BPS);
        _checkNotZero("bundle", uint256(spec.bundle), type(uint256).max);
        _checkNotZero("bundleBytes", spec.bundleBytes, type(uint64).max);
        _checkNotZero("outputBytes", spec.outputBytes, type(uint64).max);
        if (spec.replicas > 1) _checkRange("quorum", quorum, 1, spec.replicas);
    }

    function _checkNotZero(bytes32 field, uint256 found, uint256 most) private pure {
        if (found == 0) revert SpecInvalid(field, found, 1, most);
    }

    function _checkRange(bytes32 field, uint256 found, uint256 least, uint256 most) private pure {
        if (found < least || found > most) revert SpecInvalid(field, found, least, most);
    }

    /// @dev Only where the claimants' filter knows the provider can it hold a seat, so that most claims need not read the others'.
    /// Returns the filter with the provider in it.
    function _checkNotInJob(Entry storage entry, JobWord job, uint32 provider) private view returns (uint32) {
        uint32 mark = uint32(1 << (provider % 32));
        if (job.claimants() & mark != 0) {
            for (uint256 seat; job.claimed() >> seat != 0; ++seat) {
                if (entry.seats[seat].provider() == provider) revert AlreadyInJob(provider);
            }
        }
        return job.claimants() | mark;
    }

    function _seatOfCaller(Entry storage entry, uint8 seat) private view returns (SeatWord held) {
        uint32 provider = _stakeIds[msg.sender];
        held = entry.seats[seat];
        if (provider == 0 || held.provider() != provider) revert SeatNotYours(seat, provider, held.provider());
    }

    /* STEPS */

    /// @dev Returns the job and the seat as they are to be stored.
    function _claim(bytes32 jobId, Entry storage entry, JobWord job, JobSpec calldata spec, uint8 seat)
        private
        returns (JobWord, SeatWord held)
    {
        _before(job.deadline());
        if (seat >= spec.replicas) revert SeatUnknown(seat, spec.replicas - 1);
        if (job.claimed() & _bit(seat) != 0) revert SeatTaken(seat);
        (uint32 provider, AccountWord account) = _nodeOfCaller(Role.Provider);
        uint32 claimants = _checkNotInJob(entry, job, provider);
        (uint64 lock, uint64 backing) = Cover.stakesOf(spec);
        if (account.stake() < backing) revert BackingTooSmall(account.stake(), backing);
        _checkEligible(job, provider, account, spec.replicas);

        _accounts[provider] = _holding(account, lock);
        uint32 due = uint32(block.timestamp) + job.window();
        held = SeatWords.claimedBy(provider, due);
        job = job.withClaimed(job.claimed() | _bit(seat)).withClaimants(claimants);
        emit SeatClaimed(jobId, seat, provider, due);
        return (job.claimed() == _allSeats(spec) ? job.withStatus(Status.Running) : job, held);
    }

    /// @dev Stores the result and returns the job.
    function _submit(bytes32 jobId, Entry storage entry, JobWord job, JobSpec calldata spec, SeatWord held, bytes32 class, bytes32 root)
        private
        returns (JobWord)
    {
        if (spec.replicas != 1) revert ReplicasWrong(spec.replicas, 1);
        _before(held.due());
        _setRoot(jobId, entry, 0, held, class, root);
        Terms storage t = _terms[spec.terms];
        job = job.withCommitted(1).withRevealed(1).withChallengeWindow(t.challengeWindow);
        return _startVerification(jobId, job, t.verdictWindow);
    }

    /// @dev Stores the commitment and returns the job.
    function _commit(bytes32 jobId, Entry storage entry, JobWord job, JobSpec calldata spec, uint8 seat, SeatWord held, bytes32 commitment_)
        private
        returns (JobWord)
    {
        if (spec.replicas == 1) revert ReplicasWrong(1, 2);
        _before(held.due());
        if (job.committed() & _bit(seat) != 0) revert AlreadyCommitted(seat);
        if (commitment_ == 0) revert RootZero();
        entry.seats[seat] = held.withDigest(commitment_);
        job = job.withCommitted(job.committed() | _bit(seat));
        emit ResultCommitted(jobId, seat, commitment_);
        return job.committed() == _allSeats(spec) ? _startReveal(jobId, job, spec) : job;
    }

    function _setRoot(bytes32 jobId, Entry storage entry, uint8 seat, SeatWord held, bytes32 class, bytes32 root)
        private
    {
        if (root == 0) revert RootZero();
        entry.seats[seat] = held.withDigest(root);
        emit ResultRevealed(jobId, seat, class, root);
    }

    function _startReveal(bytes32 jobId, JobWord job, JobSpec calldata spec) private returns (JobWord) {
        Terms storage t = _terms[spec.terms];
        uint32 deadline = uint32(block.timestamp) + t.revealWindow;
        emit RevealStarted(jobId, deadline);
        return job.withStatus(Status.Revealing).withDeadline(deadline).withWindow(t.verdictWindow)
            .withChallengeWindow(t.challengeWindow);
    }

    /// @dev The job's word must hold the challenge window.
    function _startVerification(bytes32 jobId, JobWord job, uint32 verdictWindow) private returns (JobWord) {
        uint32 drawBlock = uint32(block.number) + _seedLag;
        uint32 deadline = uint32(block.timestamp) + verdictWindow;
        emit VerificationStarted(jobId, drawBlock, deadline);
        return job.withStatus(Status.Verifying).withDrawBlock(drawBlock).withDeadline(deadline).withWindow(0);
    }

    function _evictAll(bytes32 jobId, Entry storage entry, JobWord job, JobSpec calldata spec, uint8 late)
        private
        returns (JobWord)
    {
        for (uint8 seat; late >> seat != 0; ++seat) {
            if (late & _bit(seat) != 0) job = _evict(jobId, entry, job, spec, seat);
        }
        return job;
    }

    /// @dev Lateness costs two rewards, of which the caller gets its gas; never more, and never the requester's gain.
    function _evict(bytes32 jobId, Entry storage entry, JobWord job, JobSpec calldata spec, uint8 seat)
        private
        returns (JobWord)
    {
        uint32 provider = entry.seats[seat].provider();
        entry.seats[seat] = SeatWord.wrap(0);
        uint64 penalty = 2 * spec.reward;
        uint64 toCaller = _evictionReward < spec.reward ? _evictionReward : spec.reward;
        uint64 taken = _penalize(provider, Cover.lockOf(spec), penalty, toCaller);
        emit SeatEvicted(jobId, seat, provider, taken, msg.sender, taken == 0 ? 0 : toCaller);
        return job.withClaimed(job.claimed() & ~_bit(seat));
    }

    /// @dev Too few results: those who delivered are released unpaid, all money goes back.
    function _expire(bytes32 jobId, Entry storage entry, JobWord job, JobSpec calldata spec)
        private
        returns (JobWord)
    {
        uint64 lock = Cover.lockOf(spec);
        for (uint8 seat; job.committed() >> seat != 0; ++seat) {
            if (job.committed() & _bit(seat) == 0) continue;
            _release(entry.seats[seat].provider(), lock, 0);
            entry.seats[seat] = SeatWord.wrap(0);
        }
        uint64 refund = uint64(_escrow(spec, job.raised()));
        _requesters[spec.requester].credit += refund;
        emit JobExpired(jobId, refund);
        return JobWord.wrap(0);
    }

    /* ARITHMETIC */

    function _allSeats(JobSpec calldata spec) private pure returns (uint8) {
        return uint8((1 << spec.replicas) - 1);
    }

}
