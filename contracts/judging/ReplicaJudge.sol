// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Floats} from "./Floats.sol";
import {Shapes} from "./Shapes.sol";
import {Opened, Opening, TensorProof} from "./TensorProof.sol";
import {Distance, Tolerance} from "./Tolerance.sol";
import {Tensors} from "./Tensors.sol";

/// @notice Judges what replicas committed to by one opened element (docs/judging.md). Keeps nothing and trusts nobody: openings are
/// checked against the digests given, and whether those were committed to is the caller's part (`TraceProof`).
contract ReplicaJudge {
    /// @notice Whether two replicas' tensors lie further apart at one place than the tolerance, in 10⁻⁹ of the scale, and than the
    /// absolute floor, in 10⁻⁹.
    function compare(bytes32 first, Opening calldata a, bytes32 second, Opening calldata b, uint256 index, uint256 tolerance, uint256 floor)
        external
        pure
        returns (Distance)
    {
        return Tolerance.ofElements(TensorProof.open(a, first), TensorProof.open(b, second), index, tolerance, floor);
    }

    /// @notice The same for two values of one who may have computed them with different settings: Unlike where shapes differ, and of
    /// what is no floating point, since a tie may be the cause; a header that is that of no tensor is a false one.
    function compareFloats(bytes32 first, Opening calldata a, bytes32 second, Opening calldata b, uint256 index, uint256 tolerance, uint256 floor)
        external
        pure
        returns (Distance)
    {
        (bool sound, Opened memory x) = TensorProof.tryOpen(a, first);
        if (!sound) return Distance.FirstScaleFalse;
        Opened memory y;
        (sound, y) = TensorProof.tryOpen(b, second);
        if (!sound) return Distance.SecondScaleFalse;
        bool alike = x.tensor.kind == y.tensor.kind && Shapes.isSame(x.tensor.dims, y.tensor.dims);
        if (!alike || !Floats.isFloat(Tolerance.partKind(x.tensor.kind))) return Distance.Unlike;
        return Tolerance.ofElements(x, y, index, tolerance, floor);
    }

    /// @notice Whether an opened element shows that its tensor's header states too small a scale.
    function isScaleFalse(bytes32 digest, Opening calldata opening, uint256 index) external pure returns (bool) {
        return Tolerance.isScaleFalse(TensorProof.open(opening, digest), index);
    }

    /// @notice Whether a committed header is that of no tensor.
    function isUnsound(bytes32 digest, bytes calldata header) external pure returns (bool) {
        (bool sound,) = Tensors.read(header, digest);
        return !sound;
    }
}
