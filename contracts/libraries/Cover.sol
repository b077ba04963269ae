// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {JobSpec} from "../types/JobSpec.sol";

/// @notice Which stake stands behind a seat, so that cheating loses against a third of all stake (docs/protocol.md, "Stake").
/// @dev All divisions round up: in doubt more stake. Numbers of 64, 32, 16 and 8 bits, times constants of 43, cannot overflow 256 bits.
library Cover {
    uint256 private constant BPS = 10_000;
    uint256 private constant SEEN = 3 * BPS * BPS * BPS;
    /// @dev 2.14, and the denominator of `_seen`.
    uint256 private constant FACTOR = 214 * SEEN / 100;

    /// @notice What one seat locks: no set of simultaneous cheats that the locks allow pays.
    function lockOf(JobSpec calldata spec) internal pure returns (uint64) {
        return _lock(spec.reward, spec.cover, spec.replicas);
    }

    /// @notice What one seat locks, and the whole stake that is lost by fraud: 2.14·max((cover + reward/N)/(k·y_1), (cover + reward)/(k·y_N)),
    /// for one false task and for all of them, and 10 rewards against mere laziness.
    function stakesOf(JobSpec calldata spec) internal pure returns (uint64 lock, uint64 backing) {
        (uint256 tasks, uint256 replicas, uint256 reward, uint256 cover, uint256 check, uint256 audit) = _read(spec);
        lock = _lock(reward, cover, replicas);
        unchecked {
            uint256 least = 10 * reward;
            if (lock > least) least = lock;
            uint256 needed = _up(FACTOR * (cover * tasks + reward), replicas * tasks * _seen(check, audit));
            if (needed > least) least = needed;
            check *= tasks;
            needed = _up(FACTOR * (cover + reward), replicas * _seen(check < BPS ? check : BPS, audit));
            if (needed > least) least = needed;
            backing = _fit(least);
        }
    }

    /// @notice What the verifier and every juror lock: as much as all seats together, so that bribing it is no cheaper than they are;
    /// and a fifth of the backing of all, or a sixth of it and the cover, so that it loses more by silence, or by a vote of the last
    /// committee, than that is worth.
    function verifierLockOf(JobSpec calldata spec) internal pure returns (uint64) {
        (uint64 lock, uint64 backing) = stakesOf(spec);
        return verifierLockOf(spec, lock, backing);
    }

    /// @param lock what one seat locks
    /// @param backing the stake demanded behind one seat
    function verifierLockOf(JobSpec calldata spec, uint256 lock, uint256 backing) internal pure returns (uint64) {
        (, uint256 replicas,, uint256 cover,,) = _read(spec);
        unchecked {
            backing *= replicas;
            uint256 least = lock * replicas;
            uint256 needed = _up(backing, 5);
            if (needed > least) least = needed;
            needed = _up(backing + cover, 6);
            return _fit(needed > least ? needed : least);
        }
    }

    /// @dev Straight from calldata, without looking for bits beyond a field's width: `post` takes no job that has any, and checking them in every
    /// call would cost some hundred gas.
    function _read(JobSpec calldata spec)
        private
        pure
        returns (uint256 tasks, uint256 replicas, uint256 reward, uint256 cover, uint256 check, uint256 audit)
    {
        assembly ("memory-safe") {
            tasks := calldataload(add(spec, 96))
            replicas := calldataload(add(spec, 128))
            reward := calldataload(add(spec, 160))
            cover := calldataload(add(spec, 224))
            check := calldataload(add(spec, 256))
            audit := calldataload(add(spec, 288))
        }
    }

    function _lock(uint256 reward, uint256 cover, uint256 replicas) private pure returns (uint64) {
        unchecked {
            uint256 byPenalty = 2 * reward;
            uint256 byCover = _up(2 * cover + byPenalty, replicas);
            return _fit(byCover > byPenalty ? byCover : byPenalty);
        }
    }

    /// @dev How likely false work is seen, in 1/SEEN, if a sample of the verifier shows it with chance h: y = h·(1 + a·(1 − 2h/3)), since
    /// an auditor may meet what the verifier has seen already.
    /// Internal for the symbolic checks.
    /// @param h in 1/10,000
    /// @param audit a, in 1/10,000
    function _seen(uint256 h, uint256 audit) internal pure returns (uint256) {
        unchecked {
            return h * (3 * BPS * BPS + audit * (3 * BPS - 2 * h));
        }
    }

    function _up(uint256 a, uint256 b) private pure returns (uint256) {
        unchecked {
            return (a + b - 1) / b;
        }
    }

    // More than all units there can be: nobody has such a stake, and nobody can claim.
    function _fit(uint256 amount) private pure returns (uint64) {
        return amount > type(uint64).max ? type(uint64).max : uint64(amount);
    }
}
