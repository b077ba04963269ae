// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Model, ModelProof} from "./ModelProof.sol";
import {Node, NodeDescriptor, Source} from "./NodeDescriptor.sol";
import {TraceProof} from "./TraceProof.sol";

/// @notice Leads from one input of a node to what was committed to.
struct Origin {
    /// of a node: the digests of all its outputs, as its leaf in the trace has them; of an initializer: its digest
    bytes32[] digests;
    /// up to the trace root, or to the model's tree
    bytes32[] path;
}

/// @notice Leads from one node to a model's root and to a trace root.
struct Links {
    /// the preimage of the model's root
    bytes model;
    bytes32[] nodePath;
    /// the digests of the node's own outputs
    bytes32[] outputs;
    bytes32[] tracePath;
    /// one per input of the node
    Origin[] origins;
}

/// @notice Finds the digests that a judgement of one node needs, from what was committed to (docs/judging.md, "From roots to digests").
library Evidence {
    uint8 private constant NODE = 1;
    uint8 private constant INITIALIZER = 2;
    uint8 private constant INPUT = 3;

    /// @notice A path that leads to another trace root.
    error TraceMismatch(bytes32 found, bytes32 expected);
    /// @notice More or fewer origins than the node has inputs.
    error OriginCount(uint256 found, uint256 expected);
    /// @notice A node, input or output beyond how many there are.
    error NumberBeyond(uint256 found, uint256 count);
    /// @notice An input that comes from an outer graph: nodes inside If, Loop and Scan have no place in the trace.
    error SourceUnsupported(uint8 kind, uint8 up);

    /// @notice Checks the links and returns the digests of the node's first output and of its inputs.
    /// @param links what leads there
    /// @param descriptor the node's
    /// @param modelRoot the registered model
    /// @param traceRoot the accused execution
    /// @param taskInputs the digests of the task's inputs, in the model's order
    function find(Links calldata links, bytes calldata descriptor, bytes32 modelRoot, bytes32 traceRoot, bytes32[] memory taskInputs)
        internal
        pure
        returns (bytes32 output, bytes32[] memory inputs)
    {
        Model memory model = ModelProof.read(links.model, modelRoot);
        ModelProof.checkNode(model, descriptor, links.nodePath);
        Node memory node = NodeDescriptor.read(descriptor);
        if (links.origins.length != node.inputs.length) revert OriginCount(links.origins.length, node.inputs.length);
        output = _output(node.index, 0, model, links.outputs, links.tracePath, traceRoot);
        inputs = new bytes32[](node.inputs.length);
        for (uint256 i; i < inputs.length; ++i) inputs[i] = resolve(node.inputs[i], links.origins[i], model, traceRoot, taskInputs);
    }

    /// @notice The digest of one value of the graph: of a node, an initializer or an input; zero for one that is absent.
    function resolve(Source memory source, Origin calldata origin, Model memory model, bytes32 traceRoot, bytes32[] memory taskInputs)
        internal
        pure
        returns (bytes32)
    {
        if (source.up != 0) revert SourceUnsupported(source.kind, source.up);
        if (source.kind == NODE) return _output(source.number, source.output, model, origin.digests, origin.path, traceRoot);
        if (source.kind == INITIALIZER) {
            if (origin.digests.length != 1) revert NumberBeyond(0, origin.digests.length);
            ModelProof.checkInitializer(model, source.number, origin.digests[0], origin.path);
            return origin.digests[0];
        }
        if (source.kind != INPUT) return 0;
        if (source.number >= taskInputs.length) revert NumberBeyond(source.number, taskInputs.length);
        return taskInputs[source.number];
    }

    function _output(uint32 node, uint256 output, Model memory model, bytes32[] calldata digests, bytes32[] calldata path, bytes32 traceRoot)
        private
        pure
        returns (bytes32)
    {
        bytes32 found = TraceProof.traceRoot(node, model.nodes, digests, path);
        if (found != traceRoot) revert TraceMismatch(found, traceRoot);
        if (output >= digests.length) revert NumberBeyond(output, digests.length);
        return digests[output];
    }
}
