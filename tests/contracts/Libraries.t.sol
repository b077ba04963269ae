// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Cover} from "../../contracts/libraries/Cover.sol";
import {ResultTree} from "../../contracts/libraries/ResultTree.sol";
import {Sortition} from "../../contracts/libraries/Sortition.sol";
import {JobSpec} from "../../contracts/types/JobSpec.sol";

/// @notice Properties of the pure parts, over random values.
contract LibrariesTest {
    /// @dev Calldata for a library that takes it.
    function rootFrom(uint32 task, uint256 tasks, uint8 kind, bytes32 outputRoot, bytes32[] calldata path)
        external
        pure
        returns (bytes32)
    {
        return ResultTree.rootFrom(task, tasks, kind, outputRoot, path);
    }

    function testFuzz_rootFrom_everyLeafOfARandomTree_leadsToItsRoot(bytes32 seed, uint8 size, uint8 pick) external view {
        uint256 tasks = 1 + size % 33;
        uint256 index = pick % tasks;
        bytes32[] memory level = new bytes32[](tasks);
        for (uint256 i; i < tasks; ++i) level[i] = sha256(abi.encodePacked(bytes1(0x0a), uint32(i), uint8(i % 2), keccak256(abi.encode(seed, i))));
        bytes32[] memory path = new bytes32[](6);
        uint256 used;
        for (uint256 at = index; level.length > 1; at /= 2) {
            if (at ^ 1 < level.length) path[used++] = level[at ^ 1];
            bytes32[] memory next = new bytes32[]((level.length + 1) / 2);
            for (uint256 i; i < next.length; ++i) {
                next[i] = 2 * i + 1 < level.length ? sha256(abi.encodePacked(bytes1(0x01), level[2 * i], level[2 * i + 1])) : level[2 * i];
            }
            level = next;
        }
        bytes32[] memory exact = new bytes32[](used);
        for (uint256 i; i < used; ++i) exact[i] = path[i];
        bytes32 output = keccak256(abi.encode(seed, index));
        assert(this.rootFrom(uint32(index), tasks, uint8(index % 2), output, exact) == level[0]);
        assert(this.rootFrom(uint32(index), tasks, uint8((index + 1) % 2), output, exact) != level[0]);
        assert(this.rootFrom(uint32(index), tasks, uint8(index % 2), ~output, exact) != level[0]);
        bytes32[] memory longer = new bytes32[](used + 1);
        for (uint256 i; i < used; ++i) longer[i] = path[i];
        assert(this.rootFrom(uint32(index), tasks, uint8(index % 2), output, longer) == 0);
        if (used == 0) return;
        bytes32[] memory shorter = new bytes32[](used - 1);
        for (uint256 i; i < used - 1; ++i) shorter[i] = path[i];
        assert(this.rootFrom(uint32(index), tasks, uint8(index % 2), output, shorter) == 0);
    }

    function testFuzz_isEligible_onceEligible_staysSoWithMoreBlocksOrWeight(bytes32 seed, uint32 id, uint64 weight, uint64 rest, uint8 seats, uint8 blocks) external pure {
        uint64 active = weight / 2 + rest / 2;
        uint256 k = 1 + seats % 7;
        if (!Sortition.isEligible(seed, id, weight / 2, active, k, blocks)) return;
        assert(Sortition.isEligible(seed, id, weight / 2, active, k, uint256(blocks) + 1));
        assert(Sortition.isEligible(seed, id, weight / 2 + 1, active, k, blocks));
        assert(Sortition.isEligible(seed, id, weight / 2, active, k + 1, blocks));
    }

    function testFuzz_isEligible_noBlocksOrNoWeight_nobodyIs(bytes32 seed, uint32 id, uint64 weight, uint64 active) external pure {
        assert(!Sortition.isEligible(seed, id, weight, active, 7, 0));
        assert(!Sortition.isEligible(seed, id, 0, active, 7, 100));
    }

    function stakesOf(JobSpec calldata spec) external pure returns (uint64 lock, uint64 backing, uint64 verifierLock) {
        (lock, backing) = Cover.stakesOf(spec);
        assert(lock == Cover.lockOf(spec));
        verifierLock = Cover.verifierLockOf(spec, lock, backing);
    }

    function testFuzz_cover_theLockHoldsThePenalty_andTheBackingHoldsTheLock(JobSpec memory spec) external view {
        spec.replicas = 1 + spec.replicas % 7;
        spec.checkBps = 1 + spec.checkBps % 10_000;
        spec.auditBps = spec.auditBps % 10_001;
        spec.reward = 1 + spec.reward / 16;
        spec.tasks = 1 + spec.tasks % 65_536;
        (uint64 lock, uint64 backing, uint64 verifierLock) = this.stakesOf(spec);
        assert(lock >= 2 * spec.reward || lock == type(uint64).max);
        assert(backing >= lock);
        assert(backing >= 10 * spec.reward || backing == type(uint64).max);
        assert(verifierLock >= lock && (verifierLock >= backing / 5 || verifierLock == type(uint64).max));
        // More work checked, or more seats, never asks for more stake behind each.
        if (spec.checkBps < 10_000) {
            spec.checkBps += 1;
            (, uint64 less,) = this.stakesOf(spec);
            assert(less <= backing);
        }
    }
}
