// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IStakingEvents} from "./interfaces/IStakingEvents.sol";
import {AccountWord} from "./types/AccountWord.sol";
import {Role} from "./types/Role.sol";

/// @notice The entries of the ledger, and what the market's rules do with them. No token moves here.
abstract contract Ledger is IStakingEvents {
    /// @dev The owner's side, in one word.
    struct Ownership {
        address owner;
        uint64 unbonding;
        uint32 unbondingUntil;
    }

    struct Requester {
        uint64 credit;
        uint64 nonce;
    }

    /// @dev Of a slashed backing at most this goes to the prover: with less burnt, friends could slash each other for profit.
    uint256 internal constant PROVER_PERCENT = 30;

    uint32 internal _lastStakeId;
    uint64 internal _burnt;
    mapping(Role => uint64) internal _active;
    mapping(uint32 => AccountWord) internal _accounts;
    mapping(uint32 => Ownership) internal _ownerships;
    mapping(uint32 => address) internal _nodeKeys;
    mapping(address => uint32) internal _stakeIds;
    mapping(address => uint32) internal _ownedStakes;
    mapping(address => Requester) internal _requesters;

    /* A JOB'S HOLD ON A STAKE */

    /// @dev The stake that the caller acts for as a node, which must have the role.
    function _nodeOfCaller(Role role) internal view returns (uint32 stakeId, AccountWord account) {
        stakeId = _stakeIds[msg.sender];
        account = _accounts[stakeId];
        if (account.role() != role) revert NotNode(msg.sender, role);
    }

    /// @dev The account with free stake held for a job.
    function _holding(AccountWord account, uint64 amount) internal pure returns (AccountWord) {
        uint64 free = account.free();
        if (amount > free) revert StakeLocked(free, amount);
        unchecked {
            return account.withLocked(account.locked() + amount);
        }
    }

    function _pay(uint32 stakeId, uint64 amount) internal {
        AccountWord account = _accounts[stakeId];
        _accounts[stakeId] = account.withCredit(account.credit() + amount);
    }

    /// @dev Releases what a job held and pays. A slashed stake holds nothing any more, but keeps what it honestly earned.
    function _release(uint32 stakeId, uint64 amount, uint64 payment) internal {
        AccountWord account = _accounts[stakeId];
        if (!account.slashed()) account = account.withLocked(account.locked() - amount);
        _accounts[stakeId] = account.withCredit(account.credit() + payment);
    }

    /// @dev Releases what a job held and takes a part of it. Returns what was taken. Like any change of weight it counts for jobs
    /// posted later only: whoever was late gets no other seat of this job.
    function _penalize(uint32 stakeId, uint64 held, uint64 penalty, uint64 toCaller) internal returns (uint64) {
        AccountWord account = _accounts[stakeId];
        if (account.slashed()) return 0;
        _accounts[stakeId] = account.withLocked(account.locked() - held).withStake(account.stake() - penalty)
            .withActiveFrom(uint32(block.number));
        _active[account.role()] -= penalty;
        _requesters[msg.sender].credit += toCaller;
        _burnt += penalty - toCaller;
        return penalty;
    }

    /// @dev The end of what a dispute held of a stake: releases it, takes a part of it, and pays. Returns what was taken.
    function _settleStake(uint32 stakeId, bytes32 jobId, uint64 held, uint64 loss, uint64 payment) internal returns (uint64) {
        AccountWord account = _accounts[stakeId];
        if (account.slashed()) (held, loss) = (0, 0);
        _accounts[stakeId] = account.withLocked(account.locked() - held).withStake(account.stake() - loss)
            .withCredit(account.credit() + payment);
        _active[account.role()] -= loss;
        emit StakeSettled(stakeId, jobId, held, loss, payment);
        return loss;
    }

    /* FRAUD */

    /// @dev Takes a whole backing, and pays whoever proved it a share of what the job demanded of it.
    /// @param demanded the backing that counts for the prover, in units; 0 for no reward
    function _slash(uint32 stakeId, bytes32 jobId, uint32 prover, uint64 demanded) internal {
        uint64 amount = _takeBacking(stakeId);
        if (amount == 0) return;
        uint64 toProver = uint64(uint256(demanded < amount ? demanded : amount) * PROVER_PERCENT / 100);
        _pay(prover, toProver);
        _burnt += amount - toProver;
        emit StakeSlashed(stakeId, jobId, amount, prover, toProver);
    }

    /// @dev Takes a whole backing for a dispute to pay from.
    function _seize(uint32 stakeId, bytes32 jobId) internal returns (uint64 amount) {
        amount = _takeBacking(stakeId);
        if (amount != 0) emit StakeSeized(stakeId, jobId, amount);
    }

    /// @dev Unbonding stake too, and once: what a slashed stake gets later it has honestly earned.
    function _takeBacking(uint32 stakeId) private returns (uint64 amount) {
        AccountWord account = _accounts[stakeId];
        if (account.slashed()) return 0;
        Ownership storage ownership = _ownerships[stakeId];
        amount = account.stake() + ownership.unbonding;
        _active[account.role()] -= account.stake();
        _accounts[stakeId] = account.taken();
        ownership.unbonding = 0;
    }

    /* BONDS */

    /// @dev Takes a bond from the caller: a node's from what its stake earned, then from its free stake, anybody else's from its credit.
    function _takeBond(bytes32 jobId, uint64 amount) internal {
        uint32 stakeId = _stakeIds[msg.sender];
        AccountWord account = _accounts[stakeId];
        uint64 credit = stakeId == 0 ? _requesters[msg.sender].credit : account.credit();
        uint64 free = account.free();
        if (amount > uint256(credit) + free) revert BondTooLarge(credit, free, amount);
        uint64 fromStake = amount > credit ? amount - credit : 0;
        uint64 fromCredit = amount - fromStake;
        if (stakeId == 0) {
            _requesters[msg.sender].credit -= fromCredit;
        } else {
            _accounts[stakeId] = account.withCredit(credit - fromCredit).withStake(account.stake() - fromStake);
            _active[account.role()] -= fromStake;
        }
        emit BondTaken(jobId, msg.sender, stakeId, fromCredit, fromStake);
    }

    /// @dev Pays somebody who was right: a node's into what its stake earned.
    function _give(address to, bytes32 jobId, uint64 amount) internal {
        if (amount == 0) return;
        uint32 stakeId = _stakeIds[to];
        if (stakeId == 0) _requesters[to].credit += amount;
        else _pay(stakeId, amount);
        emit CreditGiven(jobId, to, stakeId, amount);
    }
}
