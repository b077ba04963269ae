// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IDisputes} from "../../contracts/interfaces/IDisputes.sol";
import {IMarket} from "../../contracts/interfaces/IMarket.sol";
import {IStaking} from "../../contracts/interfaces/IStaking.sol";
import {JobSpec} from "../../contracts/types/JobSpec.sol";
import {Phase} from "../../contracts/types/Phase.sol";
import {Status} from "../../contracts/types/Status.sol";
import {Crowd} from "./Crowd.sol";
import {TinyJob} from "./TinyJob.sol";

/// @notice A provider that follows the rules, the first, among a crowd that does anything: it never loses a unit of its stake, whatever
/// the others do, as long as no verifier rejects a right result. Nothing that it must do is ever refused to it.
contract HonestProviderTest is Crowd {
    uint32 private constant ME = 1;

    function testFuzz_aProviderThatFollowsTheRules_isNeverSlashed_whateverOthersDo(uint256 seed) external {
        _follow(seed);
    }

    function test_itIsPaid_soThatTheTestAboveIsNotEmpty() external {
        assert(_follow(7) > 200 * TOKEN);
    }

    /// @return what its owner has in the end, of 200 tokens in the beginning
    function _follow(uint256 seed) private returns (uint256) {
        leftAlone = ME;
        _live(seed);
        _endEverything();
        uint256 balance = token.balanceOf(owners[0]);
        assert(balance >= 200 * TOKEN);
        return balance;
    }

    function _mayReject(bytes32 id, IMarket.Job memory job) internal view override returns (uint8 mask) {
        mask = job.revealed;
        for (uint8 seat; seat < 3; ++seat) {
            if (market.seatOf(id, seat).provider == ME) mask &= ~uint8(1 << seat);
        }
    }

    /// @dev Jurors are not dishonest by majority about what it did.
    function _mayCallWrong(bytes32 id, uint8 points) internal view override returns (uint8 mask) {
        for (uint8 point; point < points; ++point) {
            uint8 subject = disputes.pointOf(id, point).subject;
            if (subject == 7 || market.seatOf(id, subject).provider != ME) mask |= uint8(1 << point);
        }
    }

    /// @dev Whatever it must do it does before time passes.
    function _beforeTimePasses() internal override {
        IStaking.Stake memory mine = market.stakeOf(ME);
        assert(!mine.slashed && mine.stake + mine.unbonding == 100 * TOKEN);
        for (uint256 j; j < specs.length; ++j) {
            JobSpec memory spec = specs[j];
            bytes32 id = market.jobIdOf(spec);
            if (market.jobOf(id).status == Status.None) continue;
            uint8 seat = _mySeat(spec, id);
            if (seat == spec.replicas) seat = _claim(spec, id);
            if (seat < spec.replicas) _serve(spec, id, seat);
        }
    }

    function _claim(JobSpec memory spec, bytes32 id) private returns (uint8 seat) {
        IMarket.Job memory job = market.jobOf(id);
        bool able = job.status == Status.Open && time < job.deadline && disputes.isEligible(spec, ME);
        if (!able || _draw(2) == 0) return spec.replicas;
        for (; job.claimed >> seat & 1 == 1;) ++seat;
        // Its free stake may be too small for one more job.
        _try(nodes[0], _claimCall(spec, id, seat));
        return _mySeat(spec, id);
    }

    /// @dev Sometimes it executed before.
    function _claimCall(JobSpec memory spec, bytes32 id, uint8 seat) private returns (bytes memory) {
        if (_draw(2) == 0) return abi.encodeCall(market.claim, (spec, seat));
        if (spec.replicas == 1) return abi.encodeCall(market.claimAndSubmit, (spec, CLASS, results[0]));
        return abi.encodeCall(market.claimAndCommit, (spec, seat, market.commitment(id, ME, CLASS, results[0], "mine")));
    }

    function _serve(JobSpec memory spec, bytes32 id, uint8 seat) private {
        IMarket.Job memory job = market.jobOf(id);
        uint8 bit = uint8(1 << seat);
        uint8 others = uint8((1 << spec.replicas) - 1) & ~bit;
        if (job.status <= Status.Running && job.committed & bit == 0) {
            if (spec.replicas == 1) _must(abi.encodeCall(market.submit, (spec, CLASS, results[0])));
            else if (job.committed == others) _must(abi.encodeCall(market.commitAndReveal, (spec, seat, CLASS, results[0])));
            else _must(abi.encodeCall(market.commit, (spec, seat, market.commitment(id, ME, CLASS, results[0], "mine"))));
        }
        job = market.jobOf(id);
        if (job.status == Status.Revealing && job.committed & ~job.revealed & bit != 0) {
            _must(abi.encodeCall(market.reveal, (spec, seat, CLASS, results[0], "mine")));
        }
        if (job.leafPending & bit != 0) {
            uint32 task = disputes.leafRequestOf(id, seat).task;
            bytes32[] memory path = TinyJob.resultPath(task, TinyJob.RIGHT);
            _must(abi.encodeCall(disputes.answerLeaf, (spec, seat, 0, TinyJob.outputs(TinyJob.RIGHT), path)));
        }
        if (job.status == Status.Disputed) _show(spec, id, seat);
    }

    function _show(JobSpec memory spec, bytes32 id, uint8 seat) private {
        IDisputes.Traces memory traces = disputes.tracesOf(id);
        for (uint8 point; point < 8; ++point) {
            IDisputes.Point memory about = disputes.pointOf(id, point);
            bool owed = traces.demanded & ~traces.answered & uint8(1 << point) != 0;
            if (owed && about.subject == seat && disputes.disputeOf(id).phase == Phase.Filing) {
                _must(_answer(spec, point, about.task, TinyJob.RIGHT, TinyJob.RIGHT));
            }
        }
    }

    function _mySeat(JobSpec memory spec, bytes32 id) private view returns (uint8 seat) {
        while (seat < spec.replicas && market.seatOf(id, seat).provider != ME) ++seat;
    }

    function _must(bytes memory call_) private {
        vm.prank(nodes[0]);
        (bool ok,) = address(market).call(call_);
        assert(ok);
    }
}
