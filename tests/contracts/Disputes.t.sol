// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IMarketEvents} from "../../contracts/interfaces/IMarketEvents.sol";
import {IStakingEvents} from "../../contracts/interfaces/IStakingEvents.sol";
import {JobSpec} from "../../contracts/types/JobSpec.sol";
import {Phase} from "../../contracts/types/Phase.sol";
import {Role} from "../../contracts/types/Role.sol";
import {Status} from "../../contracts/types/Status.sol";
import {DisputeScene} from "./DisputeScene.sol";

/// @notice What a dispute does to money and stakes, in each of its outcomes.
contract DisputesTest is DisputeScene {
    function test_aWrongResultThatWasPaid_costsItsProviderTheWholeBacking() external {
        (JobSpec memory spec,) = _judged(7, 0);
        uint64 mine = market.creditOf(address(this));
        _challenge(spec, ACCEPTED);
        _decide(spec, 0x010101);
        assert(_stake(0).slashed && _stake(0).stake == 0);
        assert(!_stake(1).slashed && _stake(1).stake == STAKE);
        // The requester has the price back; the jurors their fees; the prover 30 % of what the job demanded; the rest is burnt.
        assert(market.creditOf(address(this)) == mine + spec.reward);
        uint64 fee = disputes.jurorFeeOf(spec);
        for (uint256 i = JUROR; i < JUROR + 3; ++i) assert(_credit(i) == fee);
        uint64 bounty = market.backingOf(spec) * 30 / 100;
        assert(market.creditOf(challenger) == STAKE + bounty);
        assert(market.burnt() == STAKE - spec.reward - 3 * fee - bounty);
        assert(_stake(3).stake == STAKE);
    }

    function test_aShamChallenge_costsItsBond_andNobodyElseAnything() external {
        (JobSpec memory spec,) = _judged(7, 0);
        uint64 bond = disputes.bondOf(spec, 1, 1);
        _challenge(spec, ACCEPTED);
        _decide(spec, 0);
        assert(market.creditOf(challenger) == STAKE - bond);
        assert(market.burnt() == bond - 3 * disputes.jurorFeeOf(spec));
        for (uint256 i; i < 4; ++i) assert(_stake(i).stake == STAKE);
    }

    function test_eightShamPoints_costAsMuchAsTheyCouldShield() external {
        (JobSpec memory spec,) = _judged(7, 0);
        assert(uint256(disputes.bondOf(spec, 1, 1)) * 8 >= market.backingOf(spec));
    }

    function test_aRightResultThatWasRejected_isPaid_andItsVerifierLosesItsLock() external {
        (JobSpec memory spec,) = _judged(3, 4);
        uint64 lock = market.lockOf(spec) * 3;
        uint64 bond = disputes.bondOf(spec, 1, 1);
        // The provider itself contests: its bond comes from its free stake, and comes back as credit.
        _act(2, abi.encodeCall(disputes.challenge, (spec, 2, 0)));
        assert(_stake(2).stake == STAKE - bond);
        _decide(spec, 0);
        assert(!_stake(2).slashed && _credit(2) == bond + spec.reward);
        assert(_stake(3).stake == STAKE - lock && !_stake(3).slashed);
    }

    function test_aRejectionThatHolds_slashes_asIfNobodyHadContested() external {
        (JobSpec memory spec,) = _judged(3, 4);
        _challenge(spec, 2);
        _decide(spec, 0x010101);
        assert(_stake(2).slashed && _stake(3).stake == STAKE);
        assert(_credit(3) == spec.verifierFee + market.backingOf(spec) * 30 / 100);
        assert(market.creditOf(challenger) == STAKE - disputes.bondOf(spec, 1, 1));
    }

    function test_aRightResultThatWasRefused_isPaid_andItsVerifierLosesAtMostItsFee() external {
        (JobSpec memory spec,) = _judged(3, 0);
        _challenge(spec, 2);
        _decide(spec, 0);
        assert(_credit(2) == spec.reward);
        uint64 fees = 3 * disputes.jurorFeeOf(spec);
        assert(_stake(3).stake == STAKE - (fees < spec.verifierFee ? fees : spec.verifierFee));
    }

    function test_aVerifierWhoseWorkIsFalse_losesItsLock_andNobodyElseAnything() external {
        (JobSpec memory spec,) = _judged(7, 0);
        _challenge(spec, VERIFIER);
        _decide(spec, 0x010101);
        uint64 lock = market.lockOf(spec) * 3;
        assert(_stake(3).stake == STAKE - lock);
        assert(market.creditOf(challenger) > STAKE && market.creditOf(challenger) <= STAKE + lock * 30 / 100);
        for (uint256 i; i < 3; ++i) assert(_stake(i).stake == STAKE && _credit(i) == spec.reward);
    }

    function test_withoutAMajority_nobodyIsPunished_andWhoKeptAwayPays() external {
        (JobSpec memory spec, bytes32 id) = _judged(3, 4);
        _challenge(spec, 2);
        _call(spec);
        _seat(spec, JUROR, 3);
        // One votes; two keep away until the time is over.
        _act(JUROR, abi.encodeCall(disputes.vote, (spec, disputes.voteCommitment(id, 1, uint32(JUROR + 1), 1, DIGEST, "salt"))));
        _pass(1, 15);
        disputes.proceed(spec);
        _act(JUROR, abi.encodeCall(disputes.openVote, (spec, 1, DIGEST, "salt")));
        _end(spec);
        uint64 fee = disputes.jurorFeeOf(spec);
        assert(!_stake(2).slashed && _credit(2) == 0);
        assert(_credit(JUROR) == fee);
        for (uint256 i = JUROR + 1; i < JUROR + 3; ++i) assert(_stake(i).stake == STAKE - 2 * fee);
        // Of its bond the challenger loses what a committee costs.
        assert(market.creditOf(challenger) == STAKE - (9 * fee + 1) / 2);
    }

    function test_anAppealThatHolds_costsTheLiarsTheirLocks_andGivesTheAppellantItsBond() external {
        (JobSpec memory spec, bytes32 id) = _judged(7, 0);
        _challenge(spec, ACCEPTED);
        _call(spec);
        _seat(spec, JUROR, 3);
        _vote(spec, JUROR, 3, 0x000000);
        assert(disputes.disputeOf(id).phase == Phase.Decided);
        uint64 before = market.creditOf(challenger);
        vm.prank(challenger);
        disputes.appeal(spec);
        uint64 bond = disputes.bondOf(spec, 2, 1);
        assert(market.creditOf(challenger) == before - bond);
        _seat(spec, JUROR + 3, 5);
        _vote(spec, JUROR + 3, 5, 0x0101010101);
        _end(spec);
        assert(_stake(0).slashed);
        uint64 lock = market.lockOf(spec) * 3;
        for (uint256 i = JUROR; i < JUROR + 3; ++i) assert(_stake(i).stake == STAKE - lock);
        for (uint256 i = JUROR + 3; i < JUROR + 8; ++i) assert(_credit(i) == disputes.jurorFeeOf(spec));
        assert(market.creditOf(challenger) == STAKE + market.backingOf(spec) * 30 / 100);
    }

    function test_anAppealThatConfirms_costsItsBond() external {
        (JobSpec memory spec,) = _judged(7, 0);
        _challenge(spec, ACCEPTED);
        _call(spec);
        _seat(spec, JUROR, 3);
        _vote(spec, JUROR, 3, 0x010101);
        // The cheat appeals, from its free stake.
        _act(0, abi.encodeCall(disputes.appeal, (spec)));
        _seat(spec, JUROR + 3, 5);
        _vote(spec, JUROR + 3, 5, 0x0101010101);
        _end(spec);
        assert(_stake(0).slashed);
        for (uint256 i = JUROR; i < JUROR + 8; ++i) assert(_credit(i) == disputes.jurorFeeOf(spec));
    }

    function test_aCommitteeThatCannotBeFilled_overturnsNothing() external {
        (JobSpec memory spec,) = _judged(7, 0);
        _challenge(spec, ACCEPTED);
        _call(spec);
        _seat(spec, JUROR, 3);
        _vote(spec, JUROR, 3, 0x010101);
        // The cheat appeals to a committee to which nobody comes.
        _act(0, abi.encodeCall(disputes.appeal, (spec)));
        _pass(1, 15);
        disputes.proceed(spec);
        _end(spec);
        assert(_stake(0).slashed);
    }

    function test_aJurorAloneWithItsVote_losesItsFeeOnly() external {
        (JobSpec memory spec,) = _judged(7, 0);
        _challenge(spec, ACCEPTED);
        _decide(spec, 0x000101);
        assert(_stake(0).slashed);
        assert(_stake(JUROR + 2).stake == STAKE && _credit(JUROR + 2) == 0);
        assert(_credit(JUROR) == disputes.jurorFeeOf(spec));
    }

    function test_severalPoints_areDecidedEachByItself() external {
        (JobSpec memory spec,) = _judged(3, 4);
        for (uint8 seat; seat < 3; ++seat) _challenge(spec, seat);
        // Seat 0 is right, seat 1 wrong, and seat 2 was rejected although it is right.
        _decide(spec, 0x020202);
        assert(!_stake(0).slashed && _stake(1).slashed && !_stake(2).slashed);
        assert(_credit(2) == spec.reward);
        assert(_stake(3).stake == STAKE - market.lockOf(spec) * 3);
    }

    function test_aDefaultVerdictThatIsContested_paysNobodyWhoIsWrong() external {
        _ready();
        JobSpec memory spec = _verifying();
        _pass(1, 40);
        disputes.verdictByDefault(spec);
        uint64 mine = market.creditOf(address(this));
        _challenge(spec, ACCEPTED);
        _decide(spec, 0x010101);
        assert(_stake(0).slashed && _credit(0) == 0 && _credit(1) == spec.reward);
        assert(market.creditOf(address(this)) == mine + spec.reward + spec.verifierFee);
    }

    function test_pointsCanBeFiled_untilTheChallengeWindowEnds_soThatAShamShieldsNobody() external {
        (JobSpec memory spec, bytes32 id) = _judged(7, 0);
        _pass(1, 7);
        _challenge(spec, 1);
        // Filed in the last second, it leaves a dispute window for others.
        assert(market.jobOf(id).deadline == time + 15);
        _pass(1, 14);
        _challenge(spec, 0);
        _decide(spec, 0x020202);
        assert(_stake(0).slashed && !_stake(1).slashed);
    }
}

/// @notice What a dispute refuses.
contract DisputeRefusalsTest is DisputeScene {
    function test_challenge_refusesLateness_unknownSubjects_andWhatIsAlreadyContested() external {
        (JobSpec memory spec, bytes32 id) = _judged(3, 4);
        _refuses(challenger, abi.encodeCall(disputes.challenge, (spec, 3, 0)), abi.encodeWithSelector(IMarketEvents.SubjectInvalid.selector, 3));
        _refuses(challenger, abi.encodeCall(disputes.challenge, (spec, 0, 8)), abi.encodeWithSelector(IMarketEvents.SpecInvalid.selector, bytes32("task"), 8, 0, 7));
        _challenge(spec, 0);
        _refuses(challenger, abi.encodeCall(disputes.challenge, (spec, 0, 3)), abi.encodeWithSelector(IMarketEvents.AlreadyChallenged.selector, 0));
        for (uint32 task = 0; task < 7; ++task) {
            vm.prank(challenger);
            disputes.challenge(spec, 1, task);
        }
        _refuses(challenger, abi.encodeCall(disputes.challenge, (spec, 2, 0)), abi.encodeWithSelector(IMarketEvents.PointsSpent.selector, 8));
        _refuses(challenger, abi.encodeCall(disputes.callCommittee, (spec)), abi.encodeWithSelector(IMarketEvents.TooEarly.selector, time, market.jobOf(id).deadline));
        _pass(1, 30);
        _refuses(challenger, abi.encodeCall(disputes.challenge, (spec, 2, 1)), abi.encodeWithSelector(IMarketEvents.TooLate.selector, time, market.jobOf(id).deadline));
        _refuses(challenger, abi.encodeCall(market.finalize, (spec)), abi.encodeWithSelector(IMarketEvents.JobInState.selector, id, Status.Disputed, Status.Paid));
        _call(spec);
        _refuses(challenger, abi.encodeCall(disputes.challenge, (spec, 2, 1)), abi.encodeWithSelector(IMarketEvents.JobInState.selector, id, Status.Disputed, Status.Paid));
    }

    function test_challenge_refusesASeatThatWithheldALeaf_aDefaultThatPaysNothing_andABondThatIsNotThere() external {
        _ready();
        JobSpec memory spec = _verifying();
        _act(3, abi.encodeCall(disputes.requestLeaf, (spec, 2, 0)));
        _pass(1, 20);
        disputes.markUnserved(spec, 2);
        _pass(1, 60);
        disputes.verdictByDefault(spec);
        _refuses(challenger, abi.encodeCall(disputes.challenge, (spec, 2, 0)), abi.encodeWithSelector(IMarketEvents.SubjectInvalid.selector, 2));
        _refuses(challenger, abi.encodeCall(disputes.challenge, (spec, VERIFIER, 0)), abi.encodeWithSelector(IMarketEvents.SubjectInvalid.selector, VERIFIER));
        uint64 bond = disputes.bondOf(spec, 1, 1);
        address poor = vm.addr(77);
        _refuses(poor, abi.encodeCall(disputes.challenge, (spec, 0, 0)), abi.encodeWithSelector(IStakingEvents.BondTooLarge.selector, 0, 0, bond));
    }

    function test_committees_refuseStrangers_theVerifierItself_andWhoSitsAlready() external {
        (JobSpec memory spec, bytes32 id) = _judged(7, 0);
        _challenge(spec, 0);
        _refuses(_node(4), abi.encodeCall(disputes.join, (spec)), abi.encodeWithSelector(IMarketEvents.DisputeInPhase.selector, id, Phase.Filing, Phase.Seating));
        _refuses(challenger, abi.encodeCall(disputes.proceed, (spec)), abi.encodeWithSelector(IMarketEvents.TooEarly.selector, time, market.jobOf(id).deadline));
        _pass(1, 20);
        _refuses(challenger, abi.encodeCall(disputes.proceed, (spec)), abi.encodeWithSelector(IMarketEvents.DisputeInPhase.selector, id, Phase.Filing, Phase.Seating));
        disputes.callCommittee(spec);
        _refuses(_node(4), abi.encodeCall(disputes.join, (spec)), abi.encodeWithSelector(IMarketEvents.NotEligible.selector, 5, blocks));
        _pass(3, 0);
        _refuses(_node(0), abi.encodeCall(disputes.join, (spec)), abi.encodeWithSelector(IStakingEvents.NotNode.selector, _node(0), Role.Verifier));
        _refuses(_node(3), abi.encodeCall(disputes.join, (spec)), abi.encodeWithSelector(IMarketEvents.AlreadyInJob.selector, 4));
        assert(!disputes.isEligible(spec, 4) && disputes.isEligible(spec, 5) && !disputes.isEligible(spec, 1));
        _act(4, abi.encodeCall(disputes.join, (spec)));
        assert(!disputes.isEligible(spec, 5));
        _refuses(_node(4), abi.encodeCall(disputes.join, (spec)), abi.encodeWithSelector(IMarketEvents.AlreadyInJob.selector, 5));
    }

    function test_votes_refuseWhoDoesNotSit_twice_anotherVoteThanCommitted_andPointsThatAreNone() external {
        (JobSpec memory spec, bytes32 id) = _judged(7, 0);
        _challenge(spec, 0);
        _call(spec);
        _seat(spec, JUROR, 3);
        _refuses(_node(7), abi.encodeCall(disputes.vote, (spec, ROOT)), abi.encodeWithSelector(IMarketEvents.NotJuror.selector, 8, 1));
        bytes32 commitment = disputes.voteCommitment(id, 1, 5, 1, DIGEST, "salt");
        _act(4, abi.encodeCall(disputes.vote, (spec, commitment)));
        _refuses(_node(4), abi.encodeCall(disputes.vote, (spec, commitment)), abi.encodeWithSelector(IMarketEvents.AlreadyVoted.selector, 5));
        _act(5, abi.encodeCall(disputes.vote, (spec, commitment)));
        _pass(1, 15);
        disputes.proceed(spec);
        _refuses(_node(6), abi.encodeCall(disputes.openVote, (spec, 1, DIGEST, "salt")), abi.encodeWithSelector(IMarketEvents.AlreadyVoted.selector, 7));
        _refuses(_node(4), abi.encodeCall(disputes.openVote, (spec, 2, DIGEST, "salt")), abi.encodeWithSelector(IMarketEvents.VoteInvalid.selector, 2, 1));
        // A copy of another's commitment does not open as one's own.
        bytes32 own = disputes.voteCommitment(id, 1, 6, 1, DIGEST, "salt");
        _refuses(_node(5), abi.encodeCall(disputes.openVote, (spec, 1, DIGEST, "salt")), abi.encodeWithSelector(IMarketEvents.CommitmentWrong.selector, own, bytes24(commitment)));
        _act(4, abi.encodeCall(disputes.openVote, (spec, 1, DIGEST, "salt")));
        _refuses(_node(4), abi.encodeCall(disputes.openVote, (spec, 1, DIGEST, "salt")), abi.encodeWithSelector(IMarketEvents.AlreadyVoted.selector, 5));
    }

    function test_theEnd_refusesHaste_andAnAppealBeyondTheLargestCommittee() external {
        (JobSpec memory spec, bytes32 id) = _judged(7, 0);
        _challenge(spec, 0);
        _refuses(challenger, abi.encodeCall(disputes.settle, (spec)), abi.encodeWithSelector(IMarketEvents.TooEarly.selector, time, market.jobOf(id).deadline));
        _pass(1, 20);
        _refuses(challenger, abi.encodeCall(disputes.settle, (spec)), abi.encodeWithSelector(IMarketEvents.DisputeInPhase.selector, id, Phase.Filing, Phase.Decided));
        _call(spec);
        _seat(spec, JUROR, 3);
        _vote(spec, JUROR, 3, 0);
        _refuses(challenger, abi.encodeCall(disputes.settle, (spec)), abi.encodeWithSelector(IMarketEvents.TooEarly.selector, time, market.jobOf(id).deadline));
        vm.prank(challenger);
        disputes.appeal(spec);
        _pass(1, 15);
        disputes.proceed(spec);
        _refuses(challenger, abi.encodeCall(disputes.appeal, (spec)), abi.encodeWithSelector(IMarketEvents.NoLargerCommittee.selector, 2));
        disputes.settle(spec);
        assert(market.jobOf(id).status == Status.None && !_stake(0).slashed);
        _refuses(challenger, abi.encodeCall(disputes.settle, (spec)), abi.encodeWithSelector(IMarketEvents.JobInState.selector, id, Status.None, Status.Disputed));
    }

    function test_anAppeal_refusesLateness() external {
        (JobSpec memory spec, bytes32 id) = _judged(7, 0);
        _challenge(spec, 0);
        _call(spec);
        _pass(1, 15);
        disputes.proceed(spec);
        _pass(1, 15);
        _refuses(challenger, abi.encodeCall(disputes.appeal, (spec)), abi.encodeWithSelector(IMarketEvents.TooLate.selector, time, market.jobOf(id).deadline));
    }
}
