// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ResultTree} from "../../contracts/libraries/ResultTree.sol";
import {TensorDigest} from "./TensorDigest.sol";

interface Files {
    function readFile(string calldata path) external view returns (string memory);
    function keyExistsJson(string calldata json, string calldata key) external view returns (bool);
    function parseJsonUint(string calldata json, string calldata key) external pure returns (uint256);
    function parseJsonUintArray(string calldata json, string calldata key) external pure returns (uint256[] memory);
    function parseJsonString(string calldata json, string calldata key) external pure returns (string memory);
    function parseBytes(string calldata text) external pure returns (bytes memory);
    function toString(uint256 value) external pure returns (string memory);
}

/// @notice Every published vector of docs/results.md, read from the same file as C# and JavaScript read, comes out the same.
contract ResultVectorsTest {
    Files private constant files = Files(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    string private constant VECTORS = "tests/vectors/results/vectors.json";

    function test_tensors_haveThePublishedDigests() external view {
        string memory json = files.readFile(VECTORS);
        uint256 i;
        for (; files.keyExistsJson(json, _at(".tensors", i)); ++i) {
            string memory key = _at(".tensors", i);
            uint8 dtype = uint8(files.parseJsonUint(json, string.concat(key, ".type")));
            uint256[] memory dims = files.parseJsonUintArray(json, string.concat(key, ".dims"));
            bytes32 found = TensorDigest.ofTensor(dtype, dims, _bytes(json, string.concat(key, ".data")));
            require(found == _digest(json, string.concat(key, ".digest")), string.concat("another digest: ", key));
        }
        assert(i >= 30);
    }

    function test_outputs_haveThePublishedRoot() external view {
        string memory json = files.readFile(VECTORS);
        bytes32[] memory leaves = new bytes32[](2);
        for (uint256 i; i < 2; ++i) {
            bytes memory name = bytes(files.parseJsonString(json, _at(".outputs.names", i)));
            leaves[i] = sha256(abi.encodePacked(bytes1(0x06), uint32(name.length), name, _digest(json, _at(".outputs.tensors", i))));
        }
        assert(!files.keyExistsJson(json, ".outputs.names[2]"));
        assert(TensorDigest.merkle(leaves) == _digest(json, ".outputs.root"));
    }

    function test_errors_haveThePublishedDigests() external view {
        string memory json = files.readFile(VECTORS);
        uint256 i;
        for (; files.keyExistsJson(json, _at(".errors", i)); ++i) {
            uint256 code = files.parseJsonUint(json, string.concat(_at(".errors", i), ".code"));
            assert(sha256(abi.encodePacked(bytes1(0x0b), uint32(code))) == _digest(json, string.concat(_at(".errors", i), ".root")));
        }
        assert(i == 3);
    }

    function test_trees_everyPublishedPath_leadsToItsRoot_inTheContractsOwnLibrary() external view {
        string memory json = files.readFile(VECTORS);
        uint256 i;
        for (; files.keyExistsJson(json, _at(".trees", i)); ++i) _checkTree(json, _at(".trees", i));
        assert(i >= 3);
    }

    function rootFrom(uint32 task, uint256 tasks, uint8 kind, bytes32 outputRoot, bytes32[] calldata path) external pure returns (bytes32) {
        return ResultTree.rootFrom(task, tasks, kind, outputRoot, path);
    }

    function _checkTree(string memory json, string memory tree) private view {
        uint256 tasks = _count(json, string.concat(tree, ".tasks"));
        bytes32[] memory leaves = new bytes32[](tasks);
        bytes32 root = _digest(json, string.concat(tree, ".root"));
        for (uint256 i; i < tasks; ++i) {
            string memory task = _at(string.concat(tree, ".tasks"), i);
            uint8 kind = uint8(files.parseJsonUint(json, string.concat(task, ".kind")));
            bytes32 outputs = _digest(json, string.concat(task, ".root"));
            bytes32[] memory path = new bytes32[](_count(json, string.concat(task, ".path")));
            for (uint256 j; j < path.length; ++j) path[j] = _digest(json, _at(string.concat(task, ".path"), j));
            assert(this.rootFrom(uint32(i), tasks, kind, outputs, path) == root);
            leaves[i] = sha256(abi.encodePacked(bytes1(0x0a), uint32(i), kind, outputs));
        }
        assert(TensorDigest.merkle(leaves) == root);
    }

    function _count(string memory json, string memory key) private view returns (uint256 count) {
        while (files.keyExistsJson(json, _at(key, count))) ++count;
    }

    function _at(string memory key, uint256 i) private pure returns (string memory) {
        return string.concat(key, "[", files.toString(i), "]");
    }

    function _bytes(string memory json, string memory key) private pure returns (bytes memory) {
        return files.parseBytes(string.concat("0x", files.parseJsonString(json, key)));
    }

    function _digest(string memory json, string memory key) private pure returns (bytes32) {
        return bytes32(_bytes(json, key));
    }
}
