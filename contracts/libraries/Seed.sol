// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice Where draws take their chance from. The one place to change where block hashes are weak.
library Seed {
    /// @dev EIP-2935: block hashes of the last 8,191 blocks.
    address private constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;

    /// @notice The hash of a block, or zero where the chain no longer gives it.
    function ofBlock(uint256 number) internal view returns (bytes32 hash) {
        hash = blockhash(number);
        if (hash == 0 && number < block.number) {
            (bool ok, bytes memory answer) = HISTORY.staticcall(abi.encode(number));
            if (ok && answer.length == 32) hash = abi.decode(answer, (bytes32));
        }
    }
}
