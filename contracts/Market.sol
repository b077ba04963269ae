// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Staking} from "./Staking.sol";
import {IMarket} from "./interfaces/IMarket.sol";
import {Cover} from "./libraries/Cover.sol";
import {ResultTree} from "./libraries/ResultTree.sol";
import {Seed} from "./libraries/Seed.sol";
import {Sortition} from "./libraries/Sortition.sol";
import {JobSpec} from "./types/JobSpec.sol";
import {Parameters} from "./types/Parameters.sol";
import {Role} from "./types/Role.sol";
import {Status} from "./types/Status.sol";
import {Terms} from "./types/Terms.sol";

/// @title The market's rules
/// @dev A job is one storage word, a seat another; the spec is hashed into the id and passed again with every call.
/// Every call reads: load the job, check state, time and caller, change entries, emit. No loop is longer than k ≤ 7.
contract Market is Staking, IMarket {
    uint256 private constant MOST_REPLICAS = 7;
    uint256 private constant MOST_TASKS = 65_536;
    uint256 private constant WHOLE_BPS = 10_000;
    uint256 private constant MOST_GROWTH_BLOCKS = 200;
    /// @dev Each demand prolongs the verdict's time; more would let one verifier hold a job up.
    uint8 private constant MOST_DEMANDS = 3;
    bytes32 public constant COMMITMENT_DOMAIN = keccak256("market commitment 1");

    uint32 private immutable _seedLag;
    uint32 private immutable _growthBlocks;
    uint16 private immutable _minCheckBps;
    uint64 private immutable _evictionReward;

    uint32 private _lastTerms;
    mapping(uint32 => Terms) private _terms;
    mapping(bytes32 => Job) private _jobs;
    mapping(bytes32 => mapping(uint256 => Seat)) private _seats;
    mapping(bytes32 => mapping(uint256 => LeafRequest)) private _leafRequests;
    mapping(bytes32 => mapping(uint32 => bool)) private _barred;

    constructor(IERC20Metadata token_, Parameters memory p) Staking(token_, p.unbonding, p.minStake) {
        if (p.seedLag == 0 || p.growthBlocks == 0 || p.growthBlocks > MOST_GROWTH_BLOCKS) revert ParametersInvalid();
        if (p.minCheckBps == 0 || p.minCheckBps > WHOLE_BPS || p.minStake == 0) revert ParametersInvalid();
        _seedLag = p.seedLag;
        _growthBlocks = p.growthBlocks;
        _minCheckBps = p.minCheckBps;
        _evictionReward = p.evictionReward;
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
                + t.verdictWindow + demands * (uint256(t.leafWindow) + t.verdictWindow);
            uint256 windows = uint256(t.claimWindow) * t.runWindow * t.revealWindow * t.verdictWindow * t.leafWindow;
            complete = windows * t.challengeWindow * t.quorum != 0;
        }
        if (!complete || longest > _unbondingTime) revert TermsInvalid(longest, _unbondingTime);
        terms = ++_lastTerms;
        _terms[terms] = t;
        emit TermsRegistered(terms, t);
    }

    /// @inheritdoc IMarket
    function post(JobSpec memory spec) external returns (bytes32 jobId) {
        Terms memory t = _termsOf(spec);
        _checkSpec(spec, t);
        Requester storage requester = _requesters[msg.sender];
        if (spec.nonce != requester.nonce) revert NonceWrong(spec.nonce, requester.nonce);
        uint256 escrow = _escrow(spec, 0);
        if (escrow > requester.credit) revert CreditTooLittle(requester.credit, escrow);
        requester.credit -= uint64(escrow);
        requester.nonce = spec.nonce + 1;

        jobId = jobIdOf(spec);
        Job storage job = _jobs[jobId];
        job.status = Status.Open;
        job.postedBlock = uint32(block.number);
        job.drawBlock = uint32(block.number) + _seedLag;
        job.deadline = uint32(block.timestamp) + t.claimWindow;
        emit JobPosted(jobId, msg.sender, spec, job.drawBlock, job.deadline);
    }

    /// @inheritdoc IMarket
    function raise(JobSpec memory spec, uint64 extra) external {
        (bytes32 jobId, Job memory job) = _load(spec, Status.Open);
        if (msg.sender != spec.requester) revert NotRequester(msg.sender, spec.requester);
        if (extra == 0) revert AmountZero();
        Requester storage requester = _requesters[msg.sender];
        uint256 cost = uint256(extra) * spec.replicas;
        if (cost > requester.credit) revert CreditTooLittle(requester.credit, cost);
        requester.credit -= uint64(cost);
        job.raised += extra;
        _store(jobId, job);
        emit JobRaised(jobId, job.raised);
    }

    /* PROVIDERS */

    /// @inheritdoc IMarket
    function claim(JobSpec memory spec, uint8 seat) external {
        (bytes32 jobId, Job memory job) = _load(spec, Status.Open);
        _before(job.deadline);
        if (seat >= spec.replicas) revert SeatUnknown(seat, spec.replicas - 1);
        if (job.claimed & _bit(seat) != 0) revert SeatTaken(seat);
        uint32 provider = _nodeOfCaller(Role.Provider);
        _checkNotInJob(jobId, job, provider);
        uint64 backing = Cover.backingOf(spec);
        if (_accounts[provider].stake < backing) revert BackingTooSmall(_accounts[provider].stake, backing);
        _checkEligible(job, provider, spec.replicas);

        _lock(provider, Cover.lockOf(spec));
        uint32 due = uint32(block.timestamp) + _termsOf(spec).runWindow;
        _seats[jobId][seat] = Seat(provider, due, 0);
        job.claimed |= _bit(seat);
        if (job.claimed == _allSeats(spec)) job.status = Status.Running;
        _store(jobId, job);
        emit SeatClaimed(jobId, seat, provider, due);
    }

    /// @inheritdoc IMarket
    function evict(JobSpec memory spec, uint8 seat) external {
        (bytes32 jobId, Job memory job) = _loadUnfinished(spec);
        if (job.claimed & ~job.committed & _bit(seat) == 0) revert SeatUnknown(seat, spec.replicas - 1);
        uint32 due = _seats[jobId][seat].due;
        _notBefore(due);
        _evict(jobId, job, spec, seat);
        job.status = Status.Open;
        _store(jobId, job);
    }

    /// @inheritdoc IMarket
    function submit(JobSpec memory spec, bytes32 class, bytes32 root) external {
        if (spec.replicas != 1) revert ReplicasWrong(spec.replicas, 1);
        (bytes32 jobId, Job memory job) = _load(spec, Status.Running);
        _checkSeat(jobId, 0, true);
        _setRoot(jobId, job, 0, class, root);
        job.committed = 1;
        _startVerification(jobId, job, spec);
        _store(jobId, job);
    }

    /// @inheritdoc IMarket
    function commit(JobSpec memory spec, uint8 seat, bytes32 commitment_) external {
        if (spec.replicas == 1) revert ReplicasWrong(1, 2);
        (bytes32 jobId, Job memory job) = _loadUnfinished(spec);
        _checkSeat(jobId, seat, true);
        if (job.committed & _bit(seat) != 0) revert AlreadyCommitted(seat);
        if (commitment_ == 0) revert RootZero();
        _seats[jobId][seat].digest = bytes24(commitment_);
        job.committed |= _bit(seat);
        emit ResultCommitted(jobId, seat, commitment_);
        if (job.committed == _allSeats(spec)) _startReveal(jobId, job, spec);
        _store(jobId, job);
    }

    /// @inheritdoc IMarket
    function commitAndReveal(JobSpec memory spec, uint8 seat, bytes32 class, bytes32 root) external {
        if (spec.replicas == 1) revert ReplicasWrong(1, 2);
        (bytes32 jobId, Job memory job) = _load(spec, Status.Running);
        _checkSeat(jobId, seat, true);
        if (job.committed & _bit(seat) != 0) revert AlreadyCommitted(seat);
        uint8 others = _allSeats(spec) & ~_bit(seat);
        if (job.committed != others) revert OthersNotCommitted(job.committed, others);
        job.committed |= _bit(seat);
        _setRoot(jobId, job, seat, class, root);
        _startReveal(jobId, job, spec);
        _store(jobId, job);
    }

    /// @inheritdoc IMarket
    function reveal(JobSpec memory spec, uint8 seat, bytes32 class, bytes32 root, bytes32 salt) external {
        (bytes32 jobId, Job memory job) = _load(spec, Status.Revealing);
        _before(job.deadline);
        uint32 provider = _checkSeat(jobId, seat, false);
        if (job.committed & ~job.revealed & _bit(seat) == 0) revert NotCommitted(seat);
        bytes32 found = commitment(jobId, provider, class, root, salt);
        bytes24 expected = _seats[jobId][seat].digest;
        if (bytes24(found) != expected) revert CommitmentWrong(found, expected);
        _setRoot(jobId, job, seat, class, root);
        if (job.revealed == job.committed) _startVerification(jobId, job, spec);
        _store(jobId, job);
    }

    /// @inheritdoc IMarket
    function close(JobSpec memory spec) external {
        bytes32 jobId = jobIdOf(spec);
        Job memory job = _read(jobId);
        if (job.status == Status.Revealing) {
            _notBefore(job.deadline);
            _evictAll(jobId, job, spec, job.committed & ~job.revealed);
            job.committed = job.revealed;
            if (job.revealed == 0) _expire(jobId, job, spec);
            else _startVerification(jobId, job, spec);
        } else {
            (jobId, job) = _loadUnfinished(spec);
            uint8 pending = job.claimed & ~job.committed;
            uint256 end = uint256(job.deadline) + (pending == 0 ? 0 : _termsOf(spec).runWindow);
            _notBefore(end);
            _evictAll(jobId, job, spec, pending);
            if (_count(job.committed) < _termsOf(spec).quorum || job.committed == 0) _expire(jobId, job, spec);
            else _startReveal(jobId, job, spec);
        }
        _store(jobId, job);
    }

    /* VERIFIERS */

    /// @inheritdoc IMarket
    function requestLeaf(JobSpec memory spec, uint8 seat, uint32 task) external {
        (bytes32 jobId, Job memory job) = _load(spec, Status.Verifying);
        _before(job.deadline);
        if (job.revealed & _bit(seat) == 0) revert SeatUnknown(seat, spec.replicas - 1);
        if (task >= spec.tasks) revert SpecInvalid("task", task, 0, spec.tasks - 1);
        if ((job.leafPending | job.unserved) & _bit(seat) != 0) revert LeafPending(job.leafPending);
        _checkEligible(job, _nodeOfCaller(Role.Verifier), 1);
        LeafRequest storage request = _leafRequests[jobId][seat];
        if (request.demands == MOST_DEMANDS) revert LeafDemandsSpent(MOST_DEMANDS);

        Terms memory t = _termsOf(spec);
        request.task = task;
        request.deadline = uint32(block.timestamp) + t.leafWindow;
        request.demands++;
        job.leafPending |= _bit(seat);
        uint32 prolonged = request.deadline + t.verdictWindow;
        if (prolonged > job.deadline) job.deadline = prolonged;
        _store(jobId, job);
        emit LeafRequested(jobId, seat, task, request.deadline, job.deadline);
    }

    /// @inheritdoc IMarket
    function answerLeaf(JobSpec memory spec, uint8 seat, uint8 kind, bytes32 outputRoot, bytes32[] calldata path)
        external
    {
        (bytes32 jobId, Job memory job, LeafRequest storage request) = _loadRequest(spec, seat);
        _before(request.deadline);
        bytes32 found = ResultTree.rootFrom(request.task, spec.tasks, kind, outputRoot, path);
        bytes24 expected = _seats[jobId][seat].digest;
        if (bytes24(found) != expected) revert LeafWrong(found, expected);
        job.leafPending &= ~_bit(seat);
        _store(jobId, job);
        emit LeafAnswered(jobId, seat, request.task, kind, outputRoot);
    }

    /// @inheritdoc IMarket
    function markUnserved(JobSpec memory spec, uint8 seat) external {
        (bytes32 jobId, Job memory job, LeafRequest storage request) = _loadRequest(spec, seat);
        _notBefore(request.deadline);
        job.leafPending &= ~_bit(seat);
        job.unserved |= _bit(seat);
        _store(jobId, job);
        emit LeafUnserved(jobId, seat, request.task);
    }

    /// @inheritdoc IMarket
    function verdict(JobSpec memory spec, uint8 accepted, uint8 rejected, bytes32 evidence, bytes32 traces) external {
        (bytes32 jobId, Job memory job) = _load(spec, Status.Verifying);
        _before(job.deadline);
        if (job.leafPending != 0) revert LeafPending(job.leafPending);
        bool overlap = accepted & rejected != 0 || (accepted | rejected) & ~job.revealed != 0;
        if (overlap || job.unserved & ~rejected != 0) revert MasksInvalid(accepted, rejected, job.revealed, job.unserved);
        uint32 verifier = _nodeOfCaller(Role.Verifier);
        _checkEligible(job, verifier, 1);

        _lock(verifier, Cover.verifierLockOf(spec));
        _accounts[verifier].credit += spec.verifierFee;
        for (uint8 seat; seat < spec.replicas; ++seat) {
            if (accepted & _bit(seat) != 0) _release(_seats[jobId][seat].provider, 0, spec.reward + job.raised);
        }
        (job.status, job.verifier, job.accepted, job.rejected) = (Status.Paid, verifier, accepted, rejected);
        _startChallengeWindow(job, spec);
        _store(jobId, job);
        emit VerdictGiven(jobId, verifier, accepted, rejected, evidence, traces, job.drawBlock, job.deadline);
    }

    /// @inheritdoc IMarket
    function verdictByDefault(JobSpec memory spec) external {
        (bytes32 jobId, Job memory job) = _load(spec, Status.Verifying);
        _notBefore(job.deadline);
        if (job.leafPending != 0) revert LeafPending(job.leafPending);
        uint8 candidates = job.revealed & ~job.unserved;
        (job.status, job.rejected) = (Status.Defaulted, job.unserved);
        job.accepted = spec.replicas == 1 ? candidates : _agreeing(jobId, candidates, _termsOf(spec).quorum);
        _startChallengeWindow(job, spec);
        _store(jobId, job);
        emit DefaultVerdict(jobId, job.accepted, job.deadline);
    }

    /// @inheritdoc IMarket
    function finalize(JobSpec memory spec) external {
        bytes32 jobId = jobIdOf(spec);
        Job memory job = _read(jobId);
        bool byDefault = job.status == Status.Defaulted;
        if (job.status != Status.Paid && !byDefault) revert JobInState(jobId, job.status, Status.Paid);
        _notBefore(job.deadline);

        uint64 lock = Cover.lockOf(spec);
        uint64 price = spec.reward + job.raised;
        uint256 refund = _escrow(spec, job.raised) - (byDefault ? 0 : spec.verifierFee);
        for (uint8 seat; seat < spec.replicas; ++seat) {
            uint8 bit = _bit(seat);
            if (job.revealed & bit == 0) continue;
            uint32 provider = _seats[jobId][seat].provider;
            delete _seats[jobId][seat];
            bool accepted = job.accepted & bit != 0;
            if (accepted) refund -= price;
            // Slashed below, all at once, a stake holds nothing that could be released.
            if (job.rejected & bit != 0) _slash(provider, jobId, job.verifier, job.unserved & bit == 0);
            else _release(provider, lock, accepted && byDefault ? price : 0);
        }
        if (!byDefault) _release(job.verifier, Cover.verifierLockOf(spec), 0);
        _requesters[spec.requester].credit += uint64(refund);
        _jobs[jobId].status = Status.Final;
        emit JobFinalized(jobId, uint64(refund));
    }

    /// @inheritdoc IMarket
    function multicall(bytes[] calldata calls) external {
        for (uint256 i; i < calls.length; ++i) {
            Address.functionDelegateCall(address(this), calls[i]);
        }
    }

    /* VIEWS */

    /// @inheritdoc IMarket
    function jobIdOf(JobSpec memory spec) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), spec));
    }

    /// @inheritdoc IMarket
    function jobOf(bytes32 jobId) external view returns (Job memory) {
        return _read(jobId);
    }

    /// @inheritdoc IMarket
    function seatOf(bytes32 jobId, uint8 seat) external view returns (Seat memory) {
        return _seats[jobId][seat];
    }

    /// @inheritdoc IMarket
    function leafRequestOf(bytes32 jobId, uint8 seat) external view returns (LeafRequest memory request) {
        return _leafRequests[jobId][seat];
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
    function lockOf(JobSpec memory spec) external pure returns (uint64) {
        return Cover.lockOf(spec);
    }

    /// @inheritdoc IMarket
    function backingOf(JobSpec memory spec) external pure returns (uint64) {
        return Cover.backingOf(spec);
    }

    /// @inheritdoc IMarket
    function isEligible(JobSpec memory spec, uint32 stakeId) external view returns (bool) {
        Job memory job = _read(jobIdOf(spec));
        Role role = _accounts[stakeId].role;
        bool drawn = job.status == Status.Open ? role == Role.Provider : job.status == Status.Verifying && role == Role.Verifier;
        return drawn && _accounts[stakeId].activeFrom < job.postedBlock
            && _isEligible(job, stakeId, role == Role.Provider ? spec.replicas : 1);
    }

    /// @inheritdoc IMarket
    function sampleSeed(bytes32 jobId) external view returns (bytes32) {
        Job memory job = _read(jobId);
        if (job.status != Status.Verifying) revert JobInState(jobId, job.status, Status.Verifying);
        bytes32 hash = Seed.ofBlock(job.drawBlock);
        if (hash == 0) revert SeedGone(job.drawBlock);
        return keccak256(abi.encode(hash, jobId));
    }

    /// @inheritdoc IMarket
    function parameters() external view returns (Parameters memory) {
        return Parameters(_seedLag, _growthBlocks, _unbondingTime, _minCheckBps, _evictionReward, _minStake);
    }

    /* CHECKS */

    function _before(uint32 deadline) private view {
        if (block.timestamp >= deadline) revert TooLate(block.timestamp, deadline);
    }

    function _notBefore(uint256 time) private view {
        if (block.timestamp < time) revert TooEarly(block.timestamp, time);
    }

    function _load(JobSpec memory spec, Status expected) private view returns (bytes32 jobId, Job memory job) {
        jobId = jobIdOf(spec);
        job = _read(jobId);
        if (job.status != expected) revert JobInState(jobId, job.status, expected);
    }

    /// @dev A job in which seats may be open and results missing.
    function _loadUnfinished(JobSpec memory spec) private view returns (bytes32 jobId, Job memory job) {
        jobId = jobIdOf(spec);
        job = _read(jobId);
        if (job.status != Status.Open && job.status != Status.Running) revert JobInState(jobId, job.status, Status.Running);
    }

    function _loadRequest(JobSpec memory spec, uint8 seat)
        private
        view
        returns (bytes32 jobId, Job memory job, LeafRequest storage request)
    {
        (jobId, job) = _load(spec, Status.Verifying);
        if (job.leafPending & _bit(seat) == 0) revert LeafNotRequested(seat);
        request = _leafRequests[jobId][seat];
    }

    function _checkSpec(JobSpec memory spec, Terms memory t) private view {
        if (msg.sender != spec.requester) revert NotRequester(msg.sender, spec.requester);
        _checkRange("tasks", spec.tasks, 1, MOST_TASKS);
        _checkRange("replicas", spec.replicas, 1, MOST_REPLICAS);
        _checkRange("reward", spec.reward, 1, type(uint64).max);
        _checkRange("checkBps", spec.checkBps, _minCheckBps, WHOLE_BPS);
        _checkRange("auditBps", spec.auditBps, 0, WHOLE_BPS);
        _checkRange("bundle", uint256(spec.bundle), 1, type(uint256).max);
        _checkRange("bundleBytes", spec.bundleBytes, 1, type(uint64).max);
        _checkRange("outputBytes", spec.outputBytes, 1, type(uint64).max);
        if (spec.replicas > 1) _checkRange("quorum", t.quorum, 1, spec.replicas);
    }

    function _checkRange(bytes32 field, uint256 found, uint256 least, uint256 most) private pure {
        if (found < least || found > most) revert SpecInvalid(field, found, least, most);
    }

    function _termsOf(JobSpec memory spec) private view returns (Terms memory t) {
        t = _terms[spec.terms];
        if (t.claimWindow == 0) revert TermsUnknown(spec.terms);
    }

    function _checkNotInJob(bytes32 jobId, Job memory job, uint32 provider) private view {
        if (_barred[jobId][provider]) revert Barred(provider);
        for (uint256 seat; job.claimed >> seat != 0; ++seat) {
            if (_seats[jobId][seat].provider == provider) revert AlreadyInJob(provider);
        }
    }

    /// @dev The caller must hold the seat, and be in time where `inTime` asks for it.
    function _checkSeat(bytes32 jobId, uint8 seat, bool inTime) private view returns (uint32 provider) {
        provider = stakeIdOf(msg.sender);
        Seat memory held = _seats[jobId][seat];
        if (provider == 0 || held.provider != provider) revert SeatNotYours(seat, provider, held.provider);
        if (inTime) _before(held.due);
    }

    function _checkEligible(Job memory job, uint32 stakeId, uint256 seats) private view {
        uint32 activeFrom = _accounts[stakeId].activeFrom;
        if (activeFrom >= job.postedBlock) revert WeightTooNew(activeFrom, job.postedBlock);
        if (!_isEligible(job, stakeId, seats)) revert NotEligible(stakeId, block.number);
    }

    function _isEligible(Job memory job, uint32 stakeId, uint256 seats) private view returns (bool) {
        if (block.number <= job.drawBlock) return false;
        uint256 blocks = block.number - job.drawBlock;
        // By then everybody is eligible, so that no hash is needed that the chain no longer gives.
        if (blocks >= _growthBlocks) return true;
        Account storage account = _accounts[stakeId];
        return Sortition.isEligible(
            Seed.ofBlock(job.drawBlock), stakeId, account.stake, activeStake(account.role), seats, blocks
        );
    }

    /* STEPS */

    function _read(bytes32 jobId) private view returns (Job memory) {
        return _jobs[jobId];
    }

    function _store(bytes32 jobId, Job memory job) private {
        _jobs[jobId] = job;
    }

    function _setRoot(bytes32 jobId, Job memory job, uint8 seat, bytes32 class, bytes32 root) private {
        if (root == 0) revert RootZero();
        _seats[jobId][seat].digest = bytes24(root);
        job.revealed |= _bit(seat);
        emit ResultRevealed(jobId, seat, class, root);
    }

    function _startReveal(bytes32 jobId, Job memory job, JobSpec memory spec) private {
        job.status = Status.Revealing;
        job.deadline = uint32(block.timestamp) + _termsOf(spec).revealWindow;
        emit RevealStarted(jobId, job.deadline);
    }

    function _startVerification(bytes32 jobId, Job memory job, JobSpec memory spec) private {
        job.status = Status.Verifying;
        job.drawBlock = uint32(block.number) + _seedLag;
        job.deadline = uint32(block.timestamp) + _termsOf(spec).verdictWindow;
        emit VerificationStarted(jobId, job.drawBlock, job.deadline);
    }

    function _startChallengeWindow(Job memory job, JobSpec memory spec) private view {
        job.drawBlock = uint32(block.number) + _seedLag;
        job.deadline = uint32(block.timestamp) + _termsOf(spec).challengeWindow;
    }

    function _evictAll(bytes32 jobId, Job memory job, JobSpec memory spec, uint8 late) private {
        for (uint8 seat; late >> seat != 0; ++seat) {
            if (late & _bit(seat) != 0) _evict(jobId, job, spec, seat);
        }
    }

    /// @dev Lateness costs two rewards, of which the caller gets its gas; never more, and never the requester's gain.
    function _evict(bytes32 jobId, Job memory job, JobSpec memory spec, uint8 seat) private {
        uint32 provider = _seats[jobId][seat].provider;
        delete _seats[jobId][seat];
        job.claimed &= ~_bit(seat);
        _barred[jobId][provider] = true;
        uint64 penalty = 2 * spec.reward;
        uint64 toCaller = _evictionReward < spec.reward ? _evictionReward : spec.reward;
        uint64 taken = _penalize(provider, Cover.lockOf(spec), penalty, toCaller);
        emit SeatEvicted(jobId, seat, provider, taken, msg.sender, taken == 0 ? 0 : toCaller);
    }

    /// @dev Too few results: those who delivered are released unpaid, all money goes back.
    function _expire(bytes32 jobId, Job memory job, JobSpec memory spec) private {
        uint64 lock = Cover.lockOf(spec);
        for (uint8 seat; job.committed >> seat != 0; ++seat) {
            if (job.committed & _bit(seat) == 0) continue;
            _release(_seats[jobId][seat].provider, lock, 0);
            delete _seats[jobId][seat];
        }
        uint64 refund = uint64(_escrow(spec, job.raised));
        _requesters[spec.requester].credit += refund;
        job.status = Status.Expired;
        emit JobExpired(jobId, refund);
    }

    /// @dev The largest group of candidates with equal roots, if it reaches the quorum; of equal groups the first.
    function _agreeing(bytes32 jobId, uint8 candidates, uint256 quorum) private view returns (uint8 best) {
        for (uint8 a; candidates >> a != 0; ++a) {
            if (candidates & _bit(a) == 0) continue;
            uint8 group;
            for (uint8 b; candidates >> b != 0; ++b) {
                if (candidates & _bit(b) != 0 && _seats[jobId][a].digest == _seats[jobId][b].digest) group |= _bit(b);
            }
            if (_count(group) >= quorum && _count(group) > _count(best)) best = group;
        }
    }

    /* ARITHMETIC */

    function _escrow(JobSpec memory spec, uint64 raised) private pure returns (uint256) {
        return (uint256(spec.reward) + raised) * spec.replicas + spec.verifierFee;
    }

    function _allSeats(JobSpec memory spec) private pure returns (uint8) {
        return uint8((1 << spec.replicas) - 1);
    }

    function _bit(uint256 seat) private pure returns (uint8) {
        return seat < MOST_REPLICAS ? uint8(1 << seat) : 0;
    }

    function _count(uint8 mask) private pure returns (uint256 bits) {
        for (; mask != 0; mask &= mask - 1) ++bits;
    }
}
