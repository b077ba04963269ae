// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IMarketEvents} from "../../contracts/interfaces/IMarketEvents.sol";
import {IStakingEvents} from "../../contracts/interfaces/IStakingEvents.sol";
import {JobSpec} from "../../contracts/types/JobSpec.sol";
import {Role} from "../../contracts/types/Role.sol";
import {Status} from "../../contracts/types/Status.sol";
import {Scene} from "./Scene.sol";

/// @notice Attacks that a rule of the contract answers, each by its letter in docs/protocol.md; those that rules.test.mjs plays
/// through real transactions are not repeated here.
contract AttacksTest is Scene {
    function test_A1_nobodyEarnsMoreByWaiting_everySeatIsPaidThePostedReward() external {
        JobSpec memory spec = _post(3);
        for (uint8 i; i < 3; ++i) {
            _act(i, abi.encodeCall(market.claim, (spec, i)));
            _pass(5, 9);
        }
        _deliver(spec);
        _act(3, abi.encodeCall(market.verdict, (spec, 7, 0, ROOT, 0)));
        for (uint32 i = 1; i <= 3; ++i) assert(market.stakeOf(i).credit == spec.reward);
    }

    function test_A2_E7_acceptedWorkIsPaidAtOnce_butEveryStakeStaysLocked() external {
        JobSpec memory spec = _verifying();
        _act(3, abi.encodeCall(market.verdict, (spec, 7, 0, ROOT, 0)));
        uint64 lock = market.lockOf(spec);
        for (uint32 i = 1; i <= 3; ++i) assert(market.stakeOf(i).credit == spec.reward && market.stakeOf(i).locked == lock);
        assert(market.stakeOf(4).credit == spec.verifierFee && market.stakeOf(4).locked == 3 * lock);
        _refuses(vm.addr(103), abi.encodeCall(market.unbond, (100 * TOKEN)), abi.encodeWithSelector(IStakingEvents.StakeLocked.selector, 100 * TOKEN - 3 * lock, 100 * TOKEN));
        _pass(1, 8);
        market.finalize(spec);
        for (uint32 i = 1; i <= 4; ++i) assert(market.stakeOf(i).locked == 0);
    }

    function test_A4_E6_whoSlashesItsFriend_losesSeventyPercentAndMore_andNoReserveIsThereToFarm() external {
        JobSpec memory spec = _verifying();
        uint64 credit = market.creditOf(address(this));
        _act(3, abi.encodeCall(market.verdict, (spec, 3, 4, ROOT, 0)));
        _pass(1, 8);
        market.finalize(spec);
        // Of the 100 tokens only what the job demanded counts for the prover.
        uint64 bounty = market.backingOf(spec) * 30 / 100;
        assert(market.stakeOf(4).credit == spec.verifierFee + bounty && market.burnt() == 100 * TOKEN - bounty);
        assert(market.creditOf(address(this)) == credit + spec.reward);
    }

    function test_A5_anErrorIsAResult_openedAndPaidLikeAnyOther() external {
        JobSpec memory spec = _running();
        bytes32[] memory path = new bytes32[](3);
        bytes32 root = _rootOf(1, keccak256("model failed"), path);
        _deliver(spec, root);
        _act(3, abi.encodeCall(disputes.requestLeaf, (spec, 0, 0)));
        disputes.answerLeaf(spec, 0, 1, keccak256("model failed"), path);
        _act(3, abi.encodeCall(market.verdict, (spec, 7, 0, ROOT, 0)));
        assert(market.stakeOf(1).credit == spec.reward);
    }

    function test_B1_onceTheGrowthIsOver_everybodyIsEligible_evenIfTheHashIsLost() external {
        JobSpec memory spec = _post(3);
        _pass(20_000, 1);
        for (uint8 i; i < 3; ++i) _act(i, abi.encodeCall(market.claim, (spec, i)));
    }

    function test_B1_theSeedOfSamples_isReadFromTheChainsHistory_whenTheOpcodeNoLongerGivesIt() external {
        JobSpec memory spec = _verifying();
        bytes32 id = market.jobIdOf(spec);
        _pass(300, 1);
        // EIP-2935's contract, here one that gives a constant: PUSH32 hash, PUSH0, MSTORE, PUSH1 32, PUSH0, RETURN.
        vm.etch(0x0000F90827F1C53a10cb7A02335B175320002935, abi.encodePacked(hex"7f", keccak256("old"), hex"5f5260205ff3"));
        assert(market.sampleSeed(id) == keccak256(abi.encode(keccak256("old"), id)));
        // One that refuses: PUSH0, PUSH0, REVERT.
        vm.etch(0x0000F90827F1C53a10cb7A02335B175320002935, hex"5f5ffd");
        _refuses(address(9), abi.encodeCall(market.sampleSeed, (id)), abi.encodeWithSelector(IMarketEvents.SeedGone.selector, market.jobOf(id).drawBlock));
    }

    function test_B4_aRequesterCannotTakeItsJobBack_untilTheClaimWindowIsOver() external {
        JobSpec memory spec = _post(3);
        _act(0, abi.encodeCall(market.claim, (spec, 0)));
        uint32 deadline = market.jobOf(market.jobIdOf(spec)).deadline;
        _refuses(address(this), abi.encodeCall(market.close, (spec)), abi.encodeWithSelector(IMarketEvents.TooEarly.selector, time, uint256(deadline) + 40));
        _refuses(address(this), abi.encodeCall(market.post, (spec)), abi.encodeWithSelector(IMarketEvents.NonceWrong.selector, 0, 1));
    }

    function test_B5_oneOwnerHasOneStake_andOneStakeOneSeat() external {
        bytes memory proof = _proof(900, vm.addr(100));
        _refuses(vm.addr(100), abi.encodeCall(market.registerStake, (Role.Verifier, vm.addr(900), 5 * TOKEN, proof)), abi.encodeWithSelector(IStakingEvents.AlreadyRegistered.selector, vm.addr(100), 1));
        JobSpec memory spec = _post(3);
        _act(0, abi.encodeCall(market.claim, (spec, 0)));
        _act(1, abi.encodeCall(market.claim, (spec, 1)));
        _refuses(_node(0), abi.encodeCall(market.claim, (spec, 2)), abi.encodeWithSelector(IMarketEvents.AlreadyInJob.selector, 1));
    }

    function test_B6_stakeThatUnbonds_isDrawnNoMoreAtOnce() external {
        uint64 active = market.activeStake(Role.Provider);
        vm.prank(vm.addr(100));
        market.unbond(40 * TOKEN);
        assert(market.activeStake(Role.Provider) == active - 40 * TOKEN && market.stakeOf(1).stake == 60 * TOKEN);
    }

    function test_B8_D10_whereNoVerifierActs_theDefaultPays_withoutAFee_andNobodyIsSlashed() external {
        JobSpec memory spec = _verifying();
        uint64 credit = market.creditOf(address(this));
        _pass(1, 40);
        vm.prank(address(9));
        disputes.verdictByDefault(spec);
        _pass(1, 8);
        vm.prank(address(9));
        market.finalize(spec);
        for (uint32 i = 1; i <= 3; ++i) assert(market.stakeOf(i).credit == spec.reward && market.stakeOf(i).stake == 100 * TOKEN);
        assert(market.creditOf(address(this)) == credit + spec.verifierFee && market.burnt() == 0);
    }

    function test_D2_aResultThatARemovedBlockHeld_isJudgedByAnotherDraw() external {
        JobSpec memory spec = _running();
        _deliver(spec);
        // The draw's block lies d after the last result, so that a chain that drops the result has not drawn by it.
        assert(market.jobOf(market.jobIdOf(spec)).drawBlock == blocks + settings.seedLag - 4);
        assert(settings.seedLag >= 1);
    }

    function test_D6_timesAreHalfOpen_soThatNoMomentBelongsToBoth() external {
        JobSpec memory spec = _running();
        bytes32 id = market.jobIdOf(spec);
        uint32 due = market.seatOf(id, 0).due;
        _pass(1, due - time - 1);
        _refuses(address(9), abi.encodeCall(market.evict, (spec, 0)), abi.encodeWithSelector(IMarketEvents.TooEarly.selector, time, due));
        _commit(spec, 0);
        _pass(0, 1);
        _refuses(_node(1), abi.encodeCall(market.commit, (spec, 1, ROOT)), abi.encodeWithSelector(IMarketEvents.TooLate.selector, time, due));
        market.evict(spec, 1);
        assert(market.jobOf(id).status == Status.Open);
    }

    function test_D13_D14_oneTaskAnd65536AreJobs_noneAndMoreAreNot() external {
        uint32[4] memory tasks = [uint32(1), 65_536, 0, 65_537];
        for (uint256 i; i < 4; ++i) {
            JobSpec memory spec = _spec(1);
            spec.tasks = tasks[i];
            if (i < 2) market.post(spec);
            else _refusesField(spec, "tasks", tasks[i], 1, 65_536);
        }
    }

    function test_E4_aPartyThatRefusesEverything_holdsNobodyUp_andMoneyGoesWhereItsOwnerSays() external {
        JobSpec memory spec = _verifying();
        vm.etch(vm.addr(100), hex"5f5ffd");
        vm.etch(_node(0), hex"5f5ffd");
        _act(3, abi.encodeCall(market.verdict, (spec, 7, 0, ROOT, 0)));
        _pass(1, 8);
        market.finalize(spec);
        vm.prank(vm.addr(100));
        market.withdraw(address(0xca11));
        assert(token.balanceOf(address(0xca11)) == spec.reward);
    }

    function test_B6_freeStakeTooSmallForAnotherLock_isRefused() external {
        for (uint256 i; i < 2; ++i) {
            JobSpec memory spec = _spec(1);
            (spec.cover, spec.checkBps, spec.auditBps) = (40 * TOKEN, 10_000, 10_000);
            market.post(spec);
            _pass(4, 1);
            if (i == 0) _act(0, abi.encodeCall(market.claim, (spec, 0)));
            else _refuses(_node(0), abi.encodeCall(market.claim, (spec, 0)), abi.encodeWithSelector(IStakingEvents.StakeLocked.selector, 18 * TOKEN, 82 * TOKEN));
        }
    }

    function test_B6_fraudInTwoJobs_costsTheWholeBackingOnce() external {
        JobSpec[2] memory jobs = [_verifying(), _verifying()];
        for (uint256 i; i < 2; ++i) _act(3, abi.encodeCall(market.verdict, (jobs[i], 3, 4, ROOT, 0)));
        _pass(1, 8);
        for (uint256 i; i < 2; ++i) market.finalize(jobs[i]);
        uint64 bounty = market.backingOf(jobs[0]) * 30 / 100;
        assert(market.burnt() == 100 * TOKEN - bounty && market.stakeOf(4).credit == bounty + 2 * jobs[0].verifierFee);
        assert(market.stakeOf(1).locked == 0 && market.stakeOf(4).locked == 0);
    }

    function test_E3_whoCommittedAlone_isReleased_whateverItsSeat() external {
        JobSpec memory spec = _running();
        _commit(spec, 1);
        _pass(1, 120);
        market.close(spec);
        assert(market.stakeOf(2).stake == 100 * TOKEN && market.stakeOf(2).locked == 0);
        assert(market.stakeOf(1).stake == 98 * TOKEN && market.stakeOf(3).stake == 98 * TOKEN);
    }

    function test_A6_noDefaultVerdict_whileADemandedLeafIsOpen() external {
        JobSpec memory spec = _verifying();
        _act(3, abi.encodeCall(disputes.requestLeaf, (spec, 0, 0)));
        _pass(1, 100);
        _refuses(address(9), abi.encodeCall(disputes.verdictByDefault, (spec)), abi.encodeWithSelector(IMarketEvents.LeafPending.selector, 1));
        disputes.markUnserved(spec, 0);
        disputes.verdictByDefault(spec);
        assert(market.jobOf(market.jobIdOf(spec)).accepted == 6 && market.jobOf(market.jobIdOf(spec)).rejected == 1);
    }

    function test_noIdIsUsedTwice_alsoAfterItsJobIsForgotten() external {
        JobSpec memory spec = _post(1);
        _pass(1, 100);
        market.close(spec);
        assert(market.jobOf(market.jobIdOf(spec)).status == Status.None);
        _refuses(address(this), abi.encodeCall(market.post, (spec)), abi.encodeWithSelector(IMarketEvents.NonceWrong.selector, 0, 1));
    }

    function test_aSpecWithBitsBeyondItsFields_isNoSpec() external {
        bytes memory call_ = abi.encodeCall(market.post, (_spec(1)));
        // The fifth word holds the replicas, 8 bits wide.
        call_[4 + 4 * 32] = 0x01;
        (bool ok,) = address(market).call(call_);
        assert(!ok);
    }
}

/// @notice No draw can be known before its block, moved once it is fixed, or repeated. Growth is slow here, so that tickets decide.
contract DrawsTest is Scene {
    constructor() {
        settings.growthBlocks = 100;
    }

    function testFuzz_noDrawIsKnown_beforeItsBlock(bytes32 hash) external {
        JobSpec memory spec = _spec(1);
        market.post(spec);
        bytes32 id = market.jobIdOf(spec);
        uint32 drawBlock = market.jobOf(id).drawBlock;
        assert(drawBlock > blocks);
        _pass(drawBlock - blocks, 1);
        for (uint32 i = 1; i <= 4; ++i) assert(!disputes.isEligible(spec, i));
        _pass(100, 1);
        vm.setBlockhash(drawBlock, hash);
        _act(0, abi.encodeCall(market.claim, (spec, 0)));
        _act(0, abi.encodeCall(market.submit, (spec, CLASS, ROOT)));
        _refuses(address(9), abi.encodeCall(market.sampleSeed, (id)), abi.encodeWithSelector(IMarketEvents.SeedGone.selector, blocks + 1));
        assert(!disputes.isEligible(spec, 4));
    }

    /// @dev Ticket and threshold as docs/protocol.md has them: nothing that anybody does after the post changes who is eligible when.
    function testFuzz_noDrawIsMoved_byKeysStakesOrClaims(bytes32 hash, uint8 wait) external {
        JobSpec memory spec = _spec(3);
        market.post(spec);
        uint32 drawBlock = market.jobOf(market.jobIdOf(spec)).drawBlock;
        uint256 since = 1 + wait % 99;
        _pass(drawBlock - blocks + since, 1);
        vm.setBlockhash(drawBlock, hash);
        bool[3] memory before;
        for (uint32 i; i < 3; ++i) {
            before[i] = disputes.isEligible(spec, i + 1);
            assert(before[i] == (3 * since << 160 > (uint256(keccak256(abi.encode(hash, i + 1))) >> 96) * 30 * 3));
            if (!before[i]) _refuses(_node(i), abi.encodeCall(market.claim, (spec, 0)), abi.encodeWithSelector(IMarketEvents.NotEligible.selector, i + 1, blocks));
        }
        bytes memory proof = _proof(900, vm.addr(100));
        vm.prank(vm.addr(100));
        market.setNodeKey(vm.addr(900), proof);
        market.raise(spec, 5);
        if (before[1]) _act(1, abi.encodeCall(market.claim, (spec, 0)));
        for (uint32 i; i < 3; ++i) assert(disputes.isEligible(spec, i + 1) == before[i]);
    }
}
