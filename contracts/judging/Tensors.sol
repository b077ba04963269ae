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
    /// @notice A committed header that no tensor has: `isSound` says so too, and whoever committed to it is wrong.
    error HeaderUnsound(bytes32 digest);

    /// @notice Reads a header.
    /// @param header the preimage of the digest
    /// @param digest what was committed to
    function read(bytes calldata header, bytes32 digest) internal pure returns (Tensor memory) {
        check(header, digest);
        if (!isSound(header)) revert HeaderUnsound(digest);
        return parse(header);
    }

    /// @notice Refuses a header that is not the digest's.
    function check(bytes calldata header, bytes32 digest) internal pure {
        bytes32 found = sha256(header);
        if (found != digest) revert HeaderMismatch(found, digest);
    }

    /// @notice Whether a tensor can have this header: right length and domain byte, a type, a scale
    /// that the type can have, and as many bytes as type and dimensions ask for.
    function isSound(bytes calldata header) internal pure returns (bool) {
        if (header.length < 3 || header[0] != 0x02) return false;
        uint256 rank = uint8(header[2]);
        if (rank > MOST_RANK || header.length != 47 + 8 * rank) return false;
        uint256 kind = uint8(header[1]);
        if (kind == 0 || kind > 23) return false;
        Tensor memory tensor = parse(header);
        if (tensor.scale > _mostScale(kind)) return false;
        uint256 count = 1;
        for (uint256 i; i < rank; ++i) if (tensor.dims[i] == 0) count = 0;
        // 2^64 elements at most times one more u64 dimension: no overflow.
        for (uint256 i; i < rank; ++i) if ((count *= tensor.dims[i]) > type(uint64).max) return false;
        return kind == STRING ? tensor.size >= 4 * count && (count > 0 || tensor.size == 0) : tensor.size == count * width(uint8(kind));
    }

    /// @notice Reads a header whose length fits its rank.
    function parse(bytes calldata header) internal pure returns (Tensor memory tensor) {
        uint256 rank = uint8(header[2]);
        tensor.kind = uint8(header[1]);
        tensor.dims = new uint256[](rank);
        for (uint256 i; i < rank; ++i) tensor.dims[i] = uint64(bytes8(header[3 + 8 * i:]));
        bytes calldata rest = header[3 + 8 * rank:];
        (tensor.size, tensor.scale, tensor.root) = (uint64(bytes8(rest)), uint32(bytes4(rest[8:])), bytes32(rest[12:]));
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
