// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Opening, TensorProof} from "./TensorProof.sol";
import {Distance, Tolerance} from "./Tolerance.sol";
import {Tensors} from "./Tensors.sol";

/// @notice Judges what replicas committed to by one opened element (docs/judging.md). Keeps nothing and trusts nobody: openings are
/// checked against the digests given, and whether those were committed to is the caller's part (`TraceProof`).
contract ReplicaJudge {
    /// @notice Whether two replicas' tensors lie further apart at one place than the tolerance, in 10⁻⁹ of the scale.
    function compare(bytes32 first, Opening calldata a, bytes32 second, Opening calldata b, uint256 index, uint256 tolerance)
        external
        pure
        returns (Distance)
    {
        return Tolerance.ofElements(TensorProof.open(a, first), TensorProof.open(b, second), index, tolerance);
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
