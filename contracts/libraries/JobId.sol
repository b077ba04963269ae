// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {JobSpec} from "../types/JobSpec.sol";

/// @notice A job's id: the hash of chain, contract and spec, as `keccak256(abi.encode(chain, contract, spec))`.
library JobId {
    uint256 private constant SPEC_BYTES = 13 * 32;

    /// @dev Straight from calldata: decoding and encoding again would cost every call some thousand gas. Bits beyond a field's
    /// width, which `abi.encode` would refuse, give the id of no job: `post` refuses them.
    function ofSpec(JobSpec calldata spec) internal view returns (bytes32 id) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, chainid())
            mstore(add(free, 32), address())
            calldatacopy(add(free, 64), spec, SPEC_BYTES)
            id := keccak256(free, add(SPEC_BYTES, 64))
        }
    }
}
