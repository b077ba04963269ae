// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Role} from "../types/Role.sol";
import {IStakingEvents} from "./IStakingEvents.sol";

/// @title The ledger: stakes of providers and verifiers, credits of everybody
/// @notice Amounts are uint64 in units of 1e-9 token. Tokens move only in deposits and withdrawals; all else are entries here.
/// At all times: token balance = (all stakes + all unbonding + all credits + all escrows + burnt) units.
interface IStaking is IStakingEvents {
    /// @notice A stake, as `stakeOf` shows it.
    struct Stake {
        /// Who owns it: moves it, and withdraws what it earns.
        address owner;
        /// Who acts for it: signs a node's transactions, and is its libp2p identity.
        address nodeKey;
        Role role;
        /// Whether fraud has cost it everything. It never acts again; its owner may register a new one.
        bool slashed;
        /// Since when its weight is what it is: it counts for jobs posted later. Set by registering, adding, and a penalty for lateness.
        uint32 activeFrom;
        /// What is bonded, in units.
        uint64 stake;
        /// What running jobs hold of it, in units.
        uint64 locked;
        /// What it earned and its owner has not withdrawn, in units.
        uint64 credit;
        /// What leaves, in units: can still be slashed, and is not drawn.
        uint64 unbonding;
        /// When what leaves can be withdrawn, in seconds since 1970.
        uint32 unbondingUntil;
    }

    /// @notice Pays tokens into the caller's credit.
    /// @param amount in units
    function deposit(uint64 amount) external;

    /// @notice As `deposit`, with an allowance signed by EIP-2612. A permit that somebody else has already sent is no failure.
    function depositWithPermit(uint64 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice Pays out all of the caller's credit, and what the caller's stake earned.
    /// @param to who gets the tokens
    function withdraw(address to) external;

    /// @notice Bonds a stake. The caller becomes its owner; one owner has one stake.
    /// @param nodeKey acts for the stake
    /// @param amount in units, at least the deployment's least stake
    /// @param proof the node key's signature of `nodeKeyMessage(caller)` (EIP-191), so that nobody takes another's key
    function registerStake(Role role, address nodeKey, uint64 amount, bytes calldata proof) external returns (uint32 stakeId);

    /// @notice Adds to the caller's stake. Its weight then counts only for jobs posted later.
    function addStake(uint64 amount) external;

    /// @notice Takes free stake out of the draws; it can be withdrawn after the unbonding time, and slashed until then.
    /// Unbonding again begins the time anew for all.
    function unbond(uint64 amount) external;

    /// @notice Pays out what has unbonded.
    function withdrawStake(address to) external;

    /// @notice Replaces the node key of the caller's stake. `proof` as in `registerStake`.
    function setNodeKey(address nodeKey, bytes calldata proof) external;

    /// @notice Publishes where to find the caller. Any account may: requesters serve their bundles.
    /// @param digest SHA-256 of the profile's body, which peers serve
    /// @param addresses libp2p multiaddrs separated by commas, at most 512 bytes
    function publishProfile(bytes32 digest, string calldata addresses) external;

    /// @notice The bytes that a node key signs to act for an owner's stake.
    function nodeKeyMessage(address owner) external view returns (bytes32);

    function stakeOf(uint32 stakeId) external view returns (Stake memory);

    /// @notice The stake that a node key acts for, or 0.
    function stakeIdOf(address nodeKey) external view returns (uint32);

    /// @notice The stake that an owner has, or 0.
    function stakeIdOfOwner(address owner) external view returns (uint32);

    /// @notice What an account may withdraw, apart from what its stake earned, in units.
    function creditOf(address account) external view returns (uint64);

    /// @notice All stake that is drawn for a role, in units.
    function activeStake(Role role) external view returns (uint64);

    /// @notice What is out of circulation for ever, in units.
    function burnt() external view returns (uint64);

    /// @notice How many of the token's smallest units one unit of the ledger is.
    function unit() external view returns (uint256);
}
