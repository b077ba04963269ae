// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Float, Floats} from "./Floats.sol";

/// @notice 32-bit IEEE 754 arithmetic by integers, rounded to nearest, ties to even: what every machine gives, to the bit
/// (docs/judging.md, "Exact operators"). Operands and results are canonical: one NaN, no negative zero, denormal numbers kept.
/// @dev A digest does not tell −0 from +0. The sign of a zero matters in a division by zero only: a function says `known == false`
/// where the result depends on it, or where machines disagree (NaN in Min, Max and Relu).
library SoftFloat {
    uint32 internal constant NAN = 0x7fc00000;
    uint32 private constant INFINITY = 0x7f800000;
    uint32 private constant SIGN = 0x80000000;
    int256 private constant LEAST_EXPONENT = -149;

    function add(uint32 a, uint32 b) internal pure returns (uint32) {
        if (_isNaN(a) || _isNaN(b)) return NAN;
        if (_isInfinite(a)) return _isInfinite(b) && a != b ? NAN : a;
        if (_isInfinite(b)) return b;
        Float memory x = Floats.decode(1, a);
        Float memory y = Floats.decode(1, b);
        if (x.exponent < y.exponent) (x, y) = (y, x);
        // Two numbers more than 64 places apart: the small one only says on which side of the large one the sum lies.
        uint256 shift = uint256(x.exponent - y.exponent);
        uint256 small = y.mantissa;
        if (shift > 64) (shift, small) = (64, small == 0 ? 0 : 1);
        int256 sum = int256(x.mantissa << shift) * (x.negative ? int256(-1) : int256(1)) + int256(small) * (y.negative ? int256(-1) : int256(1));
        return _round(sum < 0, uint256(sum < 0 ? -sum : sum), x.exponent - int256(shift));
    }

    function sub(uint32 a, uint32 b) internal pure returns (uint32) {
        return add(a, b ^ SIGN);
    }

    function mul(uint32 a, uint32 b) internal pure returns (uint32) {
        bool negative = (a ^ b) & SIGN != 0;
        if (_isNaN(a) || _isNaN(b)) return NAN;
        if (_isInfinite(a) || _isInfinite(b)) return _isZero(a) || _isZero(b) ? NAN : _signed(negative, INFINITY);
        Float memory x = Floats.decode(1, a);
        Float memory y = Floats.decode(1, b);
        return _round(negative, x.mantissa * y.mantissa, x.exponent + y.exponent);
    }

    /// @notice A division; the sign of an infinity that a zero gives is not known.
    function div(uint32 a, uint32 b) internal pure returns (bool known, uint32) {
        bool negative = (a ^ b) & SIGN != 0;
        if (_isNaN(a) || _isNaN(b)) return (true, NAN);
        if (_isInfinite(a)) return _isInfinite(b) ? (true, NAN) : (!_isZero(b), _signed(negative, INFINITY));
        if (_isInfinite(b)) return (true, 0);
        if (_isZero(b)) return _isZero(a) ? (true, NAN) : (false, INFINITY);
        Float memory x = Floats.decode(1, a);
        Float memory y = Floats.decode(1, b);
        // 40 bits of quotient or more; the last one tells whether there is a rest.
        uint256 dividend = x.mantissa << 64;
        uint256 quotient = (dividend / y.mantissa) << 1;
        if (dividend % y.mantissa != 0) quotient |= 1;
        return (true, _round(negative, quotient, x.exponent - y.exponent - 65));
    }

    function sqrt(uint32 a) internal pure returns (uint32) {
        if (_isNaN(a) || _isZero(a)) return _isNaN(a) ? NAN : 0;
        if (a & SIGN != 0) return NAN;
        if (a == INFINITY) return a;
        Float memory x = Floats.decode(1, a);
        // An even exponent, and a root of 40 bits or more; the last one tells whether there is a rest.
        uint256 shift = 80 + uint256(x.exponent & 1);
        uint256 square = x.mantissa << shift;
        uint256 root = Math.sqrt(square);
        return _round(false, (root << 1) | (root * root == square ? 0 : 1), (x.exponent - int256(shift)) / 2 - 1);
    }

    function min(uint32 a, uint32 b) internal pure returns (bool known, uint32) {
        if (_isNaN(a) || _isNaN(b)) return (false, NAN);
        return (true, _order(a) < _order(b) ? a : b);
    }

    function max(uint32 a, uint32 b) internal pure returns (bool known, uint32) {
        if (_isNaN(a) || _isNaN(b)) return (false, NAN);
        return (true, _order(a) < _order(b) ? b : a);
    }

    function relu(uint32 a) internal pure returns (bool known, uint32) {
        return max(a, 0);
    }

    /// @notice One NaN for all, no negative zero.
    function canonical(uint32 a) internal pure returns (uint32) {
        return _isNaN(a) ? NAN : a == SIGN ? 0 : a;
    }

    /// @dev The 32-bit float nearest to mantissa · 2^exponent, ties to even; a zero loses its sign.
    function _round(bool negative, uint256 mantissa, int256 exponent) private pure returns (uint32) {
        if (mantissa == 0) return 0;
        int256 drop = int256(Math.log2(mantissa)) - 23;
        if (exponent + drop < LEAST_EXPONENT) drop = LEAST_EXPONENT - exponent;
        uint256 kept;
        if (drop <= 0) {
            kept = mantissa << uint256(-drop);
        } else if (drop < 256) {
            uint256 rest = mantissa & ((1 << uint256(drop)) - 1);
            uint256 half = 1 << uint256(drop - 1);
            kept = mantissa >> uint256(drop);
            if (rest > half || (rest == half && kept & 1 == 1)) ++kept;
        }
        // As a biased exponent starts at 1 for numbers with a hidden bit, adding lets a carry or a denormal number come out right.
        uint256 bits = (uint256(exponent + drop - LEAST_EXPONENT) << 23) + kept;
        return bits == 0 ? 0 : _signed(negative, bits >= INFINITY ? INFINITY : uint32(bits));
    }

    function _signed(bool negative, uint32 magnitude) private pure returns (uint32) {
        return negative ? magnitude | SIGN : magnitude;
    }

    /// @dev A number that grows with the float's value.
    function _order(uint32 a) private pure returns (int256) {
        return a & SIGN == 0 ? int256(uint256(a)) : -int256(uint256(a ^ SIGN));
    }

    function _isNaN(uint32 a) private pure returns (bool) {
        return a & ~SIGN > INFINITY;
    }

    function _isInfinite(uint32 a) private pure returns (bool) {
        return a & ~SIGN == INFINITY;
    }

    function _isZero(uint32 a) private pure returns (bool) {
        return a & ~SIGN == 0;
    }
}
