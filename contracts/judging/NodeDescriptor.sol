// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice Where one input of a node comes from.
struct Source {
    /// how many graphs further out it lies; 0 in the node's own
    uint8 up;
    /// 0 absent, 1 a node's output, 2 an initializer, 3 an input of the graph
    uint8 kind;
    /// the node's, initializer's or input's number
    uint32 number;
    /// which of the node's outputs
    uint16 output;
}

/// @notice What a model's root says about one node, without its attributes.
struct Node {
    uint32 index;
    bytes32 domainHash;
    bytes32 operatorHash;
    uint64 opset;
    Source[] inputs;
    uint256 outputs;
    /// where the attributes start
    uint256 attributes;
}

/// @notice Reads a node's descriptor (docs/judging.md, "Model"):
/// 10 ‖ u32 index ‖ u8 length ‖ domain ‖ u8 length ‖ operator ‖ u64 opset ‖ u16 inputs × source(8) ‖ u16 outputs × u8 ‖
/// u16 attributes × (u8 length ‖ name ‖ u8 type ‖ u32 length ‖ value), sorted by name.
/// @dev Descriptors are opened against a model root, which whoever registered the model has built; reading beyond the end reverts.
library NodeDescriptor {
    uint8 private constant FLOAT = 1;
    uint8 private constant INT = 2;
    uint8 private constant STRING = 3;
    uint8 private constant INTS = 7;

    /// @notice Bytes that are no descriptor of a node.
    error NotNode(uint8 found, uint8 expected);
    /// @notice An attribute of a type that the operator does not have.
    error AttributeType(uint8 found, uint8 expected);

    function read(bytes calldata descriptor) internal pure returns (Node memory node) {
        if (descriptor[0] != 0x10) revert NotNode(uint8(descriptor[0]), 0x10);
        node.index = uint32(bytes4(descriptor[1:5]));
        uint256 at = 5;
        (node.domainHash, at) = _hash(descriptor, at);
        (node.operatorHash, at) = _hash(descriptor, at);
        node.opset = uint64(bytes8(descriptor[at:at + 8]));
        node.inputs = new Source[](uint16(bytes2(descriptor[at + 8:at + 10])));
        at += 10;
        for (uint256 i; i < node.inputs.length; ++i) {
            node.inputs[i] = source(bytes8(descriptor[at:at + 8]));
            at += 8;
        }
        node.outputs = uint16(bytes2(descriptor[at:at + 2]));
        node.attributes = at + 2 + node.outputs;
    }

    /// @notice Reads a source: u8 up ‖ u8 kind ‖ u32 number ‖ u16 output.
    function source(bytes8 bits) internal pure returns (Source memory) {
        uint64 word = uint64(bits);
        return Source(uint8(word >> 56), uint8(word >> 48), uint32(word >> 16), uint16(word));
    }

    /// @notice Whether the node gives one of its outputs.
    function gives(bytes calldata descriptor, Node memory node, uint256 output) internal pure returns (bool) {
        return descriptor[node.attributes - node.outputs + output] != 0;
    }

    /// @notice An INT attribute.
    function integer(bytes calldata descriptor, Node memory node, string memory name, int256 absent) internal pure returns (int256) {
        (bool found, bytes calldata value) = _find(descriptor, node, name, INT);
        return found ? int256(int64(uint64(bytes8(value)))) : absent;
    }

    /// @notice An INTS attribute; empty where it is absent.
    function integers(bytes calldata descriptor, Node memory node, string memory name) internal pure returns (bool found, int256[] memory values) {
        bytes calldata value;
        (found, value) = _find(descriptor, node, name, INTS);
        values = new int256[](value.length / 8);
        for (uint256 i; i < values.length; ++i) values[i] = int64(uint64(bytes8(value[8 * i:])));
    }

    /// @notice A FLOAT attribute, as bits.
    function float(bytes calldata descriptor, Node memory node, string memory name, uint32 absent) internal pure returns (uint32) {
        (bool found, bytes calldata value) = _find(descriptor, node, name, FLOAT);
        return found ? uint32(bytes4(value)) : absent;
    }

    /// @notice The hash of a STRING attribute; that of the empty text where it is absent.
    function textHash(bytes calldata descriptor, Node memory node, string memory name) internal pure returns (bytes32) {
        (, bytes calldata value) = _find(descriptor, node, name, STRING);
        return keccak256(value);
    }

    function _find(bytes calldata descriptor, Node memory node, string memory name, uint8 kind)
        private
        pure
        returns (bool, bytes calldata value)
    {
        uint256 at = node.attributes;
        uint256 count = uint16(bytes2(descriptor[at:at + 2]));
        at += 2;
        for (uint256 i; i < count; ++i) {
            bytes32 hash;
            (hash, at) = _hash(descriptor, at);
            uint256 end = at + 5 + uint32(bytes4(descriptor[at + 1:at + 5]));
            if (hash == keccak256(bytes(name))) {
                if (uint8(descriptor[at]) != kind) revert AttributeType(uint8(descriptor[at]), kind);
                return (true, descriptor[at + 5:end]);
            }
            at = end;
        }
        return (false, descriptor[:0]);
    }

    function _hash(bytes calldata descriptor, uint256 at) private pure returns (bytes32, uint256 next) {
        next = at + 1 + uint8(descriptor[at]);
        return (keccak256(descriptor[at + 1:next]), next);
    }
}
