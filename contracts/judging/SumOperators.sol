// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {DotProduct, Factors, Row, Sum} from "./DotProduct.sol";
import {Shapes} from "./Shapes.sol";
import {Opened, TensorProof} from "./TensorProof.sol";

/// @notice What Gemm's attributes say.
struct GemmTerms {
    bool transA;
    bool transB;
    /// bits of 32-bit floats
    uint32 alpha;
    uint32 beta;
    /// whether there is a C, opened at the element that the output's element takes
    bool hasC;
}

/// @notice What Conv's attributes say; of one or two spatial dimensions.
struct ConvTerms {
    uint256 group;
    uint256[] strides;
    uint256[] dilations;
    /// begins, then ends
    uint256[] pads;
    /// opened at the output's channel
    bool hasBias;
}

/// @notice Which products an element of MatMul, Gemm and Conv sums up.
/// @dev `fits` is false where the output's shape is not what the inputs give: no honest execution has it.
library SumOperators {
    /// @notice MatMul as NumPy defines it: batches broadcast, a vector is a matrix of one row or column whose dimension then goes.
    function matMul(uint256[] memory output, uint256 index, Opened memory a, Opened memory b) internal pure returns (bool fits, Sum memory sum) {
        (uint256[] memory left, uint256[] memory right, uint256[] memory full) = _matrices(output, a.tensor.dims, b.tensor.dims);
        if (full.length == 0) return (false, sum);
        uint256 k = left[left.length - 1];
        uint256 n = right[right.length - 1];
        uint256 rows = left[left.length - 2];
        if (right[right.length - 2] != k || full[full.length - 2] != rows || full[full.length - 1] != n) return (false, sum);
        uint256[][] memory batches = new uint256[][](2);
        (batches[0], batches[1]) = (_batch(left), _batch(right));
        uint256[] memory batch = _batch(full);
        if (!Shapes.isBroadcast(batches, batch)) return (false, sum);
        uint256[] memory at = Shapes.coordinates(index / (rows * n), batch);
        uint256 i = Shapes.broadcastPlace(at, batches[0]) * rows + (index / n) % rows;
        uint256 j = Shapes.broadcastPlace(at, batches[1]) * k * n + index % n;
        return (true, DotProduct.dot(Row(a, i * k, 1), Row(b, j, n), k));
    }

    /// @notice Gemm: alpha · A′B′ + beta · C.
    /// @param inputs A, B and, if there is one, C
    function gemm(uint256[] memory output, uint256 index, Opened[] memory inputs, GemmTerms memory terms)
        internal
        pure
        returns (bool fits, Sum memory sum)
    {
        uint256[] memory x = inputs[0].tensor.dims;
        uint256[] memory y = inputs[1].tensor.dims;
        if (x.length != 2 || y.length != 2 || output.length != 2) return (false, sum);
        (uint256 rows, uint256 k) = terms.transA ? (x[1], x[0]) : (x[0], x[1]);
        (uint256 depth, uint256 n) = terms.transB ? (y[1], y[0]) : (y[0], y[1]);
        if (depth != k || output[0] != rows || output[1] != n) return (false, sum);
        if (terms.hasC && !_stretches(inputs[2].tensor.dims, output)) return (false, sum);
        (uint256 fromA, uint256 stepA) = terms.transA ? (index / n, rows) : (index / n * k, 1);
        (uint256 fromB, uint256 stepB) = terms.transB ? (index % n * k, 1) : (index % n, n);
        sum = DotProduct.dot(Row(inputs[0], fromA, stepA), Row(inputs[1], fromB, stepB), k);
        DotProduct.scale(sum, terms.alpha);
        if (terms.hasC && terms.beta != 0) {
            uint256 place = Shapes.broadcastPlace(Shapes.coordinates(index, output), inputs[2].tensor.dims);
            DotProduct.addProduct(sum, uint32(TensorProof.bitsOf(inputs[2], place, 4)), terms.beta);
        }
        return (true, sum);
    }

    /// @notice Conv: the window's elements times the kernel's, and the bias; what lies in the padding is zero and left out.
    /// @param inputs X, W and, if there is one, B
    function conv(uint256[] memory output, uint256 index, Opened[] memory inputs, ConvTerms memory terms)
        internal
        pure
        returns (bool fits, Sum memory sum)
    {
        uint256[] memory w = inputs[1].tensor.dims;
        if (!_isConvolved(output, inputs[0].tensor.dims, w, terms)) return (false, sum);
        if (terms.hasBias && !_isVector(inputs[2].tensor.dims, output[1])) return (false, sum);
        Plane memory plane = _plane(output, index, inputs[0].tensor.dims, w, terms);
        uint256[] memory at = Shapes.coordinates(index, output);
        uint256 from = (at[0] * terms.group + at[1] / (output[1] / terms.group)) * w[1];
        uint256 kernel = plane.kernelHeight * plane.kernelWidth;
        Factors memory factors = DotProduct.room(w[1] * kernel);
        for (uint256 c; c < w[1]; ++c) {
            _appendPlane(factors, inputs[0], (from + c) * plane.height * plane.width, inputs[1], (at[1] * w[1] + c) * kernel, plane);
        }
        sum = DotProduct.sumOf(factors);
        if (factors.count < w[1] * kernel) _checkKernel(sum, inputs[1], at[1] * w[1] * kernel, w[1] * kernel);
        if (terms.hasBias) DotProduct.addProduct(sum, uint32(TensorProof.bitsOf(inputs[2], at[1], 4)), DotProduct.ONE);
        return (true, sum);
    }

    /// @dev The window of one output element on one channel.
    struct Plane {
        uint256 height;
        uint256 width;
        uint256 kernelHeight;
        uint256 kernelWidth;
        /// the window's first row and column, which may lie in the padding
        int256 top;
        int256 left;
        uint256 dilationY;
        uint256 dilationX;
    }

    /// @dev One spatial dimension is two of which the first is 1.
    function _plane(uint256[] memory output, uint256 index, uint256[] memory x, uint256[] memory w, ConvTerms memory terms)
        private
        pure
        returns (Plane memory p)
    {
        uint256 last = x.length - 1;
        uint256 spatial = last - 1;
        (p.width, p.kernelWidth, p.dilationX) = (x[last], w[last], terms.dilations[spatial - 1]);
        p.left = int256(index % output[last] * terms.strides[spatial - 1]) - int256(terms.pads[spatial - 1]);
        (p.height, p.kernelHeight, p.dilationY) = (1, 1, 1);
        if (spatial == 1) return p;
        (p.height, p.kernelHeight, p.dilationY) = (x[2], w[2], terms.dilations[0]);
        p.top = int256(index / output[last] % output[2] * terms.strides[0]) - int256(terms.pads[0]);
    }

    function _appendPlane(Factors memory factors, Opened memory x, uint256 from, Opened memory w, uint256 kernel, Plane memory p) private pure {
        // Places are those of sound headers, and attributes have 32 bits.
        unchecked {
            (uint256 firstX, uint256 countX) = _inside(p.left, p.dilationX, p.kernelWidth, p.width);
            (uint256 firstY, uint256 countY) = _inside(p.top, p.dilationY, p.kernelHeight, p.height);
            if (countX == 0) return;
            uint256 column = uint256(p.left + int256(firstX * p.dilationX));
            for (uint256 i; i < countY; ++i) {
                uint256 row = uint256(p.top + int256((firstY + i) * p.dilationY));
                DotProduct.append(factors, Row(x, from + row * p.width + column, p.dilationX), Row(w, kernel + (firstY + i) * p.kernelWidth + firstX, 1), countX);
            }
        }
    }

    /// @dev A kernel's infinity on the padding gives NaN on machines that multiply zeros, and nothing on others.
    function _checkKernel(Sum memory sum, Opened memory w, uint256 kernel, uint256 count) private pure {
        Row memory row = Row(w, kernel, 1);
        if (DotProduct.dot(row, row, count).beyond) sum.beyond = true;
    }

    /// @dev Which of a kernel's places lie inside: the first, and how many.
    function _inside(int256 from, uint256 step, uint256 kernel, uint256 size) private pure returns (uint256 first, uint256 count) {
        unchecked {
            if (from < 0) first = (uint256(-from) + step - 1) / step;
            int256 start = from + int256(first * step);
            if (first >= kernel || start >= int256(size)) return (first, 0);
            count = (size - 1 - uint256(start)) / step + 1;
            if (count > kernel - first) count = kernel - first;
        }
    }

    function _isConvolved(uint256[] memory y, uint256[] memory x, uint256[] memory w, ConvTerms memory terms) private pure returns (bool) {
        uint256 rank = x.length;
        if (rank < 3 || rank > 4 || w.length != rank || y.length != rank) return false;
        if (y[0] != x[0] || y[1] != w[0] || terms.group == 0 || x[1] != w[1] * terms.group || w[0] % terms.group != 0) return false;
        uint256 spatial = rank - 2;
        if (terms.strides.length != spatial || terms.dilations.length != spatial || terms.pads.length != 2 * spatial) return false;
        for (uint256 d; d < spatial; ++d) {
            if (terms.strides[d] == 0 || terms.dilations[d] == 0 || w[d + 2] == 0) return false;
            uint256 padded = x[d + 2] + terms.pads[d] + terms.pads[d + spatial];
            uint256 extent = terms.dilations[d] * (w[d + 2] - 1) + 1;
            if (padded < extent || y[d + 2] != (padded - extent) / terms.strides[d] + 1) return false;
        }
        return true;
    }

    /// @dev Vectors as matrices, and the output with the dimensions that then go; no output dimensions where the rank does not fit.
    function _matrices(uint256[] memory output, uint256[] memory a, uint256[] memory b)
        private
        pure
        returns (uint256[] memory left, uint256[] memory right, uint256[] memory full)
    {
        if (a.length == 0 || b.length == 0) return (a, b, full);
        uint256 rank = a.length > b.length ? a.length : b.length;
        if (rank < 2) rank = 2;
        uint256 missing = (a.length == 1 ? 1 : 0) + (b.length == 1 ? 1 : 0);
        left = a.length == 1 ? _withOne(a, 0) : a;
        right = b.length == 1 ? _withOne(b, 1) : b;
        if (output.length + missing != rank) return (left, right, full);
        full = output;
        if (b.length == 1) full = _withOne(full, full.length);
        if (a.length == 1) full = _withOne(full, full.length - 1);
    }

    /// @dev Dimensions with a 1 put in.
    function _withOne(uint256[] memory dims, uint256 at) private pure returns (uint256[] memory longer) {
        longer = new uint256[](dims.length + 1);
        for (uint256 i; i < longer.length; ++i) longer[i] = i < at ? dims[i] : i == at ? 1 : dims[i - 1];
    }

    function _batch(uint256[] memory dims) private pure returns (uint256[] memory batch) {
        batch = new uint256[](dims.length - 2);
        for (uint256 i; i < batch.length; ++i) batch[i] = dims[i];
    }

    function _stretches(uint256[] memory dims, uint256[] memory output) private pure returns (bool) {
        uint256[][] memory shapes = new uint256[][](2);
        (shapes[0], shapes[1]) = (dims, output);
        return Shapes.isBroadcast(shapes, output);
    }

    function _isVector(uint256[] memory dims, uint256 length) private pure returns (bool) {
        return dims.length == 1 && dims[0] == length;
    }
}
