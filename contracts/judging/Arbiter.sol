// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CopyJudge} from "./CopyJudge.sol";
import {Evidence, Links, Origin} from "./Evidence.sol";
import {ExactJudge} from "./ExactJudge.sol";
import {Finding} from "./Finding.sol";
import {Head, Heads, InputDigests} from "./Head.sol";
import {Model, ModelProof} from "./ModelProof.sol";
import {Node, NodeDescriptor} from "./NodeDescriptor.sol";
import {Case, NodeJudge} from "./NodeJudge.sol";
import {ReplicaJudge} from "./ReplicaJudge.sol";
import {SumJudge} from "./SumJudge.sol";
import {Opening} from "./TensorProof.sol";
import {Distance} from "./Tolerance.sol";
import {TraceProof} from "./TraceProof.sol";

/// @notice What a provider is accused of: the execution of one task that it claims.
struct Claim {
    /// what the job's spec names
    bytes32 bundle;
    uint32 task;
    uint32 tasks;
    /// the digest of the task's outputs, which its result root binds
    bytes32 outputs;
    /// the root of the trace that it answered with
    bytes32 trace;
}

/// @notice That one operator of the claimed trace is wrong.
struct OperatorProof {
    bytes head;
    Links links;
    /// the operator's descriptor
    bytes node;
    /// the task's inputs; empty where the operator takes none of them
    InputDigests task;
    /// which judge: 0 copies, 1 exact operators, 2 sums
    uint8 judge;
    /// the opening of the operator's first output, and those of its inputs
    Opening output;
    Opening[] inputs;
    /// the element
    uint256 index;
}

/// @notice That an output which the result binds is not the one that the claimed trace ends in.
struct OutputProof {
    bytes head;
    /// the preimage of the model's root
    bytes model;
    /// the output among the model's: number, source, name, path
    uint32 number;
    bytes8 source;
    bytes name;
    bytes32[] modelPath;
    /// where its value comes from
    Origin origin;
    InputDigests task;
    /// the output among the result's: its place, how many there are, its tensor, path
    uint32 place;
    uint32 count;
    bytes32 committed;
    bytes32[] resultPath;
    /// the openings of what was committed to, and of what the trace has
    Opening first;
    Opening second;
    uint256 index;
}

/// @notice Judges what a provider claims about one task (docs/judging.md, "The arbiter"): keeps nothing, owns nothing, trusts nobody.
/// @dev Refusals (custom errors) are the accuser's failures. Every function takes the claim first: the market checks those words and
/// nothing else of a call.
contract Arbiter {
    bytes32 private constant CONSTANT = keccak256("Constant");

    NodeJudge private immutable _copies;
    NodeJudge private immutable _exact;
    NodeJudge private immutable _sums;
    ReplicaJudge private immutable _replicas;

    /// @notice A number of a judge that there is not.
    error JudgeUnknown(uint8 found);

    constructor(CopyJudge copies, ExactJudge exact, SumJudge sums, ReplicaJudge replicas) {
        (_copies, _exact, _sums, _replicas) = (copies, exact, sums, replicas);
    }

    /// @notice Judges one element of an operator's output in the claimed trace. An output that the trace leaves out is wrong too.
    function judgeOperator(Claim calldata claim, OperatorProof calldata proof) external view returns (Finding) {
        Head memory head = Heads.read(proof.head, claim.bundle);
        (bytes32 output, bytes32[] memory inputs) =
            Evidence.find(proof.links, proof.node, head.model, claim.trace, _inputs(head, claim, proof.task));
        if (_isLeftOut(proof.node, proof.links.outputs)) return Finding.Wrong;
        return _judgeOf(proof.judge).judge(Case(proof.node, output, inputs), proof.output, proof.inputs, proof.index);
    }

    /// @notice Compares one element of a committed output with the claimed trace's, by the bundle's tolerance. Honest providers may
    /// have computed both with other settings, so that only floating point can be held against them.
    function judgeOutput(Claim calldata claim, OutputProof calldata proof) external view returns (Finding) {
        Head memory head = Heads.read(proof.head, claim.bundle);
        bytes32 committed = TraceProof.outputsRoot(proof.place, proof.count, proof.name, proof.committed, proof.resultPath);
        if (committed != claim.outputs) revert ModelProof.PartMismatch(committed, claim.outputs);
        bytes32 shown = _shown(head, claim, proof);
        Distance distance =
            _replicas.compareFloats(proof.committed, proof.first, shown, proof.second, proof.index, head.scaledMaximum, head.absoluteFloor);
        return distance == Distance.Within ? Finding.Right : distance == Distance.Unlike ? Finding.Indeterminate : Finding.Wrong;
    }

    function _shown(Head memory head, Claim calldata claim, OutputProof calldata proof) private pure returns (bytes32) {
        Model memory model = ModelProof.read(proof.model, head.model);
        ModelProof.checkOutput(model, proof.number, proof.source, proof.name, proof.modelPath);
        return Evidence.resolve(NodeDescriptor.source(proof.source), proof.origin, model, claim.trace, _inputs(head, claim, proof.task));
    }

    function _inputs(Head memory head, Claim calldata claim, InputDigests calldata task) private pure returns (bytes32[] memory) {
        if (task.digests.length != 0) Heads.checkInputs(head, claim.task, claim.tasks, task);
        return task.digests;
    }

    /// @dev Only what the node leaves out, and a Constant's value, is absent from an honest trace.
    function _isLeftOut(bytes calldata descriptor, bytes32[] calldata outputs) private pure returns (bool) {
        Node memory node = NodeDescriptor.read(descriptor);
        if (outputs.length != node.outputs) return true;
        if (node.operatorHash == CONSTANT) return false;
        for (uint256 i; i < outputs.length; ++i) {
            if (outputs[i] == 0 && NodeDescriptor.gives(descriptor, node, i)) return true;
        }
        return false;
    }

    function _judgeOf(uint8 number) private view returns (NodeJudge) {
        if (number > 2) revert JudgeUnknown(number);
        return number == 0 ? _copies : number == 1 ? _exact : _sums;
    }
}
