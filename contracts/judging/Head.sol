// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Merkle} from "./Merkle.sol";

/// @notice What the digest that a job names says of the job, as far as a contract needs it.
struct Head {
    /// SHA-256 of the bundle's manifest
    bytes32 manifest;
    /// the model's root
    bytes32 model;
    /// the root over the digests of all tasks' inputs
    bytes32 inputs;
    /// the bundle's tolerances in 10⁻⁹
    uint32 relativeL2;
    uint32 scaledMaximum;
    uint32 absoluteFloor;
}

/// @notice The inputs of one task.
struct InputDigests {
    /// the digests of its inputs, in the model's order
    bytes32[] digests;
    bytes32[] path;
}

/// @notice Reads what a job's digest names (docs/content.md, "Head"): 15 ‖ 01 ‖ manifest ‖ model root ‖ inputs root ‖ u32 relative L2 ‖
/// u32 scaled maximum ‖ u32 absolute floor.
library Heads {
    uint256 private constant LENGTH = 110;

    /// @notice Bytes that are not the job's head.
    error HeadMismatch(bytes32 found, bytes32 expected);
    /// @notice A head without a model's root: no contract judges this job.
    error HeadWithoutModel(bytes32 bundle);
    /// @notice Inputs that are not the task's.
    error InputsMismatch(bytes32 found, bytes32 expected);

    /// @notice Refuses what is not the head of a job that names a model.
    /// @param bundle what the job's spec names
    function check(bytes calldata head, bytes32 bundle) internal pure {
        bytes32 found = sha256(head);
        if (found != bundle || head.length != LENGTH || bytes2(head) != 0x1501) revert HeadMismatch(found, bundle);
        if (bytes32(head[34:]) == 0) revert HeadWithoutModel(bundle);
    }

    /// @notice Reads a head that names a model.
    /// @param bundle what the job's spec names
    function read(bytes calldata head, bytes32 bundle) internal pure returns (Head memory) {
        check(head, bundle);
        return Head(
            bytes32(head[2:]), bytes32(head[34:]), bytes32(head[66:]), uint32(bytes4(head[98:])), uint32(bytes4(head[102:])), uint32(bytes4(head[106:]))
        );
    }

    /// @notice Checks the inputs of a task: leaf = H(16 ‖ u32 task ‖ u16 count ‖ digests).
    function checkInputs(Head memory head, uint32 task, uint256 tasks, InputDigests calldata inputs) internal pure {
        bytes32 leaf = sha256(abi.encodePacked(bytes1(0x16), task, uint16(inputs.digests.length), inputs.digests));
        bytes32 found = Merkle.rootOf(leaf, task, tasks, inputs.path);
        if (found != head.inputs) revert InputsMismatch(found, head.inputs);
    }
}
