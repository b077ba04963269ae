// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {JobSpec} from "../types/JobSpec.sol";

/// @notice Which stake stands behind a seat, so that cheating loses against a third of all stake (docs/protocol.md, "Stake").
/// @dev All divisions round up: in doubt more stake.
library Cover {
    uint256 private constant BPS = 10_000;

    /// @notice What one seat locks: no set of simultaneous cheats that the locks allow pays.
    function lockOf(JobSpec calldata spec) internal pure returns (uint64) {
        return _fit(_lock(spec));
    }

    /// @notice What one seat locks, and the whole stake that is lost by fraud: 2.14·cover/(k·share re-executed late), and 10 rewards
    /// against mere laziness.
    function stakesOf(JobSpec calldata spec) internal pure returns (uint64 lock, uint64 backing) {
        lock = lockOf(spec);
        // Numbers of 64 bits and less, times constants, cannot overflow 256 bits.
        unchecked {
            // checkBps·(10,000 + auditBps) is the share re-executed, in 1e-8.
            uint256 share = uint256(spec.checkBps) * (BPS + spec.auditBps);
            uint256 byCover = _up(214 * uint256(spec.cover) * BPS * BPS, 100 * uint256(spec.replicas) * share);
            backing = _fit(_larger(byCover, _larger(10 * uint256(spec.reward), lock)));
        }
    }

    /// @notice What the verifier locks: as much as all seats together, so that bribing it is no cheaper than they are.
    /// @param lock what one seat locks
    function verifierLockOf(JobSpec calldata spec, uint64 lock) internal pure returns (uint64) {
        unchecked {
            return _fit(uint256(lock) * spec.replicas);
        }
    }

    function _lock(JobSpec calldata spec) private pure returns (uint256) {
        unchecked {
            uint256 byPenalty = 2 * uint256(spec.reward);
            return _larger(_up(2 * uint256(spec.cover) + byPenalty, spec.replicas), byPenalty);
        }
    }

    function _up(uint256 a, uint256 b) private pure returns (uint256) {
        unchecked {
            return (a + b - 1) / b;
        }
    }

    function _larger(uint256 a, uint256 b) private pure returns (uint256) {
        return a > b ? a : b;
    }

    // More than all units there can be: nobody has such a stake, and nobody can claim.
    function _fit(uint256 amount) private pure returns (uint64) {
        return amount > type(uint64).max ? type(uint64).max : uint64(amount);
    }
}
