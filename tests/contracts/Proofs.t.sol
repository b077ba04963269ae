// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IMarketEvents} from "../../contracts/interfaces/IMarketEvents.sol";
import {Arbiter, Claim, OperatorProof, OutputProof} from "../../contracts/judging/Arbiter.sol";
import {Evidence, Links} from "../../contracts/judging/Evidence.sol";
import {Finding} from "../../contracts/judging/Finding.sol";
import {Heads} from "../../contracts/judging/Head.sol";
import {ModelProof} from "../../contracts/judging/ModelProof.sol";
import {Tensors} from "../../contracts/judging/Tensors.sol";
import {JobSpec} from "../../contracts/types/JobSpec.sol";
import {Phase} from "../../contracts/types/Phase.sol";
import {Status} from "../../contracts/types/Status.sol";
import {DisputeScene} from "./DisputeScene.sol";
import {TinyJob} from "./TinyJob.sol";

/// @notice A dispute about the tiny job, in which all three seats claim the same value.
abstract contract ProofScene is DisputeScene {
    uint32 internal constant TASK = 3;

    function _claimed(uint32 y) internal returns (JobSpec memory spec, bytes32 id) {
        _ready();
        spec = _running();
        _deliver(spec, TinyJob.result(y));
        _act(3, abi.encodeCall(market.verdict, (spec, 7, 0, ROOT, 0)));
        id = market.jobIdOf(spec);
        _challenge(spec, 0);
    }

    function _demand(JobSpec memory spec, uint8 point) internal {
        disputes.demandTrace(spec, point, TinyJob.head());
    }

    function _answerOf(JobSpec memory spec, uint8 point, uint32 y, uint32 shown) internal view returns (bytes memory) {
        return abi.encodeCall(disputes.answerTrace, (spec, point, 0, TinyJob.outputs(y), TinyJob.resultPath(TASK, y), TinyJob.trace(shown)));
    }

    /// @dev Point 0, claimed and shown as said, in the time for proofs.
    function _answered(uint32 y, uint32 shown) internal returns (JobSpec memory spec, bytes32 id) {
        (spec, id) = _claimed(y);
        _demand(spec, 0);
        _act(0, _answerOf(spec, 0, y, shown));
    }

    function _proofOf(JobSpec memory spec, uint8 point, bytes memory judgement) internal view returns (bytes memory) {
        return abi.encodeCall(disputes.prove, (spec, point, judgement));
    }

    function _selector(bytes4 error_) internal pure returns (bytes memory) {
        return abi.encodePacked(error_);
    }

    function _refusesFor(uint256 node, bytes memory call_, bytes4 error_) internal {
        address who = _node(node);
        vm.prank(who);
        _refusesFor(call_, error_);
    }

    function _refusesFor(bytes memory call_, bytes4 error_) internal {
        (bool ok, bytes memory data) = address(market).call(call_);
        assert(!ok);
        require(bytes4(data) == error_, string(abi.encodePacked("another refusal: ", data)));
    }
}

/// @notice How a contract convicts, and whom it spares.
contract ProofsTest is ProofScene {
    function test_aWrongOperator_isProvenByAnybody_andSettledAtOnce_withoutACommittee() external {
        (JobSpec memory spec, bytes32 id) = _answered(TinyJob.WRONG, TinyJob.WRONG);
        disputes.prove(spec, 0, TinyJob.operatorCall(TASK, TinyJob.WRONG, TinyJob.WRONG));
        assert(disputes.tracesOf(id).proven == 1);
        _pass(1, market.jobOf(id).deadline - time);
        disputes.settle(spec);
        assert(market.jobOf(id).status == Status.None && _stake(0).slashed && !_stake(1).slashed);
        // Nobody sat, so of what was taken nobody had a fee; the challenger has its bond and the prover's share.
        assert(market.creditOf(challenger) == STAKE + market.backingOf(spec) * 30 / 100);
        assert(market.burnt() == STAKE - spec.reward - market.backingOf(spec) * 30 / 100);
        _checkMoney();
    }

    function test_anOutputThatIsNotWhatTheShownTraceEndsIn_isProven() external {
        (JobSpec memory spec, bytes32 id) = _answered(TinyJob.WRONG, TinyJob.RIGHT);
        _refuses(address(this), _proofOf(spec, 0, TinyJob.operatorCall(TASK, TinyJob.WRONG, TinyJob.RIGHT)), abi.encodeWithSelector(IMarketEvents.NotProven.selector, Finding.Right));
        disputes.prove(spec, 0, TinyJob.outputCall(TASK, TinyJob.WRONG, TinyJob.RIGHT));
        _pass(1, market.jobOf(id).deadline - time);
        disputes.settle(spec);
        assert(_stake(0).slashed);
        _checkMoney();
    }

    function test_anHonestProvider_answers_andNothingProvesItWrong() external {
        (JobSpec memory spec, bytes32 id) = _answered(TinyJob.RIGHT, TinyJob.RIGHT);
        bytes memory right = abi.encodeWithSelector(IMarketEvents.NotProven.selector, Finding.Right);
        _refuses(challenger, _proofOf(spec, 0, TinyJob.operatorCall(TASK, TinyJob.RIGHT, TinyJob.RIGHT)), right);
        _refuses(challenger, _proofOf(spec, 0, TinyJob.outputCall(TASK, TinyJob.RIGHT, TinyJob.RIGHT)), right);
        _decideAfterProofs(spec, id, 0);
        assert(!_stake(0).slashed && _credit(0) == spec.reward);
        assert(market.creditOf(challenger) == STAKE - disputes.bondOf(spec, 1, 1));
    }

    function test_aTraceMadeWithOtherSettings_mayEndWithinTheTolerance() external {
        // One step of the last bit away.
        (JobSpec memory spec,) = _answered(TinyJob.RIGHT + 1, TinyJob.RIGHT);
        bytes memory right = abi.encodeWithSelector(IMarketEvents.NotProven.selector, Finding.Right);
        _refuses(challenger, _proofOf(spec, 0, TinyJob.outputCall(TASK, TinyJob.RIGHT + 1, TinyJob.RIGHT)), right);
    }

    function test_whatWasDemandedAndNotShown_isWrong_whenTheTimeIsOver() external {
        (JobSpec memory spec, bytes32 id) = _claimed(TinyJob.RIGHT);
        _demand(spec, 0);
        uint256 end = market.jobOf(id).deadline + 15;
        _pass(1, end - 1 - time);
        _refuses(challenger, abi.encodeCall(disputes.settle, (spec)), abi.encodeWithSelector(IMarketEvents.TooEarly.selector, time, end));
        _pass(1, 1);
        _refuses(_node(0), _answerOf(spec, 0, TinyJob.RIGHT, TinyJob.RIGHT), abi.encodeWithSelector(IMarketEvents.TooLate.selector, time, end));
        _refuses(challenger, abi.encodeCall(disputes.callCommittee, (spec)), abi.encodeWithSelector(IMarketEvents.NothingToDecide.selector, id));
        disputes.settle(spec);
        assert(_stake(0).slashed);
        _checkMoney();
    }

    function test_aCommittee_decidesWhatIsNotProven_andCannotAcquitWhatIs() external {
        (JobSpec memory spec, bytes32 id) = _answered(TinyJob.WRONG, TinyJob.WRONG);
        _challenge(spec, 1);
        disputes.prove(spec, 0, TinyJob.operatorCall(TASK, TinyJob.WRONG, TinyJob.WRONG));
        // All jurors lie.
        _pass(1, market.jobOf(id).deadline - time);
        disputes.callCommittee(spec);
        _seat(spec, JUROR, 3);
        _vote(spec, JUROR, 3, 0);
        _end(spec);
        assert(_stake(0).slashed && !_stake(1).slashed);
        assert(market.creditOf(challenger) > STAKE - disputes.bondOf(spec, 1, 1));
    }

    function test_withoutAMajority_whatIsProvenIsWrongAllTheSame() external {
        (JobSpec memory spec, bytes32 id) = _answered(TinyJob.WRONG, TinyJob.WRONG);
        _challenge(spec, 1);
        disputes.prove(spec, 0, TinyJob.operatorCall(TASK, TinyJob.WRONG, TinyJob.WRONG));
        _pass(1, market.jobOf(id).deadline - time);
        disputes.callCommittee(spec);
        _pass(1, 15);
        disputes.proceed(spec);
        _end(spec);
        assert(_stake(0).slashed && !_stake(1).slashed);
    }

    function test_anError_isAnAnswer_thatOnlyACommitteeJudges() external {
        _ready();
        JobSpec memory spec = _running();
        bytes32[] memory path = new bytes32[](3);
        _deliver(spec, _rootOf(1, keccak256("error"), path));
        _act(3, abi.encodeCall(market.verdict, (spec, 7, 0, ROOT, 0)));
        vm.prank(challenger);
        disputes.challenge(spec, 0, 0);
        _demand(spec, 0);
        bytes32 outputs = keccak256("error");
        _refuses(_node(0), abi.encodeCall(disputes.answerTrace, (spec, 0, 1, outputs, path, ROOT)), abi.encodeWithSelector(IMarketEvents.AnswerInvalid.selector, 1, ROOT));
        _act(0, abi.encodeCall(disputes.answerTrace, (spec, 0, 1, outputs, path, 0)));
        _refuses(challenger, _proofOf(spec, 0, TinyJob.operatorCall(0, TinyJob.WRONG, TinyJob.WRONG)), abi.encodeWithSelector(IMarketEvents.NothingToProve.selector, 0));
        _decideAfterProofs(spec, market.jobIdOf(spec), 0x010101);
        assert(_stake(0).slashed);
    }

    function test_aDefaultVerdict_isProvenWrongLikeAnyOther() external {
        _ready();
        JobSpec memory spec = _running();
        _deliver(spec, TinyJob.result(TinyJob.WRONG));
        _pass(1, 40);
        disputes.verdictByDefault(spec);
        _challenge(spec, 0);
        _demand(spec, 0);
        _act(0, _answerOf(spec, 0, TinyJob.WRONG, TinyJob.WRONG));
        disputes.prove(spec, 0, TinyJob.operatorCall(TASK, TinyJob.WRONG, TinyJob.WRONG));
        _pass(1, 20);
        disputes.settle(spec);
        assert(_stake(0).slashed && _credit(0) == 0 && _credit(1) == spec.reward);
        _checkMoney();
    }

    function _decideAfterProofs(JobSpec memory spec, bytes32 id, uint256 wrong) private {
        uint256 end = market.jobOf(id).deadline + 30;
        _pass(1, end - 1 - time);
        _refuses(challenger, abi.encodeCall(disputes.callCommittee, (spec)), abi.encodeWithSelector(IMarketEvents.TooEarly.selector, time, end));
        _pass(1, 1);
        disputes.callCommittee(spec);
        _seat(spec, JUROR, 3);
        _vote(spec, JUROR, 3, wrong);
        _end(spec);
    }
}

/// @notice Moves out of turn, twice, late, and about another point, job, trace or model.
contract ProofRefusalsTest is ProofScene {
    function test_aDemand_isRefused_forWhatIsNotAccepted_twice_late_withAnotherHead_orNone() external {
        (JobSpec memory spec, bytes32 id) = _claimed(TinyJob.RIGHT);
        _challenge(spec, VERIFIER);
        bytes memory head = TinyJob.head();
        _refuses(challenger, abi.encodeCall(disputes.demandTrace, (spec, 2, head)), abi.encodeWithSelector(IMarketEvents.PointUnknown.selector, 2, 2));
        _refuses(challenger, abi.encodeCall(disputes.demandTrace, (spec, 1, head)), abi.encodeWithSelector(IMarketEvents.SubjectInvalid.selector, VERIFIER));
        head[5] ^= 0x01;
        _refuses(challenger, abi.encodeCall(disputes.demandTrace, (spec, 0, head)), abi.encodeWithSelector(Heads.HeadMismatch.selector, sha256(head), spec.bundle));
        _demand(spec, 0);
        _refuses(challenger, abi.encodeCall(disputes.demandTrace, (spec, 0, TinyJob.head())), abi.encodeWithSelector(IMarketEvents.TraceDemandedBefore.selector, 0));
        _pass(1, market.jobOf(id).deadline - time);
        _refuses(challenger, abi.encodeCall(disputes.demandTrace, (spec, 0, TinyJob.head())), abi.encodeWithSelector(IMarketEvents.TooLate.selector, time, time));
    }

    function test_aDemand_isRefused_forASeatThatWasRejected() external {
        _ready();
        JobSpec memory spec = _running();
        _deliver(spec, TinyJob.result(TinyJob.RIGHT));
        _act(3, abi.encodeCall(market.verdict, (spec, 3, 4, ROOT, 0)));
        _challenge(spec, 2);
        _refuses(challenger, abi.encodeCall(disputes.demandTrace, (spec, 0, TinyJob.head())), abi.encodeWithSelector(IMarketEvents.SubjectInvalid.selector, 2));
    }

    function test_aJobWhoseHeadNamesNoModel_owesNoTrace() external {
        (bytes memory head, bytes32 found) = (TinyJob.headOf(0), sha256(TinyJob.headOf(0)));
        bundle = found;
        (JobSpec memory spec,) = _claimed(TinyJob.RIGHT);
        _refuses(challenger, abi.encodeCall(disputes.demandTrace, (spec, 0, head)), abi.encodeWithSelector(Heads.HeadWithoutModel.selector, found));
    }

    function test_anAnswer_isRefused_unasked_twice_ofAnotherLeaf_withoutATrace_orOfNoKind() external {
        (JobSpec memory spec,) = _claimed(TinyJob.RIGHT);
        bytes memory answer = _answerOf(spec, 0, TinyJob.RIGHT, TinyJob.RIGHT);
        _refuses(_node(0), answer, abi.encodeWithSelector(IMarketEvents.TraceNotDemanded.selector, 0));
        _demand(spec, 0);
        _refusesFor(0, _answerOf(spec, 0, TinyJob.WRONG, TinyJob.WRONG), IMarketEvents.LeafWrong.selector);
        bytes32[] memory path = TinyJob.resultPath(TASK, TinyJob.RIGHT);
        (bytes32 outputs, bytes32 trace) = (TinyJob.outputs(TinyJob.RIGHT), TinyJob.trace(TinyJob.RIGHT));
        _refuses(_node(0), abi.encodeCall(disputes.answerTrace, (spec, 0, 0, outputs, path, 0)), abi.encodeWithSelector(IMarketEvents.AnswerInvalid.selector, 0, bytes32(0)));
        _refusesFor(0, abi.encodeCall(disputes.answerTrace, (spec, 0, 2, outputs, path, trace)), IMarketEvents.LeafWrong.selector);
        _refusesFor(0, abi.encodeCall(disputes.answerTrace, (spec, 0, 0, outputs, new bytes32[](2), trace)), IMarketEvents.LeafWrong.selector);
        // Whoever could answer for another would convict it by a forged trace.
        _refuses(challenger, answer, abi.encodeWithSelector(IMarketEvents.SeatNotYours.selector, 0, 0, 1));
        _refuses(_node(1), answer, abi.encodeWithSelector(IMarketEvents.SeatNotYours.selector, 0, 2, 1));
        _act(0, answer);
        _refuses(_node(0), answer, abi.encodeWithSelector(IMarketEvents.TraceNotDemanded.selector, 0));
    }

    function test_aLeafOfNoKind_thatWasCommittedTo_isNoAnswer() external {
        _ready();
        JobSpec memory spec = _running();
        bytes32[] memory path = new bytes32[](3);
        _deliver(spec, _rootOf(2, keccak256("what"), path));
        _act(3, abi.encodeCall(market.verdict, (spec, 7, 0, ROOT, 0)));
        vm.prank(challenger);
        disputes.challenge(spec, 0, 0);
        _demand(spec, 0);
        _refuses(_node(0), abi.encodeCall(disputes.answerTrace, (spec, 0, 2, keccak256("what"), path, 0)), abi.encodeWithSelector(IMarketEvents.AnswerInvalid.selector, 2, bytes32(0)));
    }

    function test_aProof_isRefused_beforeTheAnswer_twice_late_andForAnotherClaim() external {
        (JobSpec memory spec, bytes32 id) = _claimed(TinyJob.WRONG);
        bytes memory proof = TinyJob.operatorCall(TASK, TinyJob.WRONG, TinyJob.WRONG);
        _demand(spec, 0);
        _refuses(challenger, _proofOf(spec, 0, proof), abi.encodeWithSelector(IMarketEvents.NothingToProve.selector, 0));
        _act(0, _answerOf(spec, 0, TinyJob.WRONG, TinyJob.WRONG));
        bytes32 claim = keccak256(abi.encode(TinyJob.claim(TASK, TinyJob.WRONG, TinyJob.WRONG)));
        Claim memory other = TinyJob.claim(TASK + 1, TinyJob.WRONG, TinyJob.WRONG);
        _refuses(
            challenger,
            _proofOf(spec, 0, abi.encodeCall(Arbiter.judgeOperator, (other, TinyJob.operatorProof(TASK + 1, TinyJob.WRONG)))),
            abi.encodeWithSelector(IMarketEvents.ClaimWrong.selector, keccak256(abi.encode(other)), claim)
        );
        _refuses(challenger, _proofOf(spec, 0, ""), abi.encodeWithSelector(IMarketEvents.ClaimWrong.selector, bytes32(0), claim));
        vm.prank(challenger);
        disputes.challenge(spec, 0, TASK + 1);
        _refuses(challenger, _proofOf(spec, 1, proof), abi.encodeWithSelector(IMarketEvents.NothingToProve.selector, 1));
        disputes.prove(spec, 0, proof);
        _refuses(challenger, _proofOf(spec, 0, proof), abi.encodeWithSelector(IMarketEvents.NothingToProve.selector, 0));
        _pass(1, market.jobOf(id).deadline - time);
        disputes.callCommittee(spec);
        _refuses(challenger, _proofOf(spec, 1, proof), abi.encodeWithSelector(IMarketEvents.DisputeInPhase.selector, id, Phase.Seating, Phase.Filing));
    }

    function test_aProof_isRefusedLate() external {
        (JobSpec memory spec, bytes32 id) = _answered(TinyJob.WRONG, TinyJob.WRONG);
        uint256 end = market.jobOf(id).deadline + 30;
        _pass(1, end - time);
        _refuses(challenger, _proofOf(spec, 0, TinyJob.operatorCall(TASK, TinyJob.WRONG, TinyJob.WRONG)), abi.encodeWithSelector(IMarketEvents.TooLate.selector, time, end));
    }

    function test_anotherFunctionOfTheArbiter_cannotBeCalled_andEvidenceThatIsCutRefuses() external {
        (JobSpec memory spec,) = _answered(TinyJob.WRONG, TinyJob.WRONG);
        bytes memory proof = TinyJob.operatorCall(TASK, TinyJob.WRONG, TinyJob.WRONG);
        for (uint256 cut = 1; cut < 200; cut += 31) {
            bytes memory part = new bytes(proof.length - cut);
            for (uint256 i; i < part.length; ++i) part[i] = proof[i];
            (bool taken,) = address(market).call(_proofOf(spec, 0, part));
            assert(!taken);
        }
        proof[0] ^= 0xff;
        (bool ok,) = address(market).call(_proofOf(spec, 0, proof));
        assert(!ok);
    }

    function test_evidence_ofAnotherModel_trace_input_orHead_isRefusedByName() external {
        (JobSpec memory spec,) = _answered(TinyJob.WRONG, TinyJob.WRONG);
        OperatorProof memory p = TinyJob.operatorProof(TASK, TinyJob.WRONG);
        p.head = TinyJob.headOf(keccak256("another"));
        _refusesProof(spec, p, Heads.HeadMismatch.selector);
        p = TinyJob.operatorProof(TASK, TinyJob.WRONG);
        p.links.model[1] ^= 0x01;
        _refusesProof(spec, p, ModelProof.ModelMismatch.selector);
        p = TinyJob.operatorProof(TASK, TinyJob.WRONG);
        p.node[10] ^= 0x01;
        _refusesProof(spec, p, ModelProof.PartMismatch.selector);
        p = TinyJob.operatorProof(TASK, TinyJob.WRONG);
        p.links.outputs[0] = TinyJob.digest(TinyJob.RIGHT);
        _refusesProof(spec, p, Evidence.TraceMismatch.selector);
        p = TinyJob.operatorProof(TASK, TinyJob.WRONG);
        p.task.digests[0] = TinyJob.digest(TinyJob.WRONG);
        _refusesProof(spec, p, Heads.InputsMismatch.selector);
        p = TinyJob.operatorProof(TASK, TinyJob.WRONG);
        p.task.digests = new bytes32[](0);
        _refusesProof(spec, p, Evidence.NumberBeyond.selector);
        p = TinyJob.operatorProof(TASK, TinyJob.WRONG);
        p.inputs[0] = TinyJob.opening(TinyJob.WRONG);
        _refusesProof(spec, p, Tensors.HeaderMismatch.selector);
        p = TinyJob.operatorProof(TASK, TinyJob.WRONG);
        p.judge = 3;
        _refusesProof(spec, p, Arbiter.JudgeUnknown.selector);
        OutputProof memory o = TinyJob.outputProof(TinyJob.WRONG, TinyJob.WRONG);
        o.name = "z";
        _refusesFor(_proofOf(spec, 0, abi.encodeCall(Arbiter.judgeOutput, (TinyJob.claim(TASK, TinyJob.WRONG, TinyJob.WRONG), o))), ModelProof.PartMismatch.selector);
    }

    function _refusesProof(JobSpec memory spec, OperatorProof memory p, bytes4 error_) private {
        _refusesFor(_proofOf(spec, 0, abi.encodeCall(Arbiter.judgeOperator, (TinyJob.claim(TASK, TinyJob.WRONG, TinyJob.WRONG), p))), error_);
    }
}

/// @notice The arbiter alone: what it finds of traces that leave something out, and of outputs that are of another kind.
contract ArbiterTest {
    Arbiter private arbiter;

    function setUp() external {
        arbiter = Arbiter(TinyJob.arbiter());
    }

    function test_aTraceThatLeavesAnOutputOut_isWrong() external view {
        Claim memory claim = TinyJob.claim(0, TinyJob.RIGHT, TinyJob.RIGHT);
        OperatorProof memory p = TinyJob.operatorProof(0, TinyJob.RIGHT);
        p.links.outputs[0] = 0;
        claim.trace = sha256(abi.encodePacked(hex"07000000000001", bytes32(0)));
        assert(arbiter.judgeOperator(claim, p) == Finding.Wrong);
        p.links.outputs = new bytes32[](2);
        claim.trace = sha256(abi.encodePacked(hex"07000000000002", bytes32(0), bytes32(0)));
        assert(arbiter.judgeOperator(claim, p) == Finding.Wrong);
    }

    function test_aHeaderOfNoTensor_isWrong_whereverItStands() external view {
        bytes memory bad = "no header";
        Claim memory claim = TinyJob.claim(0, TinyJob.RIGHT, TinyJob.RIGHT);
        OperatorProof memory p = TinyJob.operatorProof(0, TinyJob.RIGHT);
        p.links.outputs[0] = sha256(bad);
        p.output.header = bad;
        claim.trace = sha256(abi.encodePacked(hex"07000000000001", sha256(bad)));
        assert(arbiter.judgeOperator(claim, p) == Finding.Wrong);
        OutputProof memory o = TinyJob.outputProof(TinyJob.RIGHT, TinyJob.RIGHT);
        o.origin.digests[0] = sha256(bad);
        o.second.header = bad;
        assert(arbiter.judgeOutput(claim, o) == Finding.Wrong);
    }

    function testFuzz_anOutput_isWrong_justWhereItLiesBeyondTheToleranceOfTheBundle(uint32 a, uint32 b) external view {
        // Positive numbers of about 2: half a thousandth of the larger one, and no less than 10⁻⁶.
        (a, b) = (0x40000000 | a % 0x8000, 0x40000000 | b % 0x8000);
        (uint256 more, uint256 less) = a > b ? (a, b) : (b, a);
        uint256 larger = more & 0x7fffff | 0x800000;
        bool apart = (more - less) * 1e9 > larger * 500_000;
        Finding found = arbiter.judgeOutput(TinyJob.claim(0, a, b), TinyJob.outputProof(a, b));
        assert(found == (apart ? Finding.Wrong : Finding.Right));
    }

    function test_numbersBelowTheAbsoluteFloor_areNotHeldAgainstAnybody() external view {
        // 10⁻⁷ and 3·10⁻⁷ differ by two thirds, 10⁻⁷ and 3·10⁻⁶ by more than the floor of 10⁻⁶.
        (uint32 a, uint32 near, uint32 far) = (0x33d6bf95, 0x34a10fb0, 0x36495395);
        assert(arbiter.judgeOutput(TinyJob.claim(0, a, near), TinyJob.outputProof(a, near)) == Finding.Right);
        assert(arbiter.judgeOutput(TinyJob.claim(0, a, far), TinyJob.outputProof(a, far)) == Finding.Wrong);
    }

    function test_outputsOfOtherShapes_blameNobody() external view {
        bytes memory other = TinyJob.header(TinyJob.RIGHT);
        // A tensor of two floats by its header.
        (other[10], other[18]) = (0x02, 0x08);
        OutputProof memory o = TinyJob.outputProof(TinyJob.RIGHT, TinyJob.RIGHT);
        Claim memory claim = TinyJob.claim(0, TinyJob.RIGHT, TinyJob.RIGHT);
        o.second.header = other;
        o.second.runs = o.first.runs;
        delete o.second.runs;
        o.origin.digests[0] = sha256(other);
        claim.trace = sha256(abi.encodePacked(hex"07000000000001", sha256(other)));
        assert(arbiter.judgeOutput(claim, o) == Finding.Indeterminate);
    }
}
