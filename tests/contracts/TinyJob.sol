// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Arbiter, Claim, OperatorProof, OutputProof} from "../../contracts/judging/Arbiter.sol";
import {Links, Origin} from "../../contracts/judging/Evidence.sol";
import {InputDigests} from "../../contracts/judging/Head.sol";
import {Opening, Run} from "../../contracts/judging/TensorProof.sol";
import {Deployed} from "./Deployed.sol";

/// @notice A job small enough to be told in full: eight tasks of y = Relu(x), one float each, x = 2 in all of them. What providers
/// claim is which y they give; what a trace ends in is y too, or another value.
library TinyJob {
    uint32 internal constant X = 0x40000000;
    uint32 internal constant RIGHT = 0x40000000;
    uint32 internal constant WRONG = 0x40400000;
    uint32 internal constant TASKS = 8;
    bytes private constant NODE = hex"1000000000000452656c750000000000000011000100030000000000000001010000";
    bytes8 private constant OF_NODE = 0x0001000000000000;

    function arbiter() internal returns (address) {
        return Deployed.create("Arbiter.sol:Arbiter", abi.encode(_judge("Copy"), _judge("Exact"), _judge("Sum"), _judge("Replica")));
    }

    function _judge(string memory what) private returns (address) {
        return Deployed.create(string.concat(what, "Judge.sol:", what, "Judge"), "");
    }

    /* WHAT THE JOB IS */

    function head() internal pure returns (bytes memory) {
        return headOf(sha256(model()));
    }

    function headOf(bytes32 root) internal pure returns (bytes memory) {
        return abi.encodePacked(hex"1501", keccak256("manifest"), root, _inputsOver(0, TASKS), uint32(100_000), uint32(500_000), uint32(1_000));
    }

    function bundle() internal pure returns (bytes32) {
        return sha256(head());
    }

    function model() internal pure returns (bytes memory) {
        bytes32 tree = inner(inner(sha256(NODE), _inputLeaf()), sha256(abi.encodePacked(hex"1300000000", OF_NODE, hex"0000000179")));
        return abi.encodePacked(hex"1200000001000000000000000100000001", tree);
    }

    /* WHAT A PROVIDER CLAIMS */

    function outputs(uint32 y) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(hex"060000000179", digest(y)));
    }

    function result(uint32 y) internal pure returns (bytes32) {
        return _resultOver(0, TASKS, y);
    }

    function resultPath(uint32 task, uint32 y) internal pure returns (bytes32[] memory path) {
        path = new bytes32[](3);
        for (uint32 level; level < 3; ++level) path[level] = _resultOver((task >> level ^ 1) << level, uint32(1) << level, y);
    }

    function trace(uint32 y) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(hex"07000000000001", digest(y)));
    }

    function claim(uint32 task, uint32 y, uint32 shown) internal pure returns (Claim memory) {
        return Claim(bundle(), task, TASKS, outputs(y), trace(shown));
    }

    /* HOW IT IS PROVEN WRONG */

    function operatorProof(uint32 task, uint32 shown) internal pure returns (OperatorProof memory proof) {
        proof.head = head();
        proof.node = NODE;
        proof.links.model = model();
        proof.links.nodePath = _pair(_inputLeaf(), sha256(abi.encodePacked(hex"1300000000", OF_NODE, hex"0000000179")));
        proof.links.outputs = _one(digest(shown));
        proof.links.origins = new Origin[](1);
        proof.task = InputDigests(_one(digest(X)), inputsPath(task));
        proof.judge = 1;
        proof.output = opening(shown);
        proof.inputs = new Opening[](1);
        proof.inputs[0] = opening(X);
    }

    function outputProof(uint32 y, uint32 shown) internal pure returns (OutputProof memory proof) {
        proof.head = head();
        proof.model = model();
        (proof.source, proof.name) = (OF_NODE, "y");
        proof.modelPath = _one(inner(sha256(NODE), _inputLeaf()));
        proof.origin.digests = _one(digest(shown));
        (proof.count, proof.committed) = (1, digest(y));
        (proof.first, proof.second) = (opening(y), opening(shown));
    }

    function inputsPath(uint32 task) internal pure returns (bytes32[] memory path) {
        path = new bytes32[](3);
        for (uint32 level; level < 3; ++level) path[level] = _inputsOver((task >> level ^ 1) << level, uint32(1) << level);
    }

    function operatorCall(uint32 task, uint32 y, uint32 shown) internal pure returns (bytes memory) {
        return abi.encodeCall(Arbiter.judgeOperator, (claim(task, y, shown), operatorProof(task, shown)));
    }

    function outputCall(uint32 task, uint32 y, uint32 shown) internal pure returns (bytes memory) {
        return abi.encodeCall(Arbiter.judgeOutput, (claim(task, y, shown), outputProof(y, shown)));
    }

    /* TENSORS OF ONE FLOAT */

    function header(uint32 value) internal pure returns (bytes memory) {
        bytes32 root = sha256(abi.encodePacked(hex"00", uint64(0), uint32(4), _payload(value)));
        return abi.encodePacked(hex"020101", uint64(1), uint64(4), value & 0x7fffffff, root);
    }

    function digest(uint32 value) internal pure returns (bytes32) {
        return sha256(header(value));
    }

    function opening(uint32 value) internal pure returns (Opening memory) {
        Run[] memory runs = new Run[](1);
        runs[0].data = _payload(value);
        return Opening(header(value), runs);
    }

    function _payload(uint32 v) private pure returns (bytes memory) {
        return abi.encodePacked(uint8(v), uint8(v >> 8), uint8(v >> 16), uint8(v >> 24));
    }

    /* TREES */

    function inner(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(hex"01", left, right));
    }

    function _inputLeaf() private pure returns (bytes32) {
        return sha256(hex"14000000000000000178");
    }

    function _inputsOver(uint32 first, uint32 size) private pure returns (bytes32) {
        if (size == 1) return sha256(abi.encodePacked(hex"16", first, uint16(1), digest(X)));
        return inner(_inputsOver(first, size / 2), _inputsOver(first + size / 2, size / 2));
    }

    function _resultOver(uint32 first, uint32 size, uint32 y) private pure returns (bytes32) {
        if (size == 1) return sha256(abi.encodePacked(hex"0a", first, uint8(0), outputs(y)));
        return inner(_resultOver(first, size / 2, y), _resultOver(first + size / 2, size / 2, y));
    }

    function _one(bytes32 a) private pure returns (bytes32[] memory list) {
        list = new bytes32[](1);
        list[0] = a;
    }

    function _pair(bytes32 a, bytes32 b) private pure returns (bytes32[] memory list) {
        list = new bytes32[](2);
        (list[0], list[1]) = (a, b);
    }
}
