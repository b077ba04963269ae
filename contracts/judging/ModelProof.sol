// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Merkle} from "./Merkle.sol";

/// @notice What a model's root says about the whole graph.
struct Model {
    uint32 nodes;
    uint32 initializers;
    uint32 inputs;
    uint32 outputs;
    bytes32 tree;
}

/// @notice Opens parts of a model against its root (docs/judging.md, "Model"):
/// root = H(12 ‖ u32 nodes ‖ u32 initializers ‖ u32 inputs ‖ u32 outputs ‖ tree), the tree's leaves in that order.
library ModelProof {
    uint256 private constant HEADER = 49;

    /// @notice A header that is not the model's.
    error ModelMismatch(bytes32 found, bytes32 expected);
    /// @notice A part that is not in the model's tree.
    error PartMismatch(bytes32 found, bytes32 expected);
    /// @notice A part's number beyond how many there are.
    error PartBeyond(uint256 found, uint256 count);

    /// @notice Reads the preimage of a model's root.
    function read(bytes calldata header, bytes32 root) internal pure returns (Model memory) {
        bytes32 found = sha256(header);
        if (found != root || header.length != HEADER || header[0] != 0x12) revert ModelMismatch(found, root);
        return Model(
            uint32(bytes4(header[1:])), uint32(bytes4(header[5:])), uint32(bytes4(header[9:])), uint32(bytes4(header[13:])), bytes32(header[17:])
        );
    }

    /// @notice Checks a node's descriptor: leaf = H(descriptor).
    function checkNode(Model memory model, bytes calldata descriptor, bytes32[] calldata path) internal pure {
        uint32 index = uint32(bytes4(descriptor[1:5]));
        if (index >= model.nodes) revert PartBeyond(index, model.nodes);
        _check(model, sha256(descriptor), index, path);
    }

    /// @notice Checks an initializer's digest: leaf = H(11 ‖ u32 index ‖ tensor).
    function checkInitializer(Model memory model, uint32 index, bytes32 tensor, bytes32[] calldata path) internal pure {
        if (index >= model.initializers) revert PartBeyond(index, model.initializers);
        _check(model, sha256(abi.encodePacked(bytes1(0x11), index, tensor)), uint256(model.nodes) + index, path);
    }

    /// @notice Checks the name of an input of the graph: leaf = H(14 ‖ u32 index ‖ u32 length ‖ name).
    function checkInput(Model memory model, uint32 index, bytes calldata name, bytes32[] calldata path) internal pure {
        if (index >= model.inputs) revert PartBeyond(index, model.inputs);
        bytes32 leaf = sha256(abi.encodePacked(bytes1(0x14), index, uint32(name.length), name));
        _check(model, leaf, uint256(model.nodes) + model.initializers + index, path);
    }

    /// @notice Checks an output of the graph: leaf = H(13 ‖ u32 index ‖ source(8) ‖ u32 length ‖ name).
    /// @param source where it comes from, as in a descriptor
    function checkOutput(Model memory model, uint32 index, bytes8 source, bytes calldata name, bytes32[] calldata path) internal pure {
        if (index >= model.outputs) revert PartBeyond(index, model.outputs);
        bytes32 leaf = sha256(abi.encodePacked(bytes1(0x13), index, source, uint32(name.length), name));
        _check(model, leaf, uint256(model.nodes) + model.initializers + model.inputs + index, path);
    }

    function _check(Model memory model, bytes32 leaf, uint256 place, bytes32[] calldata path) private pure {
        uint256 width = uint256(model.nodes) + model.initializers + model.inputs + model.outputs;
        bytes32 found = Merkle.rootOf(leaf, place, width, path);
        if (found != model.tree) revert PartMismatch(found, model.tree);
    }
}
