// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IStaking} from "../../contracts/interfaces/IStaking.sol";
import {JobSpec} from "../../contracts/types/JobSpec.sol";
import {Role} from "../../contracts/types/Role.sol";
import {Status} from "../../contracts/types/Status.sol";
import {Scene} from "./Scene.sol";

/// @notice A scene with a challenger and nine more verifiers, nodes 4 to 12, who sit in committees.
abstract contract DisputeScene is Scene {
    uint256 internal constant JUROR = 4;
    uint8 internal constant VERIFIER = 7;
    uint8 internal constant ACCEPTED = 0;
    uint64 internal constant STAKE = 100 * TOKEN;
    bytes32 internal constant DIGEST = keccak256("canonical");
    address internal challenger;

    function _ready() internal {
        for (uint256 i = JUROR; i < JUROR + 9; ++i) _join(i, Role.Verifier, STAKE);
        challenger = vm.addr(999);
        require(token.transfer(challenger, STAKE));
        vm.prank(challenger);
        token.approve(address(market), STAKE);
        vm.prank(challenger);
        market.deposit(STAKE);
        _pass(3, 3);
    }

    /// @dev A job of three seats with a verdict, in its challenge window.
    function _judged(uint8 accepted, uint8 rejected) internal returns (JobSpec memory spec, bytes32 id) {
        _ready();
        spec = _verifying();
        _act(3, abi.encodeCall(market.verdict, (spec, accepted, rejected, ROOT, uint256(5) << 64)));
        id = market.jobIdOf(spec);
    }

    function _challenge(JobSpec memory spec, uint8 subject) internal {
        vm.prank(challenger);
        disputes.challenge(spec, subject, 3);
    }

    /// @dev The committee that can be called next, with its seats taken by jurors from the given node on.
    function _seat(JobSpec memory spec, uint256 from, uint256 size) internal {
        _pass(3, 0);
        for (uint256 i; i < size; ++i) _act(from + i, abi.encodeCall(disputes.join, (spec)));
    }

    function _call(JobSpec memory spec) internal {
        _pass(1, 20);
        disputes.callCommittee(spec);
    }

    /// @dev All vote, and open their votes: juror i calls wrong what bits 8·i and up say.
    function _vote(JobSpec memory spec, uint256 from, uint256 size, uint256 wrong) internal {
        bytes32 id = market.jobIdOf(spec);
        uint8 round = disputes.disputeOf(id).round;
        for (uint256 i; i < size; ++i) {
            bytes32 commitment = disputes.voteCommitment(id, round, uint32(from + i + 1), uint8(wrong >> 8 * i), DIGEST, "salt");
            _act(from + i, abi.encodeCall(disputes.vote, (spec, commitment)));
        }
        for (uint256 i; i < size; ++i) _act(from + i, abi.encodeCall(disputes.openVote, (spec, uint8(wrong >> 8 * i), DIGEST, "salt")));
    }

    /// @dev The first committee of three says so, and nobody appeals.
    function _decide(JobSpec memory spec, uint256 wrong) internal {
        _call(spec);
        _seat(spec, JUROR, 3);
        _vote(spec, JUROR, 3, wrong);
        _end(spec);
    }

    function _end(JobSpec memory spec) internal {
        _pass(1, 15);
        disputes.settle(spec);
        assert(market.jobOf(market.jobIdOf(spec)).status == Status.None);
        for (uint32 i = 1; i <= JUROR + 9; ++i) assert(market.stakeOf(i).locked == 0);
        _checkMoney();
    }

    function _checkMoney() internal view {
        uint256 sum = market.burnt() + market.creditOf(address(this)) + market.creditOf(challenger);
        for (uint32 i = 1; i <= JUROR + 9; ++i) {
            IStaking.Stake memory s = market.stakeOf(i);
            sum += uint256(s.stake) + s.unbonding + s.credit;
        }
        assert(token.balanceOf(address(market)) == sum * market.unit());
    }

    function _credit(uint256 node) internal view returns (uint64) {
        return market.stakeOf(uint32(node + 1)).credit;
    }

    function _stake(uint256 node) internal view returns (IStaking.Stake memory) {
        return market.stakeOf(uint32(node + 1));
    }
}
