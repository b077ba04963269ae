// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Merkle} from "./Merkle.sol";
import {Tensor, Tensors} from "./Tensors.sol";

/// @notice Neighbouring chunks of a tensor's payload.
struct Run {
    /// the first chunk's number
    uint64 first;
    /// the chunks' bytes, joined
    bytes data;
    /// the siblings up to the root of the chunks; where a level lacks two, the left one first
    bytes32[] path;
}

/// @notice A tensor's header and as many of its chunks as a judgement needs.
struct Opening {
    bytes header;
    Run[] runs;
}

/// @notice Proven bytes of a payload, little-endian as they are hashed.
struct Span {
    /// offset in the payload
    uint256 start;
    /// where they lie in calldata
    uint256 at;
    uint256 length;
}

/// @notice A tensor of which some chunks are proven.
struct Opened {
    Tensor tensor;
    Span[] spans;
}

/// @notice Opens elements of a tensor against its digest (docs/judging.md, "Openings").
library TensorProof {
    uint256 internal constant CHUNK = 2048;
    /// @dev 64 KiB of payload per tensor: more goes to a committee.
    uint256 internal constant MOST_CHUNKS = 32;

    /// @notice More chunks in one opening than a contract reads.
    error ChunksTooMany(uint256 found, uint256 most);
    /// @notice A run that does not end at a chunk's end or at the payload's.
    error RunEnd(uint256 found, uint256 expected);
    /// @notice Chunks that do not lead to the header's root.
    error ChunksMismatch(bytes32 found, bytes32 expected);
    /// @notice An element beyond the tensor.
    error ElementBeyond(uint256 found, uint256 count);
    /// @notice An element whose chunk is not opened.
    error ElementNotOpened(uint256 element, uint256 chunk);

    /// @notice Checks an opening of a tensor that must be sound.
    /// @param opening header and chunks
    /// @param digest the tensor's
    function open(Opening calldata opening, bytes32 digest) internal pure returns (Opened memory opened) {
        bool sound;
        (sound, opened) = tryOpen(opening, digest);
        if (!sound) revert Tensors.HeaderUnsound(digest);
    }

    /// @notice Checks an opening; where the header is that of no tensor, says so and opens nothing.
    function tryOpen(Opening calldata opening, bytes32 digest) internal pure returns (bool sound, Opened memory opened) {
        (sound, opened.tensor) = Tensors.read(opening.header, digest);
        if (!sound) return (false, opened);
        uint256 runs = opening.runs.length;
        opened.spans = new Span[](runs);
        uint256 chunks;
        for (uint256 i; i < runs; ++i) {
            uint256 some;
            (opened.spans[i], some) = _check(opening.runs[i], opened.tensor);
            if ((chunks += some) > MOST_CHUNKS) revert ChunksTooMany(chunks, MOST_CHUNKS);
        }
    }

    /// @notice Where an element lies in calldata, and how many of its run are left from it on.
    /// @param index the element
    /// @param width bytes of one element; divides the chunk
    function locate(Opened memory opened, uint256 index, uint256 width) internal pure returns (uint256 at, uint256 left) {
        uint256 count = opened.tensor.size / width;
        if (index >= count) revert ElementBeyond(index, count);
        unchecked {
            uint256 offset = index * width;
            for (uint256 i; i < opened.spans.length; ++i) {
                Span memory span = opened.spans[i];
                uint256 within = offset - span.start;
                if (offset >= span.start && within < span.length) return (span.at + within, (span.length - within) / width);
            }
            revert ElementNotOpened(index, offset / CHUNK);
        }
    }

    /// @notice An element's bits as a number.
    function bitsOf(Opened memory opened, uint256 index, uint256 width) internal pure returns (uint256 value) {
        (uint256 at,) = locate(opened, index, width);
        for (uint256 i = width; i > 0; --i) {
            assembly ("memory-safe") {
                value := or(shl(8, value), byte(0, calldataload(add(at, sub(i, 1)))))
            }
        }
    }

    function _check(Run calldata run, Tensor memory tensor) private pure returns (Span memory span, uint256 chunks) {
        (uint64 first, bytes calldata data) = (run.first, run.data);
        (uint256 size, uint256 length) = (tensor.size, data.length);
        unchecked {
            span.start = first * CHUNK;
            uint256 width = size == 0 ? 1 : (size + CHUNK - 1) / CHUNK;
            if (first >= width) revert Merkle.PlaceBeyondTree(first, width);
            // Only the payload's last chunk is short; an empty tensor has one chunk without bytes.
            chunks = length == 0 ? 1 : (length + CHUNK - 1) / CHUNK;
            if (length % CHUNK != 0 || length == 0) if (span.start + length != size) revert RunEnd(span.start + length, size);
            bytes32[] memory leaves = new bytes32[](chunks);
            for (uint256 i; i < chunks; ++i) {
                uint256 end = (i + 1) * CHUNK;
                leaves[i] = _leaf(first + uint64(i), data[i * CHUNK:end < length ? end : length]);
            }
            bytes32 found = Merkle.rootOfRun(leaves, first, width, run.path);
            if (found != tensor.root) revert ChunksMismatch(found, tensor.root);
        }
        span.length = length;
        assembly ("memory-safe") {
            mstore(add(span, 32), data.offset)
        }
    }

    /// @dev Gives back the memory that it takes: an opening may have many chunks.
    function _leaf(uint64 number, bytes calldata chunk) private pure returns (bytes32 digest) {
        uint256 free;
        assembly ("memory-safe") {
            free := mload(0x40)
        }
        digest = sha256(abi.encodePacked(bytes1(0), number, uint32(chunk.length), chunk));
        assembly ("memory-safe") {
            mstore(0x40, free)
        }
    }
}
