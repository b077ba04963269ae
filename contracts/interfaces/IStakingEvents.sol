// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Role} from "../types/Role.sol";

/// @title What the ledger tells, and why it refuses
interface IStakingEvents {
    event Deposited(address indexed account, uint64 amount);
    event Withdrawn(address indexed account, address indexed to, uint64 amount);
    event StakeRegistered(uint32 indexed stakeId, address indexed owner, address indexed nodeKey, Role role, uint64 amount);
    event StakeAdded(uint32 indexed stakeId, uint64 amount);
    event NodeKeyChanged(uint32 indexed stakeId, address indexed nodeKey);
    event UnbondingStarted(uint32 indexed stakeId, uint64 amount, uint32 until);
    event StakeWithdrawn(uint32 indexed stakeId, address indexed to, uint64 amount);
    /// @notice Fraud cost a whole backing: `toProver` went to whoever proved it, the rest is burnt.
    event StakeSlashed(uint32 indexed stakeId, bytes32 indexed jobId, uint64 amount, uint32 prover, uint64 toProver);
    /// @notice A dispute took a whole backing, to pay from.
    event StakeSeized(uint32 indexed stakeId, bytes32 indexed jobId, uint64 amount);
    /// @notice A dispute's end for a stake: what it held is released, of which `taken` is lost, and `paid` is earned.
    event StakeSettled(uint32 indexed stakeId, bytes32 indexed jobId, uint64 released, uint64 taken, uint64 paid);
    /// @notice A bond: of somebody without a stake (0) from credit, of a node from what its stake earned, and then from its free stake.
    event BondTaken(bytes32 indexed jobId, address indexed payer, uint32 stakeId, uint64 fromCredit, uint64 fromStake);
    /// @notice A dispute paid an account, or the stake it acts for.
    event CreditGiven(bytes32 indexed jobId, address indexed account, uint32 stakeId, uint64 amount);
    /// @notice Where peers find this account: the digest of its profile, and libp2p addresses separated by commas.
    event ProfilePublished(address indexed account, bytes32 digest, string addresses);

    error TokenDecimalsTooFew(uint8 found, uint8 expected);
    error AmountZero();
    error TransferInexact(uint256 found, uint256 expected);
    error AlreadyRegistered(address key, uint32 stakeId);
    error RoleUnknown();
    error NodeKeyNotProven(address found, address expected);
    error NotOwner(address found);
    error NotNode(address found, Role expected);
    error StakeTooSmall(uint64 found, uint64 expected);
    error StakeLocked(uint64 free, uint64 asked);
    error BondTooLarge(uint64 credit, uint64 free, uint256 asked);
    error StakeIsSlashed(uint32 stakeId);
    error StillUnbonding(uint256 found, uint32 expected);
    error AddressesTooLong(uint256 found, uint256 expected);
}
