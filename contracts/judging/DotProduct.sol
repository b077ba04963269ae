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
    /// @dev More terms than 64 KiB hold.
    uint256 private constant MOST_TERMS = 1 << 16;

    /// @notice More terms than a contract adds up.
    error TermsTooMany(uint256 found, uint256 most);

    /// @notice Makes an opened tensor of 32-bit floats ready to be summed: big-endian words, in place. `bitsOf` reads them no longer.
    function prepare(Opened memory opened) internal pure {
        for (uint256 i; i < opened.data.length; ++i) _swap(opened.data[i]);
    }

    /// @notice Adds Σ a[i + t·stepA] · b[j + t·stepB] over `count` terms; both prepared.
    function add(Sum memory sum, Opened memory a, uint256 i, uint256 stepA, Opened memory b, uint256 j, uint256 stepB, uint256 count)
        internal
        pure
    {
        sum.roundings += count;
        sum.dust += count * DUST;
        if (sum.roundings > MOST_TERMS) revert TermsTooMany(sum.roundings, MOST_TERMS);
        while (count > 0) {
            (uint256 atA, uint256 left) = TensorProof.locate(a, i, 4);
            uint256 terms = (left - 1) / stepA + 1;
            uint256 atB;
            (atB, left) = TensorProof.locate(b, j, 4);
            left = (left - 1) / stepB + 1;
            if (left < terms) terms = left;
            if (count < terms) terms = count;
            _addRun(sum, atA, 4 * stepA, atB, 4 * stepB, terms);
            count -= terms;
            i += terms * stepA;
            j += terms * stepB;
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
        bytes memory words = abi.encodePacked(a, b);
        uint256 at;
        assembly ("memory-safe") {
            at := add(words, 32)
        }
        _addRun(sum, at, 4, at + 4, 4, 1);
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

    /// @dev A term is p · 2^(e − 300), with p the product of the mantissas, below 2⁴⁸, and e the sum of the biased exponents; in units,
    /// p · 2^(e − 174). Below e = 174 it is dust: the shift is by a huge number and gives 0. Biased exponents of 174 and more (2⁴⁷, and
    /// what is infinite or no number) set bit 8 of `beyond`. So a zero or a denormal number, whose mantissa is misread with a hidden
    /// bit, has e ≤ 173 and is dust, which it is in truth. A term has no more than 48 + 172 bits, and 2¹⁶ of them fit a word.
    /// The words that are read hold the operand in their last 32 bits, and its neighbours before.
    function _addRun(Sum memory sum, uint256 atA, uint256 stepA, uint256 atB, uint256 stepB, uint256 count) private pure {
        uint256 magnitude;
        uint256 negative;
        uint256 beyond;
        assembly ("memory-safe") {
            atA := sub(atA, 28)
            atB := sub(atB, 28)
            for { let end := add(atB, mul(stepB, count)) } lt(atB, end) {
                atA := add(atA, stepA)
                atB := add(atB, stepB)
            } {
                let a := mload(atA)
                let b := mload(atB)
                let e := and(shr(23, a), 0xff)
                let f := and(shr(23, b), 0xff)
                beyond := or(beyond, or(add(e, 82), add(f, 82)))
                let p := shl(sub(add(e, f), 174), mul(or(and(a, 0x7fffff), 0x800000), or(and(b, 0x7fffff), 0x800000)))
                magnitude := add(magnitude, p)
                negative := add(negative, mul(p, and(shr(31, xor(a, b)), 1)))
            }
        }
        sum.total += int256(magnitude) - 2 * int256(negative);
        sum.magnitude += magnitude;
        if (beyond & 256 != 0) sum.beyond = true;
    }

    /// @dev Turns the bytes of every four around, eight words at a time. What lies behind the last word is padding.
    function _swap(bytes memory data) private pure {
        assembly ("memory-safe") {
            let end := add(add(data, 32), mload(data))
            for { let at := add(data, 32) } lt(at, end) { at := add(at, 32) } {
                let v := mload(at)
                v := or(
                    and(shr(8, v), 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff),
                    shl(8, and(v, 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff))
                )
                v := or(
                    and(shr(16, v), 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff),
                    shl(16, and(v, 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff))
                )
                mstore(at, v)
            }
        }
    }
}
