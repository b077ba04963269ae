// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CopyJudge} from "../../../contracts/judging/CopyJudge.sol";
import {Evidence, Links} from "../../../contracts/judging/Evidence.sol";
import {ExactJudge} from "../../../contracts/judging/ExactJudge.sol";
import {Floats} from "../../../contracts/judging/Floats.sol";
import {Merkle} from "../../../contracts/judging/Merkle.sol";
import {ModelProof} from "../../../contracts/judging/ModelProof.sol";
import {ReplicaJudge} from "../../../contracts/judging/ReplicaJudge.sol";
import {SoftFloat} from "../../../contracts/judging/SoftFloat.sol";
import {SumJudge} from "../../../contracts/judging/SumJudge.sol";
import {TraceProof} from "../../../contracts/judging/TraceProof.sol";

interface Vm {
    function readFile(string calldata path) external view returns (string memory);
    function parseJsonBytes(string calldata json, string calldata key) external pure returns (bytes memory);
    function parseJsonBytesArray(string calldata json, string calldata key) external pure returns (bytes[] memory);
    function parseJsonStringArray(string calldata json, string calldata key) external pure returns (string[] memory);
}

/// @notice Calldata for libraries that take it.
contract Linked {
    function find(Links calldata links, bytes calldata descriptor, bytes32 modelRoot, bytes32 traceRoot, bytes32[] calldata taskInputs)
        external
        pure
        returns (bytes32, bytes32[] memory)
    {
        return Evidence.find(links, descriptor, modelRoot, traceRoot, taskInputs);
    }

    function checkInput(bytes calldata model, bytes32 root, uint32 index, bytes calldata name, bytes32[] calldata path) external pure returns (bool) {
        ModelProof.checkInput(ModelProof.read(model, root), index, name, path);
        return true;
    }

    function checkOutput(bytes calldata model, bytes32 root, uint32 index, bytes8 source, bytes calldata name, bytes32[] calldata path)
        external
        pure
        returns (bool)
    {
        ModelProof.checkOutput(ModelProof.read(model, root), index, source, name, path);
        return true;
    }
}

/// @notice The published vectors of docs/judging.md, which scripts/vectors/judging.mjs makes without any of this arithmetic.
contract JudgingVectorsTest {
    Vm private constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);

    error Disagrees(string name, uint256 number, bytes found, bytes expected);

    function test_softFloat_everyOperation_givesWhatHardwareGives() external view {
        string memory json = vm.readFile("tests/vectors/judging/floats.json");
        string[8] memory names = ["Add", "Sub", "Mul", "Div", "Sqrt", "Relu", "Min", "Max"];
        for (uint256 op; op < 8; ++op) {
            bytes memory rows = vm.parseJsonBytes(json, string.concat(".", names[op]));
            assert(rows.length >= 13 * 1000);
            for (uint256 i; i < rows.length; i += 13) {
                uint256 row;
                assembly ("memory-safe") {
                    row := shr(152, mload(add(add(rows, 32), i)))
                }
                (bool known, uint32 found) = _apply(op, uint32(row >> 72), uint32(row >> 40));
                bool expected = uint8(row >> 32) == 1;
                if (known != expected || (known && found != uint32(row))) {
                    revert Disagrees(names[op], i / 13, abi.encode(known, found), abi.encode(row));
                }
            }
        }
    }

    function test_openings_everyVector() external {
        _check("tests/vectors/judging/openings.json", address(new ReplicaJudge()));
    }

    function test_copyJudge_everyVector() external {
        _check("tests/vectors/judging/copies.json", address(new CopyJudge()));
    }

    function test_exactJudge_everyVector() external {
        _check("tests/vectors/judging/exact.json", address(new ExactJudge()));
    }

    function test_replicaJudge_everyVector() external {
        _check("tests/vectors/judging/replicas.json", address(new ReplicaJudge()));
    }

    function test_sumJudge_everyVector() external {
        _check("tests/vectors/judging/sums.json", address(new SumJudge()));
    }

    function test_evidence_everyVector() external {
        _check("tests/vectors/judging/links.json", address(new Linked()));
    }

    function _check(string memory file, address judge) private view {
        string memory json = vm.readFile(file);
        string[] memory names = vm.parseJsonStringArray(json, ".names");
        bytes[] memory calls = vm.parseJsonBytesArray(json, ".calls");
        bytes[] memory answers = vm.parseJsonBytesArray(json, ".answers");
        assert(names.length >= 20 && names.length == calls.length && names.length == answers.length);
        for (uint256 i; i < calls.length; ++i) {
            (, bytes memory found) = judge.staticcall(calls[i]);
            // A refusal is told by its selector; its values are not compared.
            if (answers[i].length == 4 && found.length > 4) {
                assembly ("memory-safe") {
                    mstore(found, 4)
                }
            }
            if (keccak256(found) != keccak256(answers[i])) revert Disagrees(names[i], i, found, answers[i]);
        }
    }

    function _apply(uint256 op, uint32 a, uint32 b) private pure returns (bool, uint32) {
        if (op == 0) return (true, SoftFloat.add(a, b));
        if (op == 1) return (true, SoftFloat.sub(a, b));
        if (op == 2) return (true, SoftFloat.mul(a, b));
        if (op == 3) return SoftFloat.div(a, b);
        if (op == 4) return (true, SoftFloat.sqrt(a));
        if (op == 5) return SoftFloat.relu(a);
        return op == 6 ? SoftFloat.min(a, b) : SoftFloat.max(a, b);
    }
}

/// @notice Properties of the pure parts, over random values.
contract JudgingPropertiesTest {
    function rootOfRun(bytes32[] memory nodes, uint256 first, uint256 width, bytes32[] calldata path) external pure returns (bytes32) {
        return Merkle.rootOfRun(nodes, first, width, path);
    }

    function traceRoot(uint32 node, uint256 nodes, bytes32[] calldata outputs, bytes32[] calldata path) external pure returns (bytes32) {
        return TraceProof.traceRoot(node, nodes, outputs, path);
    }

    function outputsRoot(uint256 output, uint256 outputs, bytes calldata name, bytes32 tensor, bytes32[] calldata path) external pure returns (bytes32) {
        return TraceProof.outputsRoot(output, outputs, name, tensor, path);
    }

    function resultRoot(uint32 task, uint256 tasks, bytes32 root, bytes32[] calldata path) external pure returns (bytes32) {
        return TraceProof.resultRoot(task, tasks, root, path);
    }

    function testFuzz_rootOfRun_anyRunOfAnyTree_leadsToItsRoot(bytes32 seed, uint8 size, uint8 from, uint8 many) external view {
        uint256 width = 1 + size % 37;
        uint256 first = from % width;
        uint256 count = 1 + many % (width - first);
        bytes32[] memory leaves = new bytes32[](width);
        for (uint256 i; i < width; ++i) leaves[i] = keccak256(abi.encode(seed, i));
        (bytes32 root, bytes32[] memory path) = _tree(leaves, first, count);
        bytes32[] memory run = new bytes32[](count);
        for (uint256 i; i < count; ++i) run[i] = leaves[first + i];
        assert(this.rootOfRun(run, first, width, path) == root);
        run[uint256(seed) % count] ^= bytes32(uint256(1));
        assert(this.rootOfRun(run, first, width, path) != root);
        bytes32[] memory longer = new bytes32[](path.length + 1);
        _refuses(run, first, width, longer, Merkle.PathLength.selector);
        _refuses(run, width, width, path, Merkle.PlaceBeyondTree.selector);
        _refuses(new bytes32[](0), first, width, path, Merkle.PlaceBeyondTree.selector);
    }

    function testFuzz_traceProof_aLeafOfThree_leadsUpToTheJob(bytes32 a, bytes32 b, bytes32 other) external view {
        bytes32[] memory outputs = new bytes32[](2);
        (outputs[0], outputs[1]) = (a, b);
        bytes32[] memory path = new bytes32[](1);
        path[0] = other;
        bytes32 leaf = sha256(abi.encodePacked(hex"07", uint32(2), uint16(2), a, b));
        assert(this.traceRoot(2, 3, outputs, path) == sha256(abi.encodePacked(hex"01", other, leaf)));
        leaf = sha256(abi.encodePacked(hex"06", uint32(1), "y", a));
        bytes32 root = this.outputsRoot(0, 2, "y", a, path);
        assert(root == sha256(abi.encodePacked(hex"01", leaf, other)));
        leaf = sha256(abi.encodePacked(hex"0a", uint32(1), hex"00", root));
        assert(this.resultRoot(1, 2, root, path) == sha256(abi.encodePacked(hex"01", other, leaf)));
        assert(this.resultRoot(1, 1, root, path) == 0);
    }

    /// @dev The operations as identities that need no oracle.
    function testFuzz_softFloat_identities(uint32 a, uint32 b) external pure {
        (a, b) = (SoftFloat.canonical(a), SoftFloat.canonical(b));
        assert(SoftFloat.add(a, b) == SoftFloat.add(b, a));
        assert(SoftFloat.mul(a, b) == SoftFloat.mul(b, a));
        assert(SoftFloat.add(a, 0) == a);
        assert(SoftFloat.mul(a, 0x3f800000) == a);
        (bool known, uint32 quotient) = SoftFloat.div(a, 0x3f800000);
        assert(known && quotient == a);
        uint32 difference = SoftFloat.sub(a, b);
        uint32 opposite = SoftFloat.sub(b, a);
        assert(difference == 0 || difference == SoftFloat.NAN ? difference == opposite : difference ^ opposite == 0x80000000);
        bool finite = Floats.decode(1, a).finite;
        assert(SoftFloat.sub(a, a) == (finite ? 0 : SoftFloat.NAN));
        // A square has the root that it came from while it is neither rounded away nor denormal: of 12-bit mantissas it is exact.
        uint32 short = (a & 0x0f000000) | 0x30000000 | (b & 0x007ff000);
        assert(SoftFloat.sqrt(SoftFloat.mul(short, short)) == short);
    }

    function _tree(bytes32[] memory level, uint256 first, uint256 count) private pure returns (bytes32, bytes32[] memory path) {
        bytes32[] memory found = new bytes32[](16);
        uint256 used;
        for (uint256 last = first + count - 1; level.length > 1; (first, last) = (first / 2, last / 2)) {
            if (first % 2 == 1) found[used++] = level[first - 1];
            if (last % 2 == 0 && last + 1 < level.length) found[used++] = level[last + 1];
            bytes32[] memory next = new bytes32[]((level.length + 1) / 2);
            for (uint256 i; i < next.length; ++i) {
                next[i] = 2 * i + 1 < level.length ? sha256(abi.encodePacked(hex"01", level[2 * i], level[2 * i + 1])) : level[2 * i];
            }
            level = next;
        }
        path = new bytes32[](used);
        for (uint256 i; i < used; ++i) path[i] = found[i];
        return (level[0], path);
    }

    function _refuses(bytes32[] memory run, uint256 first, uint256 width, bytes32[] memory path, bytes4 error_) private view {
        (bool ok, bytes memory reason) = address(this).staticcall(abi.encodeCall(this.rootOfRun, (run, first, width, path)));
        assert(!ok && bytes4(reason) == error_);
    }
}
