// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Ledger} from "./Ledger.sol";
import {IStaking} from "./interfaces/IStaking.sol";
import {AccountWord, AccountWords} from "./types/AccountWord.sol";
import {Role} from "./types/Role.sol";

/// @notice What people do with the ledger. Only the functions that move tokens call out, and they alone are guarded.
abstract contract Staking is IStaking, Ledger, ReentrancyGuardTransient {
    using SafeERC20 for IERC20Metadata;

    uint256 private constant LONGEST_ADDRESSES = 512;

    IERC20Metadata public immutable token;
    uint256 public immutable override unit;
    uint32 internal immutable _unbondingTime;
    uint64 internal immutable _minStake;

    constructor(IERC20Metadata token_, uint32 unbondingTime, uint64 minStake) {
        uint8 decimals = token_.decimals();
        if (decimals < 9) revert TokenDecimalsTooFew(decimals, 9);
        token = token_;
        unit = 10 ** (decimals - 9);
        _unbondingTime = unbondingTime;
        _minStake = minStake;
    }

    /* CREDIT */

    /// @inheritdoc IStaking
    function deposit(uint64 amount) public nonReentrant {
        _requesters[msg.sender].credit += amount;
        emit Deposited(msg.sender, amount);
        _pull(amount);
    }

    /// @inheritdoc IStaking
    function depositWithPermit(uint64 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external {
        // Anybody can send a permit that is seen in the mempool; what counts is the allowance, which the transfer checks.
        try IERC20Permit(address(token)).permit(msg.sender, address(this), amount * unit, deadline, v, r, s) {} catch {}
        deposit(amount);
    }

    /// @inheritdoc IStaking
    function withdraw(address to) external nonReentrant {
        uint64 amount = _requesters[msg.sender].credit;
        _requesters[msg.sender].credit = 0;
        uint32 stakeId = _ownedStakes[msg.sender];
        if (stakeId != 0) {
            amount += _accounts[stakeId].credit();
            _accounts[stakeId] = _accounts[stakeId].withCredit(0);
        }
        if (amount == 0) revert AmountZero();
        emit Withdrawn(msg.sender, to, amount);
        token.safeTransfer(to, amount * unit);
    }

    /* STAKE */

    /// @inheritdoc IStaking
    function registerStake(Role role, address nodeKey, uint64 amount, bytes calldata proof)
        external
        nonReentrant
        returns (uint32 stakeId)
    {
        if (role == Role.None) revert RoleUnknown();
        if (amount < _minStake) revert StakeTooSmall(amount, _minStake);
        uint32 owned = _ownedStakes[msg.sender];
        if (owned != 0 && !_accounts[owned].slashed()) revert AlreadyRegistered(msg.sender, owned);
        stakeId = ++_lastStakeId;
        _moveCredit(owned, msg.sender);
        _bindNodeKey(stakeId, nodeKey, proof);
        _ownedStakes[msg.sender] = stakeId;
        _ownerships[stakeId].owner = msg.sender;
        _accounts[stakeId] = AccountWords.opened(amount, uint32(block.number), role);
        _active[role] += amount;
        emit StakeRegistered(stakeId, msg.sender, nodeKey, role, amount);
        _pull(amount);
    }

    /// @inheritdoc IStaking
    function addStake(uint64 amount) external nonReentrant {
        uint32 stakeId = _stakeOfCaller();
        AccountWord account = _accounts[stakeId];
        if (account.slashed()) revert StakeIsSlashed(stakeId);
        _accounts[stakeId] = account.withStake(account.stake() + amount).withActiveFrom(uint32(block.number));
        _active[account.role()] += amount;
        emit StakeAdded(stakeId, amount);
        _pull(amount);
    }

    /// @inheritdoc IStaking
    function unbond(uint64 amount) external {
        if (amount == 0) revert AmountZero();
        uint32 stakeId = _stakeOfCaller();
        AccountWord account = _accounts[stakeId];
        uint64 free = account.free();
        if (amount > free) revert StakeLocked(free, amount);
        _accounts[stakeId] = account.withStake(account.stake() - amount);
        _active[account.role()] -= amount;
        Ownership storage ownership = _ownerships[stakeId];
        ownership.unbonding += amount;
        ownership.unbondingUntil = uint32(block.timestamp) + _unbondingTime;
        emit UnbondingStarted(stakeId, amount, ownership.unbondingUntil);
    }

    /// @inheritdoc IStaking
    function withdrawStake(address to) external nonReentrant {
        uint32 stakeId = _stakeOfCaller();
        Ownership storage ownership = _ownerships[stakeId];
        uint64 amount = ownership.unbonding;
        if (amount == 0) revert AmountZero();
        if (block.timestamp < ownership.unbondingUntil) revert StillUnbonding(block.timestamp, ownership.unbondingUntil);
        ownership.unbonding = 0;
        emit StakeWithdrawn(stakeId, to, amount);
        token.safeTransfer(to, amount * unit);
    }

    /// @inheritdoc IStaking
    function setNodeKey(address nodeKey, bytes calldata proof) external {
        uint32 stakeId = _stakeOfCaller();
        delete _stakeIds[_nodeKeys[stakeId]];
        _bindNodeKey(stakeId, nodeKey, proof);
        emit NodeKeyChanged(stakeId, nodeKey);
    }

    /// @inheritdoc IStaking
    function publishProfile(bytes32 digest, string calldata addresses) external {
        uint256 length = bytes(addresses).length;
        if (length > LONGEST_ADDRESSES) revert AddressesTooLong(length, LONGEST_ADDRESSES);
        emit ProfilePublished(msg.sender, digest, addresses);
    }

    /* VIEWS */

    /// @inheritdoc IStaking
    function nodeKeyMessage(address owner) public view returns (bytes32) {
        return keccak256(abi.encode("market node key", block.chainid, address(this), owner));
    }

    /// @inheritdoc IStaking
    function stakeOf(uint32 stakeId) external view returns (Stake memory) {
        AccountWord a = _accounts[stakeId];
        Ownership storage o = _ownerships[stakeId];
        return Stake({
            owner: o.owner,
            nodeKey: _nodeKeys[stakeId],
            role: a.role(),
            slashed: a.slashed(),
            activeFrom: a.activeFrom(),
            stake: a.stake(),
            locked: a.locked(),
            credit: a.credit(),
            unbonding: o.unbonding,
            unbondingUntil: o.unbondingUntil
        });
    }

    /// @inheritdoc IStaking
    function stakeIdOf(address nodeKey) external view returns (uint32) {
        return _stakeIds[nodeKey];
    }

    /// @inheritdoc IStaking
    function stakeIdOfOwner(address owner) external view returns (uint32) {
        return _ownedStakes[owner];
    }

    /// @inheritdoc IStaking
    function creditOf(address account) external view returns (uint64) {
        return _requesters[account].credit;
    }

    /// @inheritdoc IStaking
    function activeStake(Role role) external view returns (uint64) {
        return _active[role];
    }

    /// @inheritdoc IStaking
    function burnt() external view returns (uint64) {
        return _burnt;
    }

    /* STEPS */

    function _stakeOfCaller() private view returns (uint32 stakeId) {
        stakeId = _ownedStakes[msg.sender];
        if (stakeId == 0) revert NotOwner(msg.sender);
    }

    function _bindNodeKey(uint32 stakeId, address nodeKey, bytes calldata proof) private {
        if (_stakeIds[nodeKey] != 0) revert AlreadyRegistered(nodeKey, _stakeIds[nodeKey]);
        address signer = ECDSA.recover(MessageHashUtils.toEthSignedMessageHash(nodeKeyMessage(msg.sender)), proof);
        if (signer != nodeKey) revert NodeKeyNotProven(signer, nodeKey);
        _stakeIds[nodeKey] = stakeId;
        _nodeKeys[stakeId] = nodeKey;
    }

    /// @dev What a slashed stake had honestly earned stays its owner's when a new stake takes its place.
    function _moveCredit(uint32 from, address owner) private {
        if (from == 0) return;
        _requesters[owner].credit += _accounts[from].credit();
        _accounts[from] = _accounts[from].withCredit(0);
        delete _stakeIds[_nodeKeys[from]];
    }

    /// @dev Takes tokens from the caller. The entries are made before; a token that takes a fee, or calls back, changes nothing.
    function _pull(uint64 amount) private {
        if (amount == 0) revert AmountZero();
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), amount * unit);
        uint256 found = token.balanceOf(address(this)) - before;
        if (found != amount * unit) revert TransferInexact(found, amount * unit);
    }
}
