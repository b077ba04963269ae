// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice A finite number (−1)^negative · mantissa · 2^exponent, or none.
struct Float {
    bool finite;
    bool negative;
    uint256 mantissa;
    int256 exponent;
}

/// @notice IEEE 754 numbers as integers: exact, denormal numbers included.
library Floats {
    /// @notice Whether a type is one of float, float16, double and bfloat16.
    function isFloat(uint8 kind) internal pure returns (bool) {
        return kind == 1 || kind == 10 || kind == 11 || kind == 16;
    }

    /// @notice Takes a number apart.
    /// @param kind ONNX's type, one of the four above
    /// @param bits its bits, right-aligned
    function decode(uint8 kind, uint256 bits) internal pure returns (Float memory) {
        if (kind == 1) return _decode(bits, 8, 23);
        if (kind == 10) return _decode(bits, 5, 10);
        if (kind == 11) return _decode(bits, 11, 52);
        return _decode(bits, 8, 7);
    }

    /// @notice Whether |a| > |b|; both finite.
    function isLarger(Float memory a, Float memory b) internal pure returns (bool) {
        if (a.mantissa == 0 || b.mantissa == 0) return a.mantissa > 0;
        int256 shift = a.exponent - b.exponent;
        // Mantissas have 53 bits at most: beyond 60 places, the exponents decide.
        if (shift > 60) return true;
        if (shift < -60) return false;
        return shift >= 0 ? a.mantissa << uint256(shift) > b.mantissa : a.mantissa > b.mantissa << uint256(-shift);
    }

    function _decode(uint256 bits, uint256 exponentBits, uint256 fractionBits) private pure returns (Float memory number) {
        uint256 special = (1 << exponentBits) - 1;
        uint256 exponent = (bits >> fractionBits) & special;
        uint256 fraction = bits & ((1 << fractionBits) - 1);
        number.finite = exponent != special;
        number.negative = (bits >> (exponentBits + fractionBits)) & 1 == 1;
        number.mantissa = exponent == 0 ? fraction : fraction | (1 << fractionBits);
        number.exponent = int256(exponent == 0 ? 1 : exponent) - int256(special >> 1) - int256(fractionBits);
    }
}
