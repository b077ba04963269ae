// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Role} from "./Role.sol";

/// @notice What every act of a node reads and writes of its stake, in the one word that is stored: slashed 8 | role 8 |
/// activeFrom 32 | credit 64 | locked 64 | stake 64. `IStaking.Stake` says what they mean.
type AccountWord is uint256;

using AccountWords for AccountWord global;

library AccountWords {
    uint256 private constant LOCKED = 64;
    uint256 private constant CREDIT = 128;
    uint256 private constant ACTIVE_FROM = 192;
    uint256 private constant ROLE = 224;
    uint256 private constant SLASHED = 232;

    /* READ */

    function stake(AccountWord account) internal pure returns (uint64) { return uint64(AccountWord.unwrap(account)); }
    function locked(AccountWord account) internal pure returns (uint64) { return uint64(AccountWord.unwrap(account) >> LOCKED); }
    function credit(AccountWord account) internal pure returns (uint64) { return uint64(AccountWord.unwrap(account) >> CREDIT); }
    function activeFrom(AccountWord account) internal pure returns (uint32) { return uint32(AccountWord.unwrap(account) >> ACTIVE_FROM); }
    function role(AccountWord account) internal pure returns (Role) { return Role(uint8(AccountWord.unwrap(account) >> ROLE)); }
    function slashed(AccountWord account) internal pure returns (bool) { return AccountWord.unwrap(account) >> SLASHED != 0; }

    /// @notice What no job holds.
    function free(AccountWord account) internal pure returns (uint64) {
        // No more is ever locked than there is.
        unchecked { return stake(account) - locked(account); }
    }

    /* CHANGE */

    function opened(uint64 stake_, uint32 activeFrom_, Role role_) internal pure returns (AccountWord) {
        return AccountWord.wrap(uint256(uint8(role_)) << ROLE | uint256(activeFrom_) << ACTIVE_FROM | stake_);
    }

    function withStake(AccountWord account, uint64 value) internal pure returns (AccountWord) { return _set(account, 0, type(uint64).max, value); }
    function withLocked(AccountWord account, uint64 value) internal pure returns (AccountWord) { return _set(account, LOCKED, type(uint64).max, value); }
    function withCredit(AccountWord account, uint64 value) internal pure returns (AccountWord) { return _set(account, CREDIT, type(uint64).max, value); }
    function withActiveFrom(AccountWord account, uint32 value) internal pure returns (AccountWord) { return _set(account, ACTIVE_FROM, type(uint32).max, value); }

    /// @notice The account without stake: what it earned and its role stay.
    function taken(AccountWord account) internal pure returns (AccountWord) {
        return AccountWord.wrap(AccountWord.unwrap(withLocked(withStake(account, 0), 0)) | 1 << SLASHED);
    }

    function _set(AccountWord account, uint256 shift, uint256 mask, uint256 value) private pure returns (AccountWord) {
        return AccountWord.wrap(AccountWord.unwrap(account) & ~(mask << shift) | value << shift);
    }
}
