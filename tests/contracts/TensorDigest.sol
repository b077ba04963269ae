// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice docs/results.md once more, in Solidity: a tensor's digest from its type, dimensions and the bytes that ONNX stores.
library TensorDigest {
    uint256 private constant CHUNK = 2048;

    function ofTensor(uint8 dtype, uint256[] memory dims, bytes memory data) internal pure returns (bytes32) {
        data = canonical(dtype, dims, data);
        bytes memory shape;
        for (uint256 i; i < dims.length; ++i) shape = abi.encodePacked(shape, uint64(dims[i]));
        bytes memory head = abi.encodePacked(bytes1(0x02), dtype, uint8(dims.length), shape, uint64(data.length));
        return sha256(abi.encodePacked(head, scale(dtype, data), merkle(_leaves(data))));
    }

    /// @notice The root over nodes; one without a sibling moves up unchanged.
    function merkle(bytes32[] memory nodes) internal pure returns (bytes32) {
        for (uint256 width = nodes.length; width > 1; width = (width + 1) / 2) {
            for (uint256 i; i < width; i += 2) {
                nodes[i / 2] = i + 1 < width ? sha256(abi.encodePacked(bytes1(0x01), nodes[i], nodes[i + 1])) : nodes[i];
            }
        }
        return nodes[0];
    }

    function canonical(uint8 dtype, uint256[] memory dims, bytes memory data) internal pure returns (bytes memory) {
        if (dtype == 1 || dtype == 14) return _floats(data, 4, 0x7f800000, 0x7fc00000);
        if (dtype == 11 || dtype == 15) return _floats(data, 8, 0x7ff0000000000000, 0x7ff8000000000000);
        if (dtype == 10) return _floats(data, 2, 0x7c00, 0x7e00);
        if (dtype == 16) return _floats(data, 2, 0x7f80, 0x7fc0);
        if (dtype == 17) return _floats(data, 1, 0x7e, 0x7f);
        if (dtype == 19) return _floats(data, 1, 0x7c, 0x7e);
        if (dtype >= 21 && dtype <= 23) return _nibbles(dtype, dims, data);
        if (dtype == 9) for (uint256 i; i < data.length; ++i) data[i] = bytes1(data[i] == 0 ? 0 : 1);
        return data;
    }

    /// @notice The largest finite magnitude as the bits of a 32-bit float that is not smaller.
    function scale(uint8 dtype, bytes memory data) internal pure returns (uint32 largest) {
        (uint256 size, uint256 infinity) = _layout(dtype);
        for (uint256 i; size != 0 && i < data.length; i += size) {
            uint256 magnitude = _word(data, i, size) & ((1 << (8 * size - 1)) - 1);
            if (magnitude >= infinity) continue;
            uint32 bits = uint32(magnitude);
            if (dtype == 10) bits = _ofHalf(magnitude);
            if (dtype == 16) bits = uint32(magnitude << 16);
            if (size == 8) bits = _ofDoubleRoundedUp(magnitude);
            if (bits > largest) largest = bits;
        }
    }

    function _leaves(bytes memory data) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](data.length <= CHUNK ? 1 : (data.length + CHUNK - 1) / CHUNK);
        for (uint256 j; j < leaves.length; ++j) {
            uint256 length = data.length - j * CHUNK < CHUNK ? data.length - j * CHUNK : CHUNK;
            bytes memory chunk = new bytes(length);
            for (uint256 i; i < length; ++i) chunk[i] = data[j * CHUNK + i];
            leaves[j] = sha256(abi.encodePacked(bytes1(0), uint64(j), uint32(length), chunk));
        }
    }

    /// @dev One NaN for all, no negative zero.
    function _floats(bytes memory data, uint256 size, uint256 infinity, uint256 nan) private pure returns (bytes memory) {
        uint256 sign = 1 << (8 * size - 1);
        for (uint256 i; i < data.length; i += size) {
            uint256 word = _word(data, i, size);
            if (word & (sign - 1) > infinity) word = nan;
            else if (word == sign) word = 0;
            for (uint256 j; j < size; ++j) data[i + j] = bytes1(uint8(word >> (8 * j)));
        }
        return data;
    }

    /// @dev Four bits become a byte: int4 with its sign, float4's negative zero as zero.
    function _nibbles(uint8 dtype, uint256[] memory dims, bytes memory data) private pure returns (bytes memory out) {
        uint256 count = 1;
        for (uint256 i; i < dims.length; ++i) count *= dims[i];
        out = new bytes(count);
        for (uint256 i; i < count; ++i) {
            uint8 nibble = uint8(data[i / 2]) >> (4 * (i % 2)) & 15;
            if (dtype == 22 && nibble > 7) nibble |= 0xf0;
            if (dtype == 23 && nibble == 8) nibble = 0;
            out[i] = bytes1(nibble);
        }
    }

    function _layout(uint8 dtype) private pure returns (uint256 size, uint256 infinity) {
        if (dtype == 1 || dtype == 14) return (4, 0x7f800000);
        if (dtype == 11 || dtype == 15) return (8, 0x7ff0000000000000);
        if (dtype == 10) return (2, 0x7c00);
        if (dtype == 16) return (2, 0x7f80);
    }

    function _word(bytes memory data, uint256 at, uint256 size) private pure returns (uint256 word) {
        for (uint256 j = size; j > 0; --j) word = word << 8 | uint8(data[at + j - 1]);
    }

    function _ofHalf(uint256 half) private pure returns (uint32) {
        (uint256 exponent, uint256 fraction) = (half >> 10, half & 0x3ff);
        if (exponent != 0) return uint32((exponent + 112) << 23 | fraction << 13);
        if (fraction == 0) return 0;
        uint256 top;
        while (fraction >> (top + 1) != 0) ++top;
        return uint32((top + 103) << 23 | (fraction << (23 - top) & 0x7fffff));
    }

    function _ofDoubleRoundedUp(uint256 double) private pure returns (uint32) {
        (uint256 exponent, uint256 fraction) = (double >> 52, double & ((1 << 52) - 1));
        if (double == 0) return 0;
        if (exponent > 1150) return 0x7f800000;
        if (exponent > 896) return uint32(((exponent - 896) << 23 | fraction >> 29) + (fraction << 227 == 0 ? 0 : 1));
        // Below the normal floats: units of 2^-149, at least one.
        uint256 mantissa = 1 << 52 | fraction;
        uint256 shift = 926 - exponent;
        if (shift > 53) return 1;
        return uint32((mantissa + (1 << shift) - 1) >> shift);
    }
}
