// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Finding} from "./Finding.sol";
import {Float, Floats} from "./Floats.sol";
import {Opened, TensorProof} from "./TensorProof.sol";

/// @notice A sum of products in fixed point, in units of 2⁻¹²⁶.
struct Sum {
    int256 total;
    /// Σ|a·b|
    uint256 magnitude;
    /// by how many units total and magnitude may be off
    uint256 dust;
    /// how many roundings a term meets at most on its way into the sum
    uint256 roundings;
    /// an operand is no number, or too large: nothing can be said
    bool beyond;
}

/// @notice The factors of a sum's terms: 32-bit floats as tensors have them, zeros behind the last one.
struct Factors {
    uint256 count;
    bytes left;
    bytes right;
}

/// @notice Elements of a tensor in equal steps.
struct Row {
    Opened tensor;
    uint256 index;
    uint256 step;
}

/// @notice One element of a matrix product or a convolution in 32-bit floats, against the bound γ·Σ|a·b| with
/// γ = n·2⁻²⁴ / (1 − n·2⁻²⁴) (docs/judging.md, "Sums of products").
/// @dev Why the bound holds for any order of summation, with FMA or without: each computed operation is exact·(1 + δ), |δ| ≤ 2⁻²⁴. A
/// term a·b meets one such factor for its product (none with FMA) and one for each addition on its way to the root of whatever tree
/// of additions was used, at most K − 1, since each of them takes in at least one further term; adding zeros is exact. So the computed
/// sum is Σ a·b·(1 + θ) with |θ| ≤ γ of K. Accumulating in a wider type and rounding once errs less. What it does not cover:
/// products of rounded sums (Winograd, Strassen, FFT), operands cut to fewer bits (TF32, bfloat16), operands scaled by alpha before
/// they are multiplied, flushed denormal numbers; classes with those must not be judged by it.
/// Underflow: a product that is denormal errs by 2⁻¹⁵⁰ more, a sum of floats that is denormal is exact. K · 2⁻¹⁵⁰ is less than K units.
/// Overflow: operands must be below 2⁴⁷, and sums below 2¹¹², so that no partial sum overflows in any order; above, the answer is
/// indeterminate.
/// Fixed point: a term below 2⁻⁷⁹ is left out and counts as that much dust; larger ones are exact. The bound stays sound for the
/// smallest numbers, and is sharp while Σ|a·b| is well above 2⁻⁵⁵.
library DotProduct {
    uint256 private constant PLACES = 126;
    uint256 private constant MOST = 1 << (112 + PLACES);
    /// @dev 2⁻⁷⁹ in units.
    uint256 private constant DUST = 1 << 47;
    uint32 internal constant ONE = 0x3f800000;
    /// @dev Factors are read and written as words: so much room lies behind the last one.
    uint256 private constant BEHIND = 28;
    /// @dev More terms than 64 KiB hold.
    uint256 private constant MOST_TERMS = 1 << 16;
    /// @dev A one in each of a word's eight lanes of 32 bits.
    uint256 private constant LANES = 0x0000000100000001000000010000000100000001000000010000000100000001;

    /// @notice More terms than a contract adds up.
    error TermsTooMany(uint256 found, uint256 most);

    /// @notice The sum of the products of two rows' elements.
    function dot(Row memory left, Row memory right, uint256 count) internal pure returns (Sum memory) {
        Factors memory factors = room(count);
        append(factors, left, right, count);
        return sumOf(factors);
    }

    /// @notice Room for so many terms, or for as many as a contract adds up.
    function room(uint256 terms) internal pure returns (Factors memory) {
        uint256 length = 4 * (terms < MOST_TERMS ? terms : MOST_TERMS) + BEHIND;
        return Factors(0, new bytes(length), new bytes(length));
    }

    /// @notice Appends the elements of two rows, while there is room.
    function append(Factors memory factors, Row memory left, Row memory right, uint256 count) internal pure {
        uint256 offset = 4 * factors.count;
        uint256 most = (factors.left.length - BEHIND) / 4;
        factors.count += count;
        if (factors.count > most) revert TermsTooMany(factors.count, most);
        _copy(factors.left, offset, left, count);
        _copy(factors.right, offset, right, count);
    }

    /// @notice The sum of the factors' products.
    function sumOf(Factors memory factors) internal pure returns (Sum memory sum) {
        (bytes memory left, bytes memory right) = (factors.left, factors.right);
        sum.roundings = factors.count;
        sum.dust = factors.count * DUST;
        uint256 end = 4 * factors.count + 32;
        unchecked {
            for (uint256 at = 32; at < end; at += 32) {
                uint256 a;
                uint256 b;
                assembly ("memory-safe") {
                    a := mload(add(left, at))
                    b := mload(add(right, at))
                }
                _addLanes(sum, _turn(a), _turn(b));
            }
        }
    }

    /// @notice Multiplies the sum so far by a float: one rounding more.
    function scale(Sum memory sum, uint32 factor) internal pure {
        Float memory f = Floats.decode(1, factor);
        // 2²³⁰ and 24 bits of factor fit a word.
        if (!f.finite || sum.magnitude >= 1 << 230) sum.beyond = true;
        sum.roundings += 1;
        if (sum.beyond || factor == ONE) return;
        sum.total = (f.negative ? -sum.total : sum.total) * int256(f.mantissa);
        sum.magnitude *= f.mantissa;
        sum.dust = sum.dust * f.mantissa + 1;
        if (f.exponent < 0) {
            uint256 down = uint256(-f.exponent);
            sum.total >>= down;
            sum.magnitude >>= down;
            sum.dust = (sum.dust >> down) + 3;
        } else if (f.mantissa != 0) {
            uint256 up = uint256(f.exponent);
            if (sum.magnitude >= MOST >> up || sum.dust >= MOST >> up) {
                sum.beyond = true;
                return;
            }
            sum.total <<= up;
            sum.magnitude <<= up;
            sum.dust <<= up;
        }
    }

    /// @notice Adds one product of two floats, such as a bias times 1: two roundings more.
    function addProduct(Sum memory sum, uint32 a, uint32 b) internal pure {
        _addLanes(sum, a, b);
        sum.roundings += 2;
        sum.dust += DUST;
    }

    /// @notice Whether a claimed result can be a computed one of this sum.
    /// @param result its bits
    function judge(Sum memory sum, uint32 result) internal pure returns (Finding) {
        if (sum.beyond || sum.magnitude >= MOST) return Finding.Indeterminate;
        Float memory y = Floats.decode(1, result);
        if (!y.finite) return Finding.Wrong;
        int256 exponent = y.exponent + int256(PLACES);
        uint256 magnitude = exponent < 0 ? y.mantissa >> uint256(-exponent) : y.mantissa << uint256(exponent);
        int256 difference = sum.total - (y.negative ? -int256(magnitude) : int256(magnitude));
        uint256 n = sum.roundings;
        // 2²³⁸ · 2¹⁶ fits. Dust: what total lost, what magnitude lost (times γ, below one), underflow, the result's own cut, rounding up.
        uint256 bound = n * sum.magnitude / ((1 << 24) - n) + 2 * sum.dust + 4;
        return uint256(difference < 0 ? -difference : difference) > bound ? Finding.Wrong : Finding.Right;
    }

    /// @dev As words, of which the next one overwrites the 28 bytes that are too many; those behind the last one stay zero.
    function _copy(bytes memory to, uint256 offset, Row memory row, uint256 count) private pure {
        (uint256 index, uint256 step) = (row.index, row.step);
        unchecked {
            while (count > 0) {
                (uint256 from, uint256 some) = TensorProof.locate(row.tensor, index, 4);
                some = (some - 1) / step + 1;
                if (count < some) some = count;
                assembly ("memory-safe") {
                    let at := add(add(to, 32), offset)
                    switch step
                    case 1 { calldatacopy(at, from, shl(2, some)) }
                    default {
                        for { let end := add(at, shl(2, some)) } lt(at, end) {
                            at := add(at, 4)
                            from := add(from, shl(2, step))
                        } { mstore(at, shl(224, shr(224, calldataload(from)))) }
                    }
                }
                offset += 4 * some;
                index += some * step;
                count -= some;
            }
        }
    }

    /// @dev Adds the products of the lanes of two words: eight 32-bit floats, zero where there is no term.
    ///
    /// A term is p · 2^(e − 300), with p the product of the mantissas, below 2⁴⁸, and e the sum of the biased exponents; in units,
    /// p · 2^(e − 174). Below e = 174 it is dust. Biased exponents of 174 and more (2⁴⁷, and what is infinite or no number) are
    /// `beyond`. So a zero or a denormal number, whose mantissa is misread with a hidden bit, has e ≤ 173 and is dust, which it is in
    /// truth. A term has no more than 48 + 172 bits, and 2¹⁶ of them fit a word.
    ///
    /// Invariant: no lane carries into its neighbour. A lane of `e` has the product's sign in bit 31, and below it 338 + e, of at most
    /// ten bits. The last nine of those are e − 174, or 338 and more where that is negative: a shift that leaves nothing of the term.
    function _addLanes(Sum memory sum, uint256 a, uint256 b) private pure {
        uint256 magnitude;
        uint256 negative;
        unchecked {
            uint256 e = (a >> 23) & (LANES * 0xff);
            uint256 f = (b >> 23) & (LANES * 0xff);
            if (((e + LANES * 82) | (f + LANES * 82)) & (LANES << 8) != 0) sum.beyond = true;
            e = (e + f + LANES * 338) | ((a ^ b) & (LANES << 31));
            a = (a & (LANES * 0x7fffff)) | (LANES << 23);
            b = (b & (LANES * 0x7fffff)) | (LANES << 23);
            assembly ("memory-safe") {
                function addLane(place, es, as, bs, all, below) -> allNow, belowNow {
                    let p := shl(and(shr(place, es), 0x1ff), mul(and(shr(place, as), 0xffffff), and(shr(place, bs), 0xffffff)))
                    allNow := add(all, p)
                    belowNow := add(below, mul(p, and(shr(add(place, 31), es), 1)))
                }
                magnitude, negative := addLane(0, e, a, b, magnitude, negative)
                magnitude, negative := addLane(32, e, a, b, magnitude, negative)
                magnitude, negative := addLane(64, e, a, b, magnitude, negative)
                magnitude, negative := addLane(96, e, a, b, magnitude, negative)
                magnitude, negative := addLane(128, e, a, b, magnitude, negative)
                magnitude, negative := addLane(160, e, a, b, magnitude, negative)
                magnitude, negative := addLane(192, e, a, b, magnitude, negative)
                magnitude, negative := addLane(224, e, a, b, magnitude, negative)
            }
            sum.total += int256(magnitude) - 2 * int256(negative);
            sum.magnitude += magnitude;
        }
    }

    /// @dev Turns the bytes of every lane around.
    function _turn(uint256 v) private pure returns (uint256) {
        v = ((v >> 8) & (LANES * 0x00ff00ff)) | ((v & (LANES * 0x00ff00ff)) << 8);
        return ((v >> 16) & (LANES * 0xffff)) | ((v & (LANES * 0xffff)) << 16);
    }
}
