// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {Market} from "../../contracts/Market.sol";
import {IMarketEvents} from "../../contracts/interfaces/IMarketEvents.sol";
import {IStakingEvents} from "../../contracts/interfaces/IStakingEvents.sol";
import {JobSpec} from "../../contracts/types/JobSpec.sol";
import {Parameters} from "../../contracts/types/Parameters.sol";
import {Role} from "../../contracts/types/Role.sol";
import {Status} from "../../contracts/types/Status.sol";
import {Terms} from "../../contracts/types/Terms.sol";
import {Deployed} from "./Deployed.sol";
import {Scene} from "./Scene.sol";

/// @notice A token with too few decimals, and one that keeps a part of each transfer.
contract OddToken is ERC20("Odd", "ODD") {
    uint8 private immutable _decimals;

    constructor(uint8 decimals_) {
        _decimals = decimals_;
        _mint(msg.sender, 1e18);
    }

    function decimals() public view override returns (uint8) {
        return _decimals;
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from != address(0) && to != address(0)) super._update(to, address(0xdead), value / 100);
    }
}

/// @notice Every refusal, with what was found and what was expected.
contract RefusalsTest is Scene {
    function deploy(IERC20Metadata token_, Parameters memory p) external returns (Market) {
        return Deployed.market(token_, p);
    }

    function test_constructor_invalidParameters_areRefused() external {
        Parameters[11] memory wrong = [settings, settings, settings, settings, settings, settings, settings, settings, settings, settings, settings];
        wrong[0].seedLag = 0;
        wrong[1].growthBlocks = 0;
        wrong[2].growthBlocks = 201;
        wrong[3].minCheckBps = 0;
        wrong[4].minCheckBps = 10_001;
        wrong[5].minStake = 0;
        // No committee, an even one, one that does not grow, one of more than 31.
        (wrong[6].committees, wrong[7].committees, wrong[8].committees, wrong[9].committees) = (0, 0x04, 0x0305, 0x2103);
        // Nobody who could judge.
        wrong[10].arbiter = address(0xdead);
        for (uint256 i; i < wrong.length; ++i) {
            try this.deploy(token, wrong[i]) { assert(false); }
            catch (bytes memory data) { _same(data, abi.encodeWithSelector(IMarketEvents.ParametersInvalid.selector)); }
        }
        OddToken coarse = new OddToken(8);
        try this.deploy(coarse, settings) { assert(false); }
        catch (bytes memory data) { _same(data, abi.encodeWithSelector(IStakingEvents.TokenDecimalsTooFew.selector, 8, 9)); }
    }

    function test_terms_incompleteOrLongerThanUnbonding_areRefused() external {
        _refuses(address(this), abi.encodeCall(market.registerTerms, (Terms(60, 0, 20, 40, 20, 8, 15, 1))), abi.encodeWithSelector(IMarketEvents.TermsInvalid.selector, 60 + 20 + 40 + 8 + 21 * 60 + 11 * 15, 10_000));
        _refuses(address(this), abi.encodeCall(market.registerTerms, (Terms(60, 9000, 20, 40, 20, 8, 15, 1))), abi.encodeWithSelector(IMarketEvents.TermsInvalid.selector, 60 + 18_000 + 20 + 40 + 8 + 21 * 60 + 11 * 15, 10_000));
        assert(market.termsOf(1).quorum == 2);
    }

    function test_money_ofTooLittleOrNone_isRefused() external {
        _refuses(address(this), abi.encodeCall(market.deposit, (0)), abi.encodeWithSelector(IStakingEvents.AmountZero.selector));
        _refuses(address(1), abi.encodeCall(market.withdraw, (address(1))), abi.encodeWithSelector(IStakingEvents.AmountZero.selector));
        JobSpec memory dear = _spec(3);
        dear.reward = 40 * TOKEN;
        _refuses(address(this), abi.encodeCall(market.post, (dear)), abi.encodeWithSelector(IMarketEvents.CreditTooLittle.selector, 100 * TOKEN, 120 * TOKEN + dear.verifierFee));
        OddToken odd = new OddToken(9);
        Market other = Deployed.market(odd, settings);
        odd.approve(address(other), type(uint256).max);
        (bool ok, bytes memory data) = address(other).call(abi.encodeCall(other.deposit, (1000)));
        assert(!ok);
        _same(data, abi.encodeWithSelector(IStakingEvents.TransferInexact.selector, 990, 1000));
    }

    function test_depositWithPermit_takesASignedAllowance_alsoOneSentByAnother() external {
        address payer = vm.addr(77);
        require(token.transfer(payer, 10 * TOKEN));
        bytes32 permit = keccak256(abi.encode(keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"), payer, address(market), 5 * TOKEN, 0, time + 100));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(77, keccak256(abi.encodePacked("\x19\x01", token.DOMAIN_SEPARATOR(), permit)));
        token.permit(payer, address(market), 5 * TOKEN, time + 100, v, r, s);
        vm.prank(payer);
        market.depositWithPermit(5 * TOKEN, time + 100, v, r, s);
        assert(market.creditOf(payer) == 5 * TOKEN);
    }

    function test_stake_wrongOwnerKeyAmountOrRole_isRefused() external {
        address owner = vm.addr(100);
        bytes memory proof = _proof(900, vm.addr(901));
        _refuses(owner, abi.encodeCall(market.registerStake, (Role.Provider, vm.addr(900), 5 * TOKEN, proof)), abi.encodeWithSelector(IStakingEvents.AlreadyRegistered.selector, owner, 1));
        address fresh = vm.addr(901);
        _refuses(fresh, abi.encodeCall(market.registerStake, (Role.None, vm.addr(900), 5 * TOKEN, proof)), abi.encodeWithSelector(IStakingEvents.RoleUnknown.selector));
        _refuses(fresh, abi.encodeCall(market.registerStake, (Role.Provider, vm.addr(900), TOKEN - 1, proof)), abi.encodeWithSelector(IStakingEvents.StakeTooSmall.selector, TOKEN - 1, TOKEN));
        _refuses(fresh, abi.encodeCall(market.registerStake, (Role.Provider, vm.addr(200), TOKEN, proof)), abi.encodeWithSelector(IStakingEvents.AlreadyRegistered.selector, vm.addr(200), 1));
        _refuses(fresh, abi.encodeCall(market.registerStake, (Role.Provider, vm.addr(902), TOKEN, proof)), abi.encodeWithSelector(IStakingEvents.NodeKeyNotProven.selector, vm.addr(900), vm.addr(902)));
        _refuses(fresh, abi.encodeCall(market.unbond, (1)), abi.encodeWithSelector(IStakingEvents.NotOwner.selector, fresh));
        _refuses(owner, abi.encodeCall(market.unbond, (0)), abi.encodeWithSelector(IStakingEvents.AmountZero.selector));
        _refuses(owner, abi.encodeCall(market.unbond, (101 * TOKEN)), abi.encodeWithSelector(IStakingEvents.StakeLocked.selector, 100 * TOKEN, 101 * TOKEN));
        _refuses(owner, abi.encodeCall(market.withdrawStake, (owner)), abi.encodeWithSelector(IStakingEvents.AmountZero.selector));
        vm.prank(owner);
        market.unbond(TOKEN);
        _refuses(owner, abi.encodeCall(market.withdrawStake, (owner)), abi.encodeWithSelector(IStakingEvents.StillUnbonding.selector, time, time + 10_000));
        _refuses(owner, abi.encodeCall(market.publishProfile, (ROOT, string(new bytes(513)))), abi.encodeWithSelector(IStakingEvents.AddressesTooLong.selector, 513, 512));
        assert(market.stakeIdOfOwner(owner) == 1);
    }

    function test_setNodeKey_movesTheRightToAct() external {
        address owner = vm.addr(100);
        bytes memory proof = _proof(900, owner);
        vm.prank(owner);
        market.setNodeKey(vm.addr(900), proof);
        assert(market.stakeIdOf(vm.addr(900)) == 1 && market.stakeIdOf(vm.addr(200)) == 0);
    }

    function test_post_ofWrongSpec_isRefusedByField() external {
        JobSpec memory spec = _spec(3);
        _refuses(address(9), abi.encodeCall(market.post, (spec)), abi.encodeWithSelector(IMarketEvents.NotRequester.selector, address(9), address(this)));
        spec.nonce = 5;
        _refuses(address(this), abi.encodeCall(market.post, (spec)), abi.encodeWithSelector(IMarketEvents.NonceWrong.selector, 5, 0));
        spec.nonce = 0;
        spec.terms = 9;
        _refuses(address(this), abi.encodeCall(market.post, (spec)), abi.encodeWithSelector(IMarketEvents.TermsUnknown.selector, 9));
        spec.terms = 1;
        spec.tasks = 65_537;
        _refusesField(spec, "tasks", 65_537, 1, 65_536);
        spec.tasks = 8;
        spec.replicas = 8;
        _refusesField(spec, "replicas", 8, 1, 7);
        spec.replicas = 3;
        spec.checkBps = 99;
        _refusesField(spec, "checkBps", 99, 100, 10_000);
        spec.checkBps = 1000;
        spec.bundle = 0;
        _refusesField(spec, "bundle", 0, 1, type(uint256).max);
    }

    function test_raise_byOthersOrNothingOrTooMuch_isRefused() external {
        JobSpec memory spec = _post(3);
        _refuses(address(9), abi.encodeCall(market.raise, (spec, 1)), abi.encodeWithSelector(IMarketEvents.NotRequester.selector, address(9), address(this)));
        _refuses(address(this), abi.encodeCall(market.raise, (spec, 0)), abi.encodeWithSelector(IStakingEvents.AmountZero.selector));
        uint64 credit = market.creditOf(address(this));
        _refuses(address(this), abi.encodeCall(market.raise, (spec, credit)), abi.encodeWithSelector(IMarketEvents.CreditTooLittle.selector, credit, uint256(credit) * 3));
    }

    function test_claim_whereNotAllowed_isRefused() external {
        JobSpec memory spec = _post(3);
        bytes32 id = market.jobIdOf(spec);
        assert(disputes.isEligible(spec, 1) && !disputes.isEligible(spec, 4));
        _refuses(_node(0), abi.encodeCall(market.claim, (spec, 3)), abi.encodeWithSelector(IMarketEvents.SeatUnknown.selector, 3, 2));
        _refuses(_node(3), abi.encodeCall(market.claim, (spec, 0)), abi.encodeWithSelector(IStakingEvents.NotNode.selector, _node(3), Role.Provider));
        _act(0, abi.encodeCall(market.claim, (spec, 0)));
        _refuses(_node(1), abi.encodeCall(market.claim, (spec, 0)), abi.encodeWithSelector(IMarketEvents.SeatTaken.selector, 0));
        _refuses(_node(0), abi.encodeCall(market.claim, (spec, 1)), abi.encodeWithSelector(IMarketEvents.AlreadyInJob.selector, 1));
        _refuses(_node(1), abi.encodeCall(market.evict, (spec, 0)), abi.encodeWithSelector(IMarketEvents.TooEarly.selector, time, time + 40));
        _pass(1, 41);
        market.evict(spec, 0);
        _refuses(_node(0), abi.encodeCall(market.claim, (spec, 0)), abi.encodeWithSelector(IMarketEvents.WeightTooNew.selector, uint32(blocks), market.jobOf(id).postedBlock));
        _pass(1, 60);
        _refuses(_node(1), abi.encodeCall(market.claim, (spec, 0)), abi.encodeWithSelector(IMarketEvents.TooLate.selector, time, market.jobOf(id).deadline));
        JobSpec memory costly = _spec(1);
        costly.cover = 90 * TOKEN;
        market.post(costly);
        _pass(4, 1);
        _refuses(_node(1), abi.encodeCall(market.claim, (costly, 0)), abi.encodeWithSelector(IMarketEvents.BackingTooSmall.selector, 100 * TOKEN, market.backingOf(costly)));
    }

    function test_claim_byStakeAddedAfterThePost_isRefused() external {
        JobSpec memory spec = _post(3);
        uint32 posted = market.jobOf(market.jobIdOf(spec)).postedBlock;
        vm.prank(vm.addr(100));
        market.addStake(TOKEN);
        _refuses(_node(0), abi.encodeCall(market.claim, (spec, 0)), abi.encodeWithSelector(IMarketEvents.WeightTooNew.selector, uint32(blocks), posted));
    }

    function test_claimsWithResults_areRefusedWhatEitherCallIs() external {
        (JobSpec memory one, JobSpec memory three) = (_post(1), _post(3));
        _refuses(_node(0), abi.encodeCall(market.claimAndSubmit, (three, CLASS, ROOT)), abi.encodeWithSelector(IMarketEvents.ReplicasWrong.selector, 3, 1));
        _refuses(_node(0), abi.encodeCall(market.claimAndCommit, (one, 0, ROOT)), abi.encodeWithSelector(IMarketEvents.ReplicasWrong.selector, 1, 2));
        _refuses(_node(0), abi.encodeCall(market.claimAndSubmit, (one, CLASS, 0)), abi.encodeWithSelector(IMarketEvents.RootZero.selector));
        _refuses(_node(0), abi.encodeCall(market.claimAndCommit, (three, 0, 0)), abi.encodeWithSelector(IMarketEvents.RootZero.selector));
        _refuses(_node(0), abi.encodeCall(market.claimAndCommit, (three, 3, ROOT)), abi.encodeWithSelector(IMarketEvents.SeatUnknown.selector, 3, 2));
        _refuses(_node(3), abi.encodeCall(market.claimAndSubmit, (one, CLASS, ROOT)), abi.encodeWithSelector(IStakingEvents.NotNode.selector, _node(3), Role.Provider));
        // What a refused call did is undone: the seat is free, and nothing is locked.
        assert(market.seatOf(market.jobIdOf(one), 0).provider == 0 && market.stakeOf(1).locked == 0);
        _act(0, abi.encodeCall(market.claimAndCommit, (three, 0, ROOT)));
        _refuses(_node(1), abi.encodeCall(market.claimAndCommit, (three, 0, ROOT)), abi.encodeWithSelector(IMarketEvents.SeatTaken.selector, 0));
        _refuses(_node(0), abi.encodeCall(market.claimAndCommit, (three, 1, ROOT)), abi.encodeWithSelector(IMarketEvents.AlreadyInJob.selector, 1));
        _act(0, abi.encodeCall(market.claimAndSubmit, (one, CLASS, ROOT)));
        _refuses(_node(1), abi.encodeCall(market.claimAndSubmit, (one, CLASS, ROOT)), abi.encodeWithSelector(IMarketEvents.JobInState.selector, market.jobIdOf(one), Status.Verifying, Status.Open));
        JobSpec memory early = _spec(1);
        market.post(early);
        _refuses(_node(1), abi.encodeCall(market.claimAndSubmit, (early, CLASS, ROOT)), abi.encodeWithSelector(IMarketEvents.NotEligible.selector, 2, blocks));
        _pass(4, 61);
        _refuses(_node(1), abi.encodeCall(market.claimAndSubmit, (early, CLASS, ROOT)), abi.encodeWithSelector(IMarketEvents.TooLate.selector, time, market.jobOf(market.jobIdOf(early)).deadline));
    }

    function test_claimsWithResults_leaveWhatTheTwoCallsLeave() external {
        JobSpec[4] memory specs = [_spec(1), _spec(1), _spec(3), _spec(3)];
        for (uint64 i; i < 4; ++i) {
            specs[i].nonce += i;
            market.post(specs[i]);
        }
        _pass(4, 1);
        bytes32[4] memory ids;
        for (uint256 i; i < 4; ++i) ids[i] = market.jobIdOf(specs[i]);
        _act(0, abi.encodeCall(market.claim, (specs[0], 0)));
        _act(0, abi.encodeCall(market.submit, (specs[0], CLASS, ROOT)));
        _act(0, abi.encodeCall(market.claimAndSubmit, (specs[1], CLASS, ROOT)));
        assert(market.jobOf(ids[1]).status == Status.Verifying);
        for (uint8 i; i < 3; ++i) {
            _act(i, abi.encodeCall(market.claim, (specs[2], i)));
            _act(i, abi.encodeCall(market.commit, (specs[2], i, ROOT)));
            _act(i, abi.encodeCall(market.claimAndCommit, (specs[3], i, ROOT)));
            for (uint256 j; j < 4; j += 2) {
                _same(abi.encode(market.jobOf(ids[j])), abi.encode(market.jobOf(ids[j + 1])));
                _same(abi.encode(market.seatOf(ids[j], i)), abi.encode(market.seatOf(ids[j + 1], i)));
            }
        }
        assert(market.jobOf(ids[3]).status == Status.Revealing);
    }

    function test_results_outOfTurn_areRefused() external {
        JobSpec memory spec = _running();
        _refuses(_node(0), abi.encodeCall(market.submit, (spec, CLASS, ROOT)), abi.encodeWithSelector(IMarketEvents.ReplicasWrong.selector, 3, 1));
        _refuses(_node(0), abi.encodeCall(market.commit, (spec, 0, 0)), abi.encodeWithSelector(IMarketEvents.RootZero.selector));
        _refuses(_node(0), abi.encodeCall(market.commit, (spec, 1, ROOT)), abi.encodeWithSelector(IMarketEvents.SeatNotYours.selector, 1, 1, 2));
        _refuses(_node(0), abi.encodeCall(market.commitAndReveal, (spec, 0, CLASS, ROOT)), abi.encodeWithSelector(IMarketEvents.OthersNotCommitted.selector, 0, 6));
        _commit(spec, 0);
        _refuses(_node(0), abi.encodeCall(market.commit, (spec, 0, ROOT)), abi.encodeWithSelector(IMarketEvents.AlreadyCommitted.selector, 0));
        _commit(spec, 1);
        _refuses(_node(2), abi.encodeCall(market.commitAndReveal, (spec, 2, CLASS, 0)), abi.encodeWithSelector(IMarketEvents.RootZero.selector));
        _act(2, abi.encodeCall(market.commitAndReveal, (spec, 2, CLASS, ROOT)));
        _refuses(_node(2), abi.encodeCall(market.reveal, (spec, 2, CLASS, ROOT, "salt")), abi.encodeWithSelector(IMarketEvents.NotCommitted.selector, 2));
        bytes32 id = market.jobIdOf(spec);
        bytes32 wrong = market.commitment(id, 1, CLASS, ROOT, "other");
        _refuses(_node(0), abi.encodeCall(market.reveal, (spec, 0, CLASS, ROOT, "other")), abi.encodeWithSelector(IMarketEvents.CommitmentWrong.selector, wrong, market.seatOf(id, 0).digest));
        _pass(1, 21);
        _refuses(_node(0), abi.encodeCall(market.reveal, (spec, 0, CLASS, ROOT, "salt")), abi.encodeWithSelector(IMarketEvents.TooLate.selector, time, market.jobOf(id).deadline));
    }

    function test_anotherCommitment_neverOpensAsOnesOwn() external {
        JobSpec memory spec = _running();
        bytes32 copied = market.commitment(market.jobIdOf(spec), 1, CLASS, ROOT, "salt");
        _commit(spec, 0);
        _act(1, abi.encodeCall(market.commit, (spec, 1, copied)));
        _commit(spec, 2);
        bytes32 own = market.commitment(market.jobIdOf(spec), 2, CLASS, ROOT, "salt");
        _refuses(_node(1), abi.encodeCall(market.reveal, (spec, 1, CLASS, ROOT, "salt")), abi.encodeWithSelector(IMarketEvents.CommitmentWrong.selector, own, bytes24(copied)));
    }

    function test_tooFewCommitments_expire_andReleaseWhoCommitted() external {
        JobSpec memory spec = _running();
        _commit(spec, 0);
        _refuses(address(9), abi.encodeCall(market.close, (spec)), abi.encodeWithSelector(IMarketEvents.TooEarly.selector, time, uint256(market.jobOf(market.jobIdOf(spec)).deadline) + 40));
        _pass(1, 120);
        market.close(spec);
        assert(market.jobOf(market.jobIdOf(spec)).status == Status.None && market.stakeOf(1).locked == 0 && market.stakeOf(1).stake == 100 * TOKEN);
        assert(market.stakeOf(2).stake == 100 * TOKEN - 2 * spec.reward);
        _refuses(address(9), abi.encodeCall(market.close, (spec)), abi.encodeWithSelector(IMarketEvents.JobInState.selector, market.jobIdOf(spec), Status.None, Status.Running));
    }

    function test_leaves_demandedWronglyOrTooOften_areRefused() external {
        JobSpec memory spec = _verifying();
        bytes32 id = market.jobIdOf(spec);
        _refuses(_node(3), abi.encodeCall(disputes.requestLeaf, (spec, 0, 8)), abi.encodeWithSelector(IMarketEvents.SpecInvalid.selector, bytes32("task"), 8, 0, 7));
        _refuses(_node(3), abi.encodeCall(disputes.requestLeaf, (spec, 5, 0)), abi.encodeWithSelector(IMarketEvents.SeatUnknown.selector, 5, 2));
        _refuses(address(9), abi.encodeCall(disputes.markUnserved, (spec, 0)), abi.encodeWithSelector(IMarketEvents.LeafNotRequested.selector, 0));
        (bytes32 leaf, bytes32[] memory path) = (keccak256("output"), new bytes32[](3));
        _act(3, abi.encodeCall(disputes.requestLeaf, (spec, 0, 0)));
        assert(disputes.leafRequestOf(id, 0).demands == 1);
        _refuses(_node(3), abi.encodeCall(disputes.requestLeaf, (spec, 0, 1)), abi.encodeWithSelector(IMarketEvents.LeafPending.selector, 1));
        _refuses(_node(3), abi.encodeCall(market.verdict, (spec, 7, 0, ROOT, 0)), abi.encodeWithSelector(IMarketEvents.LeafPending.selector, 1));
        _refuses(_node(0), abi.encodeCall(disputes.answerLeaf, (spec, 0, 1, leaf, path)), abi.encodeWithSelector(IMarketEvents.LeafWrong.selector, _rootOf(1, leaf, path), bytes24(_treeRoot())));
        for (uint256 i; i < 3; ++i) {
            if (i > 0) _act(3, abi.encodeCall(disputes.requestLeaf, (spec, 0, 0)));
            disputes.answerLeaf(spec, 0, 0, leaf, path);
        }
        _refuses(_node(3), abi.encodeCall(disputes.requestLeaf, (spec, 0, 0)), abi.encodeWithSelector(IMarketEvents.LeafDemandsSpent.selector, 3));
        _act(3, abi.encodeCall(disputes.requestLeaf, (spec, 1, 0)));
        _pass(1, 21);
        _refuses(_node(0), abi.encodeCall(disputes.answerLeaf, (spec, 1, 0, leaf, path)), abi.encodeWithSelector(IMarketEvents.TooLate.selector, time, disputes.leafRequestOf(id, 1).deadline));
        disputes.markUnserved(spec, 1);
        _refuses(_node(3), abi.encodeCall(market.verdict, (spec, 7, 0, ROOT, 0)), abi.encodeWithSelector(IMarketEvents.MasksInvalid.selector, 7, 0, 7, 2));
    }

    function test_verdict_ofOthersOrWithWrongMasksOrTime_isRefused() external {
        JobSpec memory spec = _verifying();
        bytes32 id = market.jobIdOf(spec);
        assert(!disputes.isEligible(spec, 1) && disputes.isEligible(spec, 4));
        _refuses(_node(0), abi.encodeCall(market.verdict, (spec, 7, 0, ROOT, 0)), abi.encodeWithSelector(IStakingEvents.NotNode.selector, _node(0), Role.Verifier));
        _refuses(_node(3), abi.encodeCall(market.verdict, (spec, 7, 1, ROOT, 0)), abi.encodeWithSelector(IMarketEvents.MasksInvalid.selector, 7, 1, 7, 0));
        _refuses(address(9), abi.encodeCall(disputes.verdictByDefault, (spec)), abi.encodeWithSelector(IMarketEvents.TooEarly.selector, time, market.jobOf(id).deadline));
        _refuses(address(9), abi.encodeCall(market.finalize, (spec)), abi.encodeWithSelector(IMarketEvents.JobInState.selector, id, Status.Verifying, Status.Paid));
        _act(3, abi.encodeCall(market.verdict, (spec, 5, 2, ROOT, 0)));
        _refuses(address(9), abi.encodeCall(market.finalize, (spec)), abi.encodeWithSelector(IMarketEvents.TooEarly.selector, time, market.jobOf(id).deadline));
        _pass(1, 9);
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(market.finalize, (spec));
        market.multicall(calls);
        assert(market.stakeOf(2).slashed && market.stakeOf(1).credit == spec.reward);
        _refuses(vm.addr(101), abi.encodeCall(market.addStake, (TOKEN)), abi.encodeWithSelector(IStakingEvents.StakeIsSlashed.selector, 2));
        _refuses(address(9), abi.encodeCall(market.sampleSeed, (id)), abi.encodeWithSelector(IMarketEvents.JobInState.selector, id, Status.None, Status.Verifying));
        // Its owner may begin anew, under another number.
        _join(1, Role.Provider, 50 * TOKEN);
        assert(market.stakeIdOfOwner(vm.addr(101)) == 5 && market.stakeIdOf(_node(1)) == 5);
    }

    function test_sampleSeed_isTheDrawBlocksHash_whileTheChainGivesIt() external {
        JobSpec memory spec = _verifying();
        bytes32 id = market.jobIdOf(spec);
        uint256 drawBlock = market.jobOf(id).drawBlock;
        vm.setBlockhash(drawBlock, keccak256("hash"));
        assert(market.sampleSeed(id) == keccak256(abi.encode(keccak256("hash"), id)));
        _pass(20_000, 1);
        _refuses(address(9), abi.encodeCall(market.sampleSeed, (id)), abi.encodeWithSelector(IMarketEvents.SeedGone.selector, drawBlock));
        assert(market.parameters().growthBlocks == 2);
    }
}
