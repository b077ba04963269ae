// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Float, Floats} from "./Floats.sol";
import {Opened, TensorProof} from "./TensorProof.sol";
import {Tensor, Tensors} from "./Tensors.sol";

/// @notice How two replicas' values of one tensor stand to each other.
enum Distance {
    /// nothing opened shows a difference
    Within,
    /// one of the two is wrong
    Apart,
    /// the first one's header states a smaller scale than an element has
    FirstScaleFalse,
    SecondScaleFalse,
    /// of other shapes, or no floating point: nothing is said
    Unlike
}

/// @notice Whether one opened element shows that two replicas lie further apart than a job's tolerance (docs/judging.md, "Tolerance").
library Tolerance {
    /// @dev Tolerances are in units of 10⁻⁹, as in the bundle.
    uint256 internal constant ONE = 1e9;
    uint8 private constant DOUBLE = 11;
    /// @dev How many places below the scale's last bit are kept; what lies deeper counts as one unit, which decides no comparison.
    int256 private constant WINDOW = 190;
    /// @dev How many places a floor of 30 bits can be moved up in a word.
    uint256 private constant DEPTH = 225;
    /// @dev A double's scale is rounded up by at most one part in 2²³, 120 units, unless it is smaller than 2⁻¹⁰⁰ (these bits).
    uint256 private constant ROUNDED = 240;
    uint32 private constant SMALLEST_ROUNDED = 0x0d800000;

    /// @notice A tolerance of more than the whole scale.
    error ToleranceBeyond(uint256 found, uint256 most);

    /// @dev How far two numbers may lie apart, in 10⁻⁹: of their scale, and in absolute terms. By `slack` of the scale more where the
    /// scales themselves are compared and rounded.
    struct Bounds {
        uint256 relative;
        uint256 floor;
        uint256 slack;
    }

    /// @notice Compares what the headers say: types and shapes must be equal, and the scales lie within the tolerance, since
    /// |max|a| − max|b|| ≤ max|a − b|. So a scale that is stated too large, to make room for a difference, is a difference.
    /// @param tolerance of the scaled maximum, in 10⁻⁹
    /// @param floor up to which distance nothing lies apart, in 10⁻⁹
    function ofHeaders(Tensor memory a, Tensor memory b, uint256 tolerance, uint256 floor) internal pure returns (Distance) {
        if (tolerance > ONE) revert ToleranceBeyond(tolerance, ONE);
        if (floor > ONE) revert ToleranceBeyond(floor, ONE);
        if (a.kind != b.kind || a.size != b.size || keccak256(abi.encode(a.dims)) != keccak256(abi.encode(b.dims))) return Distance.Apart;
        uint8 part = partKind(a.kind);
        if (!Floats.isFloat(part)) return Distance.Within;
        if (part == DOUBLE && a.scale < SMALLEST_ROUNDED && b.scale < SMALLEST_ROUNDED) return Distance.Within;
        Bounds memory bounds = Bounds(tolerance, floor, part == DOUBLE ? ROUNDED : 0);
        return _isApart(Floats.decode(1, a.scale), Floats.decode(1, b.scale), _larger(a, b), bounds) ? Distance.Apart : Distance.Within;
    }

    /// @notice Compares two replicas' values at one place: |a − b| > tolerance · max(scaleA, scaleB), exactly. NaN and infinities
    /// must stand in the same places; what is no floating point of 16 bits or more must be equal.
    /// @param index the element; of complex tensors the part, of strings the payload byte
    /// @param tolerance of the scaled maximum, in 10⁻⁹
    /// @param floor up to which distance nothing lies apart, in 10⁻⁹
    function ofElements(Opened memory a, Opened memory b, uint256 index, uint256 tolerance, uint256 floor) internal pure returns (Distance) {
        Distance headers = ofHeaders(a.tensor, b.tensor, tolerance, floor);
        if (headers != Distance.Within) return headers;
        uint8 kind = partKind(a.tensor.kind);
        uint256 width = kind == Tensors.STRING ? 1 : Tensors.width(kind);
        uint256 x = TensorProof.bitsOf(a, index, width);
        uint256 y = TensorProof.bitsOf(b, index, width);
        if (!Floats.isFloat(kind)) return x == y ? Distance.Within : Distance.Apart;
        if (_isFalse(a.tensor.scale, kind, x)) return Distance.FirstScaleFalse;
        if (_isFalse(b.tensor.scale, kind, y)) return Distance.SecondScaleFalse;
        if (x == y) return Distance.Within;
        Float memory first = Floats.decode(kind, x);
        Float memory second = Floats.decode(kind, y);
        if (!first.finite || !second.finite) return Distance.Apart;
        return _isApart(first, second, _larger(a.tensor, b.tensor), Bounds(tolerance, floor, 0)) ? Distance.Apart : Distance.Within;
    }

    /// @notice Whether an opened element is finite and larger in magnitude than its header's scale: the header lies, whatever is true.
    function isScaleFalse(Opened memory opened, uint256 index) internal pure returns (bool) {
        uint8 kind = partKind(opened.tensor.kind);
        return Floats.isFloat(kind) && _isFalse(opened.tensor.scale, kind, TensorProof.bitsOf(opened, index, Tensors.width(kind)));
    }

    /// @notice The type of a complex number's parts; any other type itself.
    function partKind(uint8 kind) internal pure returns (uint8) {
        return kind == 14 ? 1 : kind == 15 ? DOUBLE : kind;
    }

    function _isFalse(uint32 scale, uint8 kind, uint256 bits) private pure returns (bool) {
        Float memory value = Floats.decode(kind, bits);
        Float memory most = Floats.decode(1, scale);
        return value.finite && most.finite && Floats.isLarger(value, most);
    }

    function _larger(Tensor memory a, Tensor memory b) private pure returns (Float memory) {
        return Floats.decode(1, a.scale > b.scale ? a.scale : b.scale);
    }

    /// @dev |a|, |b| ≤ scale. With unit 2^(scale's exponent − 190), scale · 10⁹ has at most 24 + 190 + 30 bits. A number below the
    /// unit, not zero, counts as one unit. That decides as the exact number would: where the other number is a multiple of 2⁵³ units,
    /// the difference of the two sides is zero (and then the sign of the small number decides, as it does here) or at least 2⁵³ units,
    /// more than the 10⁹ units in doubt; where it is not, it lies below 2⁻⁵⁵ of the scale, within any tolerance but zero.
    function _isApart(Float memory a, Float memory b, Float memory scale, Bounds memory bounds) private pure returns (bool) {
        // A scale beyond 32-bit floats, of doubles only: nothing can be said.
        if (!scale.finite) return false;
        if (bounds.relative + bounds.floor + bounds.slack == 0) return a.negative != b.negative || Floats.isLarger(a, b) || Floats.isLarger(b, a);
        int256 unit = scale.exponent - WINDOW;
        int256 difference = _inUnits(a, unit) - _inUnits(b, unit);
        uint256 magnitude = uint256(difference < 0 ? -difference : difference);
        uint256 whole = scale.mantissa << uint256(WINDOW);
        if (magnitude * ONE <= whole * (bounds.relative + bounds.slack)) return false;
        return bounds.floor == 0 || _isAbove(magnitude * ONE - whole * bounds.slack, bounds.floor, unit);
    }

    /// @dev Whether a number of units is more than the floor, in doubt not. A unit is smaller than 2⁰: scales are 32-bit floats.
    function _isAbove(uint256 units, uint256 floor, int256 unit) private pure returns (bool) {
        uint256 places = uint256(-unit);
        uint256 dropped = places > DEPTH ? places - DEPTH : 0;
        return units >> dropped > floor << (places - dropped);
    }

    function _inUnits(Float memory number, int256 unit) private pure returns (int256 value) {
        if (number.mantissa == 0) return 0;
        value = number.exponent < unit ? int256(1) : int256(number.mantissa << uint256(number.exponent - unit));
        if (number.negative) value = -value;
    }
}
