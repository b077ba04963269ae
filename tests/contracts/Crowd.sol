// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Market} from "../../contracts/Market.sol";
import {MarketToken} from "../../contracts/MarketToken.sol";
import {IDisputes} from "../../contracts/interfaces/IDisputes.sol";
import {IMarket} from "../../contracts/interfaces/IMarket.sol";
import {IStaking} from "../../contracts/interfaces/IStaking.sol";
import {JobSpec} from "../../contracts/types/JobSpec.sol";
import {Parameters} from "../../contracts/types/Parameters.sol";
import {Phase} from "../../contracts/types/Phase.sol";
import {Role} from "../../contracts/types/Role.sol";
import {Status} from "../../contracts/types/Status.sol";
import {Terms} from "../../contracts/types/Terms.sol";
import {Deployed} from "./Deployed.sol";
import {TinyJob} from "./TinyJob.sol";

interface Vm {
    function prank(address who) external;
    function warp(uint256 time) external;
    function roll(uint256 block_) external;
    function addr(uint256 key) external returns (address);
    function sign(uint256 key, bytes32 digest) external returns (uint8 v, bytes32 r, bytes32 s);
}

/// @notice A market and a crowd that calls it: callers, calls, arguments and the passing of time are drawn from a seed. After every
/// call all that must always hold is checked.
abstract contract Crowd {
    Vm internal constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    uint64 internal constant TOKEN = 1e9;
    uint256 internal constant PROVIDERS = 4;
    uint256 internal constant STAKERS = 9;
    uint256 internal constant STEPS = 60;
    address internal constant STRANGER = address(0x5757);
    bytes32 internal constant CLASS = keccak256("class");

    Market internal market;
    /// @dev The market too, for the calls that its other code answers.
    IDisputes internal disputes;
    MarketToken internal token;
    address[STAKERS] internal owners;
    address[STAKERS] internal nodes;
    JobSpec[] internal specs;
    Status[] internal seen;
    uint32[] internal draws;
    uint256 internal random;
    /// @dev What the job is, and what providers claim of it: the right value, or a wrong one.
    bytes internal head = TinyJob.head();
    bytes32 internal bundle = TinyJob.bundle();
    bytes32[2] internal results = [TinyJob.result(TinyJob.RIGHT), TinyJob.result(TinyJob.WRONG)];
    uint256 internal blocks = 1000;
    uint256 internal time = 1_700_000_000;

    function setUp() external {
        vm.roll(blocks);
        vm.warp(time);
        token = new MarketToken(address(this), 1e6 * TOKEN);
        market = Deployed.market(token, Parameters(1, 2, 10_000, 100, 1_000_000, TOKEN, 0x0503, TinyJob.arbiter()));
        disputes = IDisputes(address(market));
        market.registerTerms(Terms(60, 40, 20, 40, 20, 8, 15, 1));
        token.approve(address(market), type(uint256).max);
        market.deposit(1000 * TOKEN);
        for (uint256 i; i < STAKERS; ++i) {
            owners[i] = vm.addr(100 + i);
            nodes[i] = vm.addr(200 + i);
            require(token.transfer(owners[i], 200 * TOKEN));
            vm.prank(owners[i]);
            token.approve(address(market), type(uint256).max);
            bytes32 message = keccak256(abi.encodePacked("\x19Ethereum Signed Message:\n32", market.nodeKeyMessage(owners[i])));
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(200 + i, message);
            vm.prank(owners[i]);
            market.registerStake(i < PROVIDERS ? Role.Provider : Role.Verifier, nodes[i], 100 * TOKEN, abi.encodePacked(r, s, v));
        }
        _pass(3, 3);
    }

    /// @dev What the crowd leaves to others: stakes below this number act only by themselves.
    uint256 internal leftAlone;

    function _live(uint256 seed) internal {
        random = seed;
        for (uint256 step; step < STEPS; ++step) {
            if (specs.length == 0 || _draw(8) == 0) _post();
            else if (_draw(5) == 0) _alone();
            else _aboutJob();
            _beforeTimePasses();
            _pass(1 + _draw(3), _draw(25) == 0 ? _draw(60) : 1 + _draw(3));
            _check();
        }
    }

    function _beforeTimePasses() internal virtual {}

    /// @dev The seats that a verdict of the crowd may reject.
    function _mayReject(bytes32, IMarket.Job memory job) internal view virtual returns (uint8) {
        return job.revealed;
    }

    /// @dev The points that a juror of the crowd may call wrong.
    function _mayCallWrong(bytes32, uint8 points) internal view virtual returns (uint8) {
        return uint8((1 << points) - 1);
    }

    function _anybody() internal returns (uint256) {
        return leftAlone + _draw(STAKERS - leftAlone);
    }

    /* WHAT PEOPLE DO */

    function _post() internal {
        uint8 k = uint8(1 + _draw(3));
        JobSpec memory spec = JobSpec({
            requester: address(this),
            nonce: market.nonceOf(address(this)),
            bundle: bundle,
            tasks: 8,
            replicas: k,
            reward: uint64(1 + _draw(TOKEN)),
            verifierFee: uint64(_draw(TOKEN)),
            cover: uint64(_draw(2 * TOKEN)),
            checkBps: uint16(100 + _draw(9900)),
            auditBps: uint16(_draw(10_000)),
            terms: 1,
            bundleBytes: 1000,
            outputBytes: 1000
        });
        market.post(spec);
        specs.push(spec);
        seen.push(Status.Open);
        draws.push(0);
    }

    function _alone() internal {
        address owner = owners[_anybody()];
        uint64 amount = uint64(_draw(3 * TOKEN));
        uint256 what = _draw(9);
        if (what == 0) _try(owner, abi.encodeCall(market.addStake, (amount)));
        else if (what == 1) _try(owner, abi.encodeCall(market.unbond, (amount)));
        else if (what == 2) _try(owner, abi.encodeCall(market.withdrawStake, (owner)));
        else if (what == 3) _try(owner, abi.encodeCall(market.withdraw, (owner)));
        else if (what == 4) _try(owner, abi.encodeCall(market.deposit, (amount)));
        else if (what == 5) _try(STRANGER, abi.encodeCall(market.withdraw, (STRANGER)));
        else if (what == 6) _try(owner, abi.encodeCall(market.publishProfile, (bytes32(random), "/ip4/127.0.0.1/tcp/1")));
        else if (what == 7) _try(owner, abi.encodeCall(market.setNodeKey, (STRANGER, new bytes(65))));
        else _try(STRANGER, abi.encodeCall(market.unbond, (1)));
    }

    function _aboutJob() internal {
        JobSpec memory spec = specs[specs.length - 1 - _draw(specs.length < 3 ? specs.length : 3)];
        bytes32 id = market.jobIdOf(spec);
        IMarket.Job memory job = market.jobOf(id);
        uint8 seat = uint8(_draw(spec.replicas));
        uint32 holder = market.seatOf(id, seat).provider;
        // Half of the time somebody who may act, half of the time anybody.
        address who = holder > leftAlone && _draw(2) == 0 ? market.stakeOf(holder).nodeKey : nodes[_anybody()];
        bytes32 root = results[_draw(2)];
        uint8 mask = uint8(_draw(1 << spec.replicas));
        if (job.status == Status.Disputed || job.status == Status.Paid && _draw(3) == 0) return _aboutDispute(spec, id, seat);
        uint256 what = _draw(3) == 0 ? _draw(14) : _sensible(job);
        if (what == 0) _try(who, _claimOf(spec, id, seat, who, root));
        else if (what == 1) _try(who, abi.encodeCall(market.submit, (spec, CLASS, root)));
        else if (what == 2) _try(who, abi.encodeCall(market.commit, (spec, seat, _commitment(id, who))));
        else if (what == 3) _try(who, abi.encodeCall(market.commitAndReveal, (spec, seat, CLASS, root)));
        else if (what == 4) _try(who, abi.encodeCall(market.reveal, (spec, seat, CLASS, _resultOf(who), bytes32("salt"))));
        else if (what == 5) _try(_verifier(), abi.encodeCall(market.verdict, (spec, job.revealed & mask, _mayReject(id, job) & ~mask & uint8(_draw(8)), root, 0)));
        else if (what == 6) _try(STRANGER, abi.encodeCall(market.finalize, (spec)));
        else if (what == 7) _try(STRANGER, abi.encodeCall(market.evict, (spec, seat)));
        else if (what == 8) _try(STRANGER, abi.encodeCall(market.close, (spec)));
        else if (what == 9) _try(_verifier(), abi.encodeCall(disputes.requestLeaf, (spec, seat, uint32(_draw(8)))));
        else if (what == 10) _try(STRANGER, abi.encodeCall(disputes.markUnserved, (spec, seat)));
        else if (what == 11) _try(STRANGER, abi.encodeCall(disputes.verdictByDefault, (spec)));
        else if (what == 12) _try(_draw(2) == 0 ? address(this) : who, abi.encodeCall(market.raise, (spec, uint64(_draw(TOKEN)))));
        else _try(who, abi.encodeCall(disputes.answerLeaf, (spec, seat, 0, root, new bytes32[](3))));
    }

    /// @dev Some executed before they claim, and some of them forget how many seats there are.
    function _claimOf(JobSpec memory spec, bytes32 id, uint8 seat, address who, bytes32 root) internal returns (bytes memory) {
        uint256 way = _draw(4);
        if (way > 1) return abi.encodeCall(market.claim, (spec, seat));
        bool submits = spec.replicas == 1 ? way == 0 || _draw(4) > 0 : _draw(8) == 0;
        if (submits) return abi.encodeCall(market.claimAndSubmit, (spec, CLASS, root));
        return abi.encodeCall(market.claimAndCommit, (spec, seat, _commitment(id, who)));
    }

    function _aboutDispute(JobSpec memory spec, bytes32 id, uint8 seat) internal {
        IDisputes.Dispute memory d = disputes.disputeOf(id);
        address juror = _verifier();
        uint256 what = _draw(4) == 0 ? 1 + _draw(8) : uint256(d.phase) + (d.phase == Phase.Decided ? _draw(2) : 0);
        // Whoever has the time lets the others have theirs: else hardly any committee would fill.
        if (_draw(6) == 0) _try(STRANGER, abi.encodeCall(disputes.proceed, (spec)));
        if (what == 0 || what == 8) _try(nodes[_anybody()], abi.encodeCall(disputes.challenge, (spec, _draw(6) == 0 ? 7 : seat, uint32(_draw(9)))));
        else if (what == 1 && _draw(2) == 0) _aboutTrace(spec, id, d.points);
        else if (what == 1) _try(STRANGER, abi.encodeCall(disputes.callCommittee, (spec)));
        else if (what == 2) _try(juror, abi.encodeCall(disputes.join, (spec)));
        else if (what == 3) _try(juror, abi.encodeCall(disputes.vote, (spec, _voteCommitment(id, d, juror))));
        else if (what == 4) _try(juror, abi.encodeCall(disputes.openVote, (spec, _voteOf(id, d.points, juror), bytes32("digest"), bytes32("salt"))));
        else if (what == 5) _try(STRANGER, abi.encodeCall(disputes.settle, (spec)));
        else if (what == 6) _try(nodes[_anybody()], abi.encodeCall(disputes.appeal, (spec)));
        else _try(STRANGER, abi.encodeCall(market.finalize, (spec)));
    }

    /// @dev Anybody demands, answers with what the seat claimed and a true or forged trace, and proves.
    function _aboutTrace(JobSpec memory spec, bytes32 id, uint8 points) internal {
        uint8 point = uint8(_draw(points + 1));
        IDisputes.Point memory about = disputes.pointOf(id, point);
        uint32 y = market.seatOf(id, about.subject).digest == bytes24(results[0]) ? TinyJob.RIGHT : TinyJob.WRONG;
        uint32 shown = _draw(4) == 0 ? TinyJob.RIGHT : y;
        uint256 what = _draw(4);
        if (what == 0) _try(STRANGER, abi.encodeCall(disputes.demandTrace, (spec, point, head)));
        else if (what == 1) _try(_holder(id, about.subject), _answer(spec, point, about.task, y, shown));
        else if (what == 2) _try(STRANGER, abi.encodeCall(disputes.prove, (spec, point, TinyJob.operatorCall(about.task, y, shown))));
        else _try(STRANGER, abi.encodeCall(disputes.prove, (spec, point, TinyJob.outputCall(about.task, y, shown))));
    }

    /// @dev Whoever has the seat, or a stranger who would like to answer for it.
    function _holder(bytes32 id, uint8 seat) internal returns (address) {
        uint32 provider = market.seatOf(id, seat).provider;
        return provider > leftAlone && _draw(4) != 0 ? market.stakeOf(provider).nodeKey : STRANGER;
    }

    function _answer(JobSpec memory spec, uint8 point, uint32 task, uint32 y, uint32 shown) internal view returns (bytes memory) {
        return abi.encodeCall(disputes.answerTrace, (spec, point, 0, TinyJob.outputs(y), TinyJob.resultPath(task, y), TinyJob.trace(shown)));
    }

    /// @dev Half of the jurors call all wrong that they may, half nothing.
    function _voteOf(bytes32 id, uint8 points, address juror) internal view returns (uint8) {
        return uint256(keccak256(abi.encode(id, juror))) & 1 == 0 ? 0 : _mayCallWrong(id, points);
    }

    function _voteCommitment(bytes32 id, IDisputes.Dispute memory d, address juror) internal view returns (bytes32) {
        return disputes.voteCommitment(id, d.round, market.stakeIdOf(juror), _voteOf(id, d.points, juror), "digest", "salt");
    }

    function _verifier() internal returns (address) {
        return nodes[PROVIDERS + _draw(STAKERS - PROVIDERS)];
    }

    function _sensible(IMarket.Job memory job) internal returns (uint256) {
        if (job.status == Status.Open) return _draw(8) == 0 ? 8 : 0;
        if (job.status == Status.Running) return 1 + _draw(3);
        if (job.status == Status.Revealing) return _draw(8) == 0 ? 8 : 4;
        if (job.status == Status.Verifying) return _draw(6) == 0 ? 9 + _draw(3) : 5;
        return 6;
    }

    function _commitment(bytes32 id, address who) internal view returns (bytes32) {
        return market.commitment(id, market.stakeIdOf(who), CLASS, _resultOf(who), bytes32("salt"));
    }

    /// @dev Half of the providers cheat.
    function _resultOf(address who) internal view returns (bytes32) {
        return results[market.stakeIdOf(who) % 2];
    }

    function _try(address who, bytes memory call_) internal {
        if (who != address(this)) vm.prank(who);
        (bool ok,) = address(market).call(call_);
        ok;
    }

    /* WHAT MUST HOLD */

    function _check() internal {
        uint256 sum = market.burnt() + market.creditOf(address(this)) + market.creditOf(STRANGER);
        uint64[STAKERS + 1] memory locks;
        for (uint256 j; j < specs.length; ++j) {
            sum += _checkJob(j, locks);
        }
        uint64[3] memory active;
        for (uint32 i = 1; i <= STAKERS; ++i) {
            IStaking.Stake memory s = market.stakeOf(i);
            sum += uint256(s.stake) + s.unbonding + s.credit + market.creditOf(s.owner) + market.creditOf(s.nodeKey);
            active[uint256(s.role)] += s.stake;
            assert(s.locked <= s.stake);
            assert(s.slashed ? s.locked == 0 && s.stake == 0 : s.locked == locks[i]);
        }
        assert(active[1] == market.activeStake(Role.Provider) && active[2] == market.activeStake(Role.Verifier));
        assert(token.balanceOf(address(market)) == sum * market.unit());
    }

    /// @dev Adds what the job locks, and returns what it holds in escrow.
    function _checkJob(uint256 j, uint64[STAKERS + 1] memory locks) internal returns (uint256 escrow) {
        JobSpec memory spec = specs[j];
        bytes32 id = market.jobIdOf(spec);
        IMarket.Job memory job = market.jobOf(id);
        assert(_mayFollow(seen[j], job.status));
        _checkDraw(j, job);
        seen[j] = job.status;
        assert(job.revealed & ~job.committed == 0 && job.accepted & job.rejected == 0 && (job.accepted | job.rejected) & ~job.revealed == 0);
        if (job.status == Status.None) return 0;

        for (uint8 seat; seat < spec.replicas; ++seat) {
            uint32 holder = market.seatOf(id, seat).provider;
            if (holder != 0) locks[holder] += market.lockOf(spec);
        }
        uint256 price = uint256(spec.reward) + job.raised;
        escrow = price * spec.replicas + spec.verifierFee;
        bool byVerdict = job.verifier != 0;
        if (job.status == Status.Disputed) escrow += _checkDispute(spec, id, locks);
        if (byVerdict) {
            locks[job.verifier] += _verifierLock(spec);
            escrow -= spec.verifierFee;
            for (uint8 seat; seat < spec.replicas; ++seat) {
                if (job.accepted >> seat & 1 == 1) escrow -= price;
            }
        }
    }

    function _verifierLock(JobSpec memory spec) internal view returns (uint64) {
        uint256 behind = uint256(market.backingOf(spec)) * spec.replicas;
        uint256 least = uint256(market.lockOf(spec)) * spec.replicas;
        uint256 bribe = (behind + 4) / 5 > (behind + spec.cover + 5) / 6 ? (behind + 4) / 5 : (behind + spec.cover + 5) / 6;
        return uint64(bribe > least ? bribe : least);
    }

    /// @dev Adds what its jurors lock, and returns the bonds that it holds.
    function _checkDispute(JobSpec memory spec, bytes32 id, uint64[STAKERS + 1] memory locks) internal view returns (uint256 bonds) {
        IDisputes.Dispute memory d = disputes.disputeOf(id);
        assert(d.phase != Phase.None && d.points != 0 && d.points <= 8 && d.opened <= d.voted && d.voted <= d.seated && d.standing <= d.round);
        uint64 lock = 10 * disputes.jurorFeeOf(spec) * d.points;
        if (lock < _verifierLock(spec)) lock = _verifierLock(spec);
        for (uint32 i = 1; i <= STAKERS; ++i) {
            if (disputes.jurorOf(id, i).round != 0) locks[i] += lock;
        }
        IDisputes.Traces memory t = disputes.tracesOf(id);
        assert(t.answered & ~t.demanded == 0 && t.proven & ~t.demanded == 0 && uint256(t.demanded) >> d.points == 0);
        bonds = uint256(disputes.bondOf(spec, 1, 1)) * d.points;
        for (uint8 round = 2; round <= d.round; ++round) bonds += disputes.bondOf(spec, round, d.points);
    }

    /// @dev A draw's block lies in the future when it is fixed, and nothing moves it until the next draw takes its place.
    function _checkDraw(uint256 j, IMarket.Job memory job) internal {
        if (job.status == Status.None) return;
        bool moved = job.status != seen[j] && job.status >= Status.Verifying;
        bool must = draws[j] == 0 || moved && job.status != Status.Disputed;
        if (job.drawBlock == draws[j]) assert(!must);
        else assert((must || job.status == Status.Disputed) && job.drawBlock > draws[j] && job.drawBlock + 4 > blocks);
        draws[j] = job.drawBlock;
    }

    /// @dev None: the job has ended, for ever. Several calls lie between two looks only where one call moves a job twice.
    function _mayFollow(Status before, Status now_) internal view returns (bool) {
        if (before == now_) return true;
        // The only seat may be claimed and submitted at once.
        if (before == Status.Open) return now_ == Status.Running || now_ == Status.Revealing || now_ == Status.Verifying || now_ == Status.None;
        if (before == Status.Running) return now_ == Status.Open || now_ == Status.Revealing || now_ == Status.Verifying || now_ == Status.None;
        if (before == Status.Revealing) return now_ == Status.Verifying || now_ == Status.None;
        if (before == Status.Verifying) return now_ == Status.Paid || now_ == Status.Defaulted;
        if (before == Status.Disputed) return now_ == Status.None;
        return (before == Status.Paid || before == Status.Defaulted) && (now_ == Status.Disputed || now_ == Status.None);
    }

    /// @dev A stranger ends every job by time alone; then nothing is locked, and all but what is burnt can be withdrawn.
    function _endEverything() internal {
        for (uint256 j; j < specs.length; ++j) {
            JobSpec memory spec = specs[j];
            for (uint256 round; round < 16 && !_isOver(spec); ++round) {
                _beforeTimePasses();
                _check();
                _pass(1, 200);
                for (uint8 seat; seat < spec.replicas; ++seat) {
                    _try(STRANGER, abi.encodeCall(disputes.markUnserved, (spec, seat)));
                }
                _try(STRANGER, abi.encodeCall(market.close, (spec)));
                _try(STRANGER, abi.encodeCall(disputes.verdictByDefault, (spec)));
                _try(STRANGER, abi.encodeCall(market.finalize, (spec)));
                _try(STRANGER, abi.encodeCall(disputes.settle, (spec)));
                _try(STRANGER, abi.encodeCall(disputes.proceed, (spec)));
                _try(STRANGER, abi.encodeCall(disputes.callCommittee, (spec)));
                _check();
            }
            assert(_isOver(spec));
        }
        for (uint32 i = 1; i <= STAKERS; ++i) {
            IStaking.Stake memory s = market.stakeOf(i);
            assert(s.locked == 0);
            if (s.stake != 0) _try(s.owner, abi.encodeCall(market.unbond, (s.stake)));
        }
        _pass(1, 20_000);
        for (uint32 i = 1; i <= STAKERS; ++i) {
            address owner = market.stakeOf(i).owner;
            _try(owner, abi.encodeCall(market.withdrawStake, (owner)));
            _try(owner, abi.encodeCall(market.withdraw, (owner)));
        }
        _try(address(this), abi.encodeCall(market.withdraw, (address(this))));
        _try(STRANGER, abi.encodeCall(market.withdraw, (STRANGER)));
        assert(token.balanceOf(address(market)) == market.burnt() * market.unit());
    }

    function _isOver(JobSpec memory spec) internal view returns (bool) {
        return market.jobOf(market.jobIdOf(spec)).status == Status.None;
    }

    function _pass(uint256 moreBlocks, uint256 moreTime) internal {
        blocks += moreBlocks;
        time += moreTime;
        vm.roll(blocks);
        vm.warp(time);
    }

    function _draw(uint256 below) internal returns (uint256) {
        random = uint256(keccak256(abi.encode(random)));
        return random % below;
    }
}
