// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice What a tensor's digest says about it (docs/results.md).
struct Tensor {
    /// ONNX's TensorProto.DataType
    uint8 kind;
    uint256[] dims;
    /// bytes of payload
    uint256 size;
    /// bits of a 32-bit float that no finite magnitude of the payload exceeds
    uint32 scale;
    /// root over the payload's chunks
    bytes32 root;
}

/// @notice Reads the preimage of a tensor's digest: 02 ‖ u8 type ‖ u8 rank ‖ u64 dims… ‖ u64 bytes ‖ u32 scale ‖ root.
library Tensors {
    uint8 internal constant FLOAT = 1;
    uint8 internal constant INT32 = 6;
    uint8 internal constant INT64 = 7;
    uint8 internal constant STRING = 8;
    uint256 private constant MOST_RANK = 32;
    /// @dev Bytes per element of the types 0 to 23 as they are hashed, a nibble each; 0 for strings (8), and for complex128 (15), whose 16
    /// do not fit. 4-bit types take a byte.
    uint256 private constant WIDTHS = 0x111111120884821084221140;

    /// @notice A header that does not hash to the digest.
    error HeaderMismatch(bytes32 found, bytes32 expected);
    /// @notice A committed header that no tensor has: whoever committed to it is wrong.
    error HeaderUnsound(bytes32 digest);

    /// @notice Reads a header, and refuses one that is not the digest's.
    /// @param header the preimage of the digest
    /// @param digest what was committed to
    /// @return sound whether a tensor can have this header: right length and domain byte, a type, a scale that the type can have, and
    /// as many bytes as type and dimensions ask for
    function read(bytes calldata header, bytes32 digest) internal pure returns (bool sound, Tensor memory tensor) {
        bytes32 found = sha256(header);
        if (found != digest) revert HeaderMismatch(found, digest);
        uint256 rank = header.length < 3 ? 0 : uint8(header[2]);
        if (rank > MOST_RANK || header.length != 47 + 8 * rank || header[0] != 0x02) return (false, tensor);
        tensor.kind = uint8(header[1]);
        tensor.dims = new uint256[](rank);
        uint256 count = 1;
        for (uint256 i; i < rank; ++i) if ((tensor.dims[i] = uint64(bytes8(header[3 + 8 * i:]))) == 0) count = 0;
        bytes calldata rest = header[3 + 8 * rank:];
        (tensor.size, tensor.scale, tensor.root) = (uint64(bytes8(rest)), uint32(bytes4(rest[8:])), bytes32(rest[12:]));
        // 2^64 elements at most times one more u64 dimension: no overflow.
        for (uint256 i; i < rank; ++i) if ((count *= tensor.dims[i]) > type(uint64).max) return (false, tensor);
        sound = tensor.kind > 0 && tensor.kind < 24 && tensor.scale <= _mostScale(tensor.kind)
            && (tensor.kind == STRING ? tensor.size >= 4 * count && (count > 0 || tensor.size == 0) : tensor.size == count * width(tensor.kind));
    }

    /// @notice Bytes per element as hashed; 0 for strings, whose elements vary.
    function width(uint8 kind) internal pure returns (uint256) {
        return kind == 15 ? 16 : (WIDTHS >> (4 * kind)) & 15;
    }

    /// @dev Finite and not negative; a double's may be infinite; 0 for what is no floating point of 16 bits or more.
    function _mostScale(uint256 kind) private pure returns (uint32) {
        if (kind == 11 || kind == 15) return 0x7f800000;
        return kind == 1 || kind == 10 || kind == 14 || kind == 16 ? 0x7f7fffff : 0;
    }
}
